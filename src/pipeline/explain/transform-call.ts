import type { VirtualKey } from '../../access/index.ts';
import type { Deployment, Model } from '../../catalog/index.ts';
import type { DialectId, Warning } from '../../inference/index.ts';
import { noDeployment } from '../attempts/attempt-error.ts';
import { encodeFor } from '../attempts/encode.ts';
import { pathOf } from '../attempts/upstream-call.ts';
import type { Exchange } from '../exchange.ts';
import { unavailableError } from '../planning/unavailable-error.ts';
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
  const deployment = firstCandidate(exchange, model, rooms);
  const endpoint = rooms.policies().endpointOf(deployment, exchange.dialect.id);
  const encoded = endpoint === null ? null : encodeFor(exchange, endpoint, deployment);
  if (endpoint === null || encoded === null) throw noDeployment(model);
  const { body, headers, warnings } = encoded;
  const path = pathOf(exchange.request?.stream === true ? endpoint.streamPath : endpoint.path, deployment);
  return { deployment, dialect: endpoint.dialect, path, body, headers, warnings };
}

export function firstCandidate(exchange: Exchange, model: Model, rooms: ExplainingRooms): Deployment {
  const { made } = planUnsent(model, exchange, rooms);
  const [first] = made.candidates;
  if (first === undefined) throw unavailableError(model, made, rooms) ?? noDeployment(model);
  return first.deployment;
}
