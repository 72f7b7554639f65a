import { z } from 'zod';
import type { KeyAdministration, VirtualKey } from '../../access/index.ts';
import { GatewayError } from '../../inference/index.ts';
import {
  type Exchange,
  type Rooms,
  supportedParameters,
  type TransformedCall,
  transformCall,
} from '../../pipeline/index.ts';
import { readerOf } from '../management/index.ts';
import { type Route, type RouteAnswer, route } from '../route.ts';
import {
  askedCall,
  chatWith,
  type ExplainBody,
  explainBody,
  jsonOf,
  type TransformBody,
  transformBody,
  transformedCall,
} from './asked-call.ts';
import { explained } from './assumption.ts';
import { openUnsent, type UnsentRequest } from './unsent-exchange.ts';

const modelQuery = z.looseObject({ model: z.string().min(1) });

/** What would become of a call that is not made. Any key may ask: for itself, and the master key for others. */
export function explainRoutes(rooms: Rooms, keys: KeyAdministration): readonly Route[] {
  return [
    route<ExplainBody>({
      method: 'POST',
      path: '/utils/explain',
      summary: 'How a call would be routed, and why; nothing is sent or charged.',
      body: explainBody,
      action: 'call.explain',
      answer: async ({ key: asking, foreignCredential, body }) => {
        const key = rooms.keys.standing(await keyFor(asking, body.as_key, keys));
        const reader = {
          seesCredentials: readerOf(asking.caller) === 'operator',
          nowMs: rooms.clock.monotonicMs(),
          learnedParallel: rooms.slots.learned,
        };
        return answering(askedCall(body), foreignCredential, rooms, (exchange) =>
          explained(exchange, key, body.assume ?? null, rooms, reader),
        );
      },
    }),
    route<TransformBody>({
      method: 'POST',
      path: '/utils/transform_request',
      summary: 'The request that would go to the upstream; nothing is sent.',
      body: transformBody,
      action: 'call.explain',
      answer: ({ key, foreignCredential, body }) =>
        answering(transformedCall(body), foreignCredential, rooms, async (exchange) =>
          encodeTransformed(await transformCall(exchange, key, rooms)),
        ),
    }),
    route<undefined, z.infer<typeof modelQuery>>({
      method: 'GET',
      path: '/utils/supported_openai_params',
      summary: "The parameters of OpenAI's chat that a model heeds.",
      query: modelQuery,
      action: 'call.explain',
      answer: ({ key, foreignCredential, query }) =>
        answering(chatWith(query.model), foreignCredential, rooms, async (exchange) => ({
          supported_openai_params: await supportedParameters(exchange, key, rooms),
        })),
    }),
  ];
}

/** A refusal is told as the call's own door would tell it. */
async function answering(
  asked: UnsentRequest,
  foreignCredential: string | null,
  rooms: Rooms,
  answer: (exchange: Exchange) => Promise<unknown>,
): Promise<RouteAnswer> {
  const exchange = await openUnsent(asked, rooms);
  exchange.foreignCredential = foreignCredential;
  try {
    return { body: await answer(exchange) };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { status: error.status, body: jsonOf(exchange.dialect.encodeError(error)) };
  }
}

async function keyFor(asking: VirtualKey, named: string | undefined, keys: KeyAdministration): Promise<VirtualKey> {
  if (named === undefined) return asking;
  if (readerOf(asking.caller) !== 'operator') {
    throw new GatewayError('permission_denied', 'This key may not explain for another one; the master key may.', {
      param: 'as_key',
    });
  }
  // Postgres cannot be asked for a NUL, which a call that is explained may have.
  const found = named.includes('\0')
    ? null
    : ((await keys.keyInfo(named, 'everything')) ?? (await keyByAlias(keys, named)));
  if (found !== null) return found;
  throw new GatewayError('not_found', 'There is no such key.', { param: 'as_key' });
}

async function keyByAlias(keys: KeyAdministration, alias: string): Promise<VirtualKey | null> {
  return (await keys.listKeys({ reach: 'everything', alias, page: 1, size: 1 })).keys[0] ?? null;
}

/** LiteLLM's members; neither the upstream's address nor its credential is anybody's to see. */
function encodeTransformed({ deployment, dialect, path, body, headers, warnings }: TransformedCall): unknown {
  const named = headers.flatMap((name, index) => (index % 2 === 0 ? [[name, headers[index + 1] ?? '']] : []));
  return {
    raw_request_api_base: '',
    raw_request_body: jsonOf(body),
    raw_request_headers: { 'content-type': 'application/json', ...Object.fromEntries(named) },
    path,
    dialect,
    deployment: deployment.id,
    provider: deployment.provider,
    warnings,
  };
}
