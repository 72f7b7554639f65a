import type { VirtualKey } from '../../access/index.ts';
import type { Deployment, Model } from '../../catalog/index.ts';
import { type DialectId, GatewayError, type Warning } from '../../inference/index.ts';
import type { Endpoint } from '../../providers/index.ts';
import { encodeFor } from '../attempts/encode.ts';
import type { Exchange } from '../exchange.ts';
import { unavailableError } from '../planning/unavailable-error.ts';
import { pathOf } from '../sending/upstream-call.ts';
import { type ExplainingRooms, planUnsent, readCall } from './explain-call.ts';

/** A request as the first candidate's upstream would get it, without its address and its credential. */
export type TransformedCall = {
  readonly deployment: Deployment;
  readonly dialect: DialectId;
  readonly path: string;
  readonly body: Buffer;
  /** Beside those of the deployment, flat. */
  readonly headers: readonly string[];
  readonly warnings: readonly Warning[];
};

/** Nothing is sent. Throws what the caller of such a request would be refused with. */
export async function transformCall(
  exchange: Exchange,
  key: VirtualKey,
  rooms: ExplainingRooms,
): Promise<TransformedCall> {
  const model = await readCall(exchange, key, rooms);
  const { deployment, endpoint } = firstCandidate(exchange, model, rooms);
  const encoded = encodeFor(exchange, endpoint, deployment);
  if (encoded === null) throw new GatewayError('internal_error', 'The gateway failed in an unexpected way.');
  const { body, headers, warnings } = encoded;
  const path = pathOf(exchange.request?.stream === true ? endpoint.streamPath : endpoint.path, deployment);
  return { deployment, dialect: endpoint.dialect, path, body, headers, warnings };
}

export function firstCandidate(
  exchange: Exchange,
  model: Model,
  rooms: ExplainingRooms,
): { readonly deployment: Deployment; readonly endpoint: Endpoint } {
  const { made } = planUnsent([model, ...exchange.furtherModels], exchange, rooms);
  const [first] = made.candidates;
  const endpoint = first === undefined ? null : rooms.policies().endpointOf(first.deployment, exchange.dialect.id);
  if (first === undefined || endpoint === null) throw unavailableError(model, made, rooms);
  return { deployment: first.deployment, endpoint };
}
