import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { guardAddress } from './address-guard.ts';
import type { Connections } from './connections.ts';
import { guardedLookup } from './guarded-lookup.ts';

// Not imported, for the reason given in `http/server.ts`.
const { request } = process.getBuiltinModule('node:http');

export type AskRequest = {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly timeoutMs: number;
};

export type AskAnswer = { readonly status: number; readonly text: string };

/** One short question, such as for a token. Rejects when nothing answers in time; any status is an answer. */
export type Ask = (question: AskRequest) => Promise<AskAnswer>;

/** No token is as long. */
const MAX_ANSWER_BYTES = 1_000_000;

/**
 * Asks where the operator's configuration leads: through its proxies, with its roots, never metadata addresses. A
 * connection lives for one question; they are minutes apart. Node's own client, because the sockets of a route hand
 * their bytes over as events, and undici's reads for itself.
 */
export function openAsk(connections: Connections): Ask {
  return inTime(async ({ url, method, headers, body }, signal) => {
    const { origin, pathname, search } = allowed(url, 'operator');
    const route = connections.routeTo(origin);
    let giveUp = (): void => undefined;
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const asked = request({
      method,
      path: `${route.pathPrefix}${pathname}${search}`,
      headers: {
        ...headers,
        ...(body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        ...Object.fromEntries(pairsOf(route.headers)),
        connection: 'close',
      },
      signal,
      createConnection: (_options, done) => {
        giveUp = route.connect((error, socket) => {
          if (socket === null) done(error ?? new Error('no connection'), new Socket());
          else done(null, socket);
        });
        return null;
      },
    });
    asked.once('response', resolve);
    asked.on('error', reject);
    asked.end(body);
    try {
      const answer = await promise;
      return { status: answer.statusCode ?? 0, text: await textOf(answer) };
    } finally {
      asked.destroy();
      giveUp();
    }
  });
}

/** Asks the metadata service of the machine, directly: no proxy could reach it. */
export function openMetadataAsk(): Ask {
  // Loaded with the first question: most gateways never ask one.
  const client = lazily(async () => {
    const { Agent, request: requestDirectly } = await import('undici');
    return { agent: new Agent({ connect: { lookup: guardedLookup('metadata') } }), requestDirectly };
  });
  return inTime(async ({ url, method, headers, body }, signal) => {
    const { agent, requestDirectly } = await client();
    const asked = { method, headers, body, signal, dispatcher: agent };
    const { statusCode, body: answer } = await requestDirectly(allowed(url, 'metadata'), asked);
    return { status: statusCode, text: await textOf(answer) };
  });
}

function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

function inTime(ask: (question: AskRequest, signal: AbortSignal) => Promise<AskAnswer>): Ask {
  return async (question) => {
    const { timeoutMs } = question;
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      return await ask(question, signal);
    } catch (error) {
      throw signal.aborted ? new Error(`no answer within ${timeoutMs} ms`, { cause: error }) : error;
    }
  };
}

function allowed(url: string, policy: 'operator' | 'metadata'): URL {
  const verdict = guardAddress(url, policy);
  if (verdict.allowed) return verdict.url;
  throw new Error(`the address cannot be asked: ${verdict.reason}`);
}

/** Redirects are not followed: neither client does by itself. */
async function textOf(answer: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new Error(`it answered with more than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function* pairsOf(flat: readonly string[]): Generator<readonly [name: string, value: string]> {
  for (let at = 0; at < flat.length; at += 2) yield [flat[at] ?? '', flat[at + 1] ?? ''];
}
