import type { IncomingMessage, ServerResponse } from 'node:http';
import { candidates } from '../../access/index.ts';
import type { Dialect } from '../../dialects/index.ts';
import { type Exchange, type Rooms, serve } from '../../pipeline/index.ts';
import { exchangeId } from '../../std/index.ts';
import type { Door } from './doors.ts';
import { nodeReply } from './node-reply.ts';
import { readBody } from './read-body.ts';

export { countRoutes, isCountDoor } from './count-routes.ts';
export { findDoor, OPENAI_PREFIXES } from './doors.ts';
export { modelRoutes } from './models.ts';
export { readBody } from './read-body.ts';
export { tokenCounterRoutes } from './token-counter-routes.ts';

const NO_HEADERS: readonly string[] = [];

/** `query` begins with its mark, or is empty. */
export type Asked = { readonly path: string; readonly query: string; readonly door: Door };

export type InferenceDoor = {
  /** Opens an exchange for a request that came through the door, and lets the pipeline serve it. */
  readonly open: (request: IncomingMessage, response: ServerResponse, asked: Asked) => void;
  readonly inFlight: () => number;
};

export function openInference(rooms: Rooms, maxBodyBytes: number): InferenceDoor {
  let inFlight = 0;
  const onClosed = (): void => {
    inFlight--;
  };
  const open: InferenceDoor['open'] = (
    request,
    response,
    { path, query, door: { dialect, address, takesKeyInQuery } },
  ) => {
    inFlight++;
    const { headers } = request;
    const startedAtMs = rooms.clock.nowMs();
    const id = exchangeId(startedAtMs);
    const exchange: Exchange = {
      id,
      dialect,
      address,
      path,
      credentials: candidates(headers, takesKeyInQuery ? new URLSearchParams(query) : null),
      forwarded: forwardedHeaders(dialect, headers),
      clientRequestId: textOf(headers['x-request-id']),
      userAgent: headers['user-agent'] ?? null,
      clientIp: request.socket.remoteAddress ?? null,
      startedAtMs,
      startedMs: rooms.clock.monotonicMs(),
      readBody: () => readBody(request, maxBodyBytes),
      reply: nodeReply(response, headers.origin === undefined ? NO_HEADERS : CORS, onClosed),
      key: null,
      foreignCredential: null,
      request: null,
      recalled: null,
      canonical: null,
      clampedOutput: null,
      flowing: null,
      passThrough: true,
      warnings: null,
      headers: ['x-request-id', id, 'x-generation-id', id, 'x-litellm-call-id', id],
      attempts: [],
    };
    // Only a mistake of ours gets here; the client must not wait for ever.
    serve(exchange, rooms).catch(() => response.destroy());
  };
  return { open, inFlight: () => inFlight };
}

const EXPOSED = [
  'x-request-id',
  'x-generation-id',
  'x-litellm-call-id',
  'x-litellm-model-id',
  'x-litellm-response-cost',
  'x-waybill-warnings',
  'x-waybill-max-output-tokens',
  'x-litellm-attempted-retries',
  'x-litellm-attempted-fallbacks',
  'retry-after',
  'x-should-retry',
  'x-ratelimit-limit-requests',
  'x-ratelimit-remaining-requests',
  'x-litellm-key-remaining-requests',
].join(', ');

/** Credentials travel in headers that a page must set itself, so any origin may ask. */
export const CORS: readonly string[] = ['access-control-allow-origin', '*', 'access-control-expose-headers', EXPOSED];

/** What the dialect's clients tell the provider in headers, flat. */
function forwardedHeaders({ forwards }: Dialect, headers: IncomingMessage['headers']): readonly string[] {
  if (!forwards.some((name) => headers[name] !== undefined)) return NO_HEADERS;
  return forwards.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [name, Array.isArray(value) ? value.join(',') : value];
  });
}

function textOf(header: string | string[] | undefined): string | null {
  return typeof header === 'string' ? header.slice(0, 200) : null;
}
