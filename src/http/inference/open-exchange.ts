import type { IncomingHttpHeaders } from 'node:http';
import { candidates } from '../../access/index.ts';
import type { Dialect } from '../../dialects/index.ts';
import type { Exchange, LocalTurns, Reply, Rooms } from '../../pipeline/index.ts';
import { noPreferences } from '../../routing/index.ts';
import { exchangeId } from '../../std/index.ts';
import type { Incoming } from '../message.ts';
import type { Door } from './doors.ts';
import { sessionInBody, sessionInHeaders } from './session.ts';

/** `query` begins with its mark, or is empty. */
export type Asked = { readonly path: string; readonly query: string; readonly door: Door };

/** As much of a request as an exchange is opened from. */
export type Head = Pick<Incoming, 'headers'> & { readonly socket: Pick<Incoming['socket'], 'remoteAddress'> };

export type ExchangeParts = {
  /** The door's, loaded. */
  readonly dialect: Dialect;
  readonly readBody: () => Promise<Buffer>;
  readonly reply: Reply;
  /** What a connection remembers of its own turns; null: it has one turn. */
  readonly localTurns: LocalTurns | null;
};

const NO_HEADERS: readonly string[] = [];
const NO_MODELS: Exchange['furtherModels'] = [];

/** What a request says of itself before anybody has read it. */
export function openExchange(
  { headers, socket }: Head,
  { path, query, door: { address, takesKeyInQuery } }: Asked,
  { dialect, readBody, reply, localTurns }: ExchangeParts,
  { clock }: Pick<Rooms, 'clock'>,
): Exchange {
  const startedAtMs = clock.nowMs();
  const id = exchangeId(startedAtMs);
  return {
    id,
    dialect,
    address,
    requestHeaders: headers,
    path,
    credentials: candidates(headers, takesKeyInQuery ? new URLSearchParams(query) : null),
    forwarded: forwardedHeaders(dialect, headers),
    clientRequestId: textOf(headers['x-request-id']),
    userAgent: headers['user-agent'] ?? null,
    clientIp: socket.remoteAddress ?? null,
    startedAtMs,
    startedMs: clock.monotonicMs(),
    readBody,
    reply,
    localTurns,
    sessionInBody,
    key: null,
    sessionId: sessionInHeaders(headers),
    foreignCredential: null,
    request: null,
    madeFor: null,
    preferences: noPreferences,
    furtherModels: NO_MODELS,
    conversation: null,
    needs: null,
    plans: [],
    passedOver: null,
    recalled: null,
    canonical: null,
    clampedOutput: null,
    flowing: null,
    passThrough: true,
    warnings: null,
    headers: ['x-request-id', id, 'x-generation-id', id, 'x-litellm-call-id', id],
    attempts: [],
    costBesideNanoUsd: 0n,
  };
}

/** What the dialect's clients tell the provider in headers, flat. */
function forwardedHeaders({ forwards }: Dialect, headers: IncomingHttpHeaders): readonly string[] {
  if (!forwards.some((name) => headers[name] !== undefined)) return NO_HEADERS;
  return forwards.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [name, Array.isArray(value) ? value.join(',') : value];
  });
}

function textOf(header: string | string[] | undefined): string | null {
  return typeof header === 'string' ? header.slice(0, 200) : null;
}
