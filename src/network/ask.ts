import { Agent, Client, type Dispatcher, request } from 'undici';
import { guardAddress } from './address-guard.ts';
import type { Connections } from './connections.ts';
import { guardedLookup } from './guarded-lookup.ts';

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
 * connection lives for one question; they are minutes apart.
 */
export function openAsk(connections: Connections): Ask {
  return async (question) => {
    const url = allowed(question.url, 'operator');
    const { origin, pathPrefix, headers, connect } = connections.routeTo(url.origin);
    let giveUp = (): void => undefined;
    const client = new Client(origin, {
      connect: (target, done) => {
        giveUp = connect(target, (error, socket) => {
          if (socket === null) done(error ?? new Error('no connection'), null);
          else done(null, socket);
        });
      },
    });
    const path = `${pathPrefix}${url.pathname}${url.search}`;
    try {
      return await answerOf(question.timeoutMs, (signal) =>
        client.request({
          path,
          method: question.method,
          headers: { ...question.headers, ...Object.fromEntries(pairsOf(headers)) },
          body: question.body,
          signal,
        }),
      );
    } finally {
      giveUp();
      await client.destroy();
    }
  };
}

/** Asks the metadata service of the machine, directly: no proxy could reach it. */
export function openMetadataAsk(): Ask {
  const agent = new Agent({ connect: { lookup: guardedLookup('metadata') } });
  return async ({ url, method, headers, body, timeoutMs }) => {
    const address = allowed(url, 'metadata');
    return answerOf(timeoutMs, (signal) => request(address, { method, headers, body, signal, dispatcher: agent }));
  };
}

function allowed(url: string, policy: 'operator' | 'metadata'): URL {
  const verdict = guardAddress(url, policy);
  if (verdict.allowed) return verdict.url;
  throw new Error(`the address cannot be asked: ${verdict.reason}`);
}

/** Redirects are not followed: undici's request never does by itself. */
async function answerOf(
  timeoutMs: number,
  send: (signal: AbortSignal) => Promise<Dispatcher.ResponseData>,
): Promise<AskAnswer> {
  const { statusCode, body } = await send(AbortSignal.timeout(timeoutMs));
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new Error(`it answered with more than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return { status: statusCode, text: Buffer.concat(chunks).toString('utf8') };
}

function* pairsOf(flat: readonly string[]): Generator<readonly [name: string, value: string]> {
  for (let at = 0; at < flat.length; at += 2) yield [flat[at] ?? '', flat[at + 1] ?? ''];
}
