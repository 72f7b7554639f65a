import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { Pool } from 'undici';
import { type Gateway, startGateway } from './gateway.ts';
import type { Recorded } from './recorded.ts';

const AT_ONCE = 16;
const ANSWERED_WITHIN_MS = 60_000;
/** Long enough for the first half to be read by itself. */
const BETWEEN_HALVES_MS = 2;
/** The most rows that one page of the request log has. */
const MOST_ROWS = 10_000;
const ASKS_FOR_USAGE = /"stream_options":\{"include_usage":true\},?/;

/** USD per million tokens: no two alike, and sums that end between two nanodollars. */
export const PRICE = {
  input: '1.2371',
  output: '4.9007',
  cache_read: '0.1139',
  cache_write: '2.3057',
  reasoning: '7.7013',
  input_audio: '11.0503',
  output_audio: '19.0109',
  request: '0.000017',
  tiers: [{ above: 2000, input: '3.3333', output: '6.6667', cache_read: '0.5051', cache_write: '4.0013' }],
};

/** A recorded exchange that is to be had again through the gateway. */
export type Play = {
  readonly number: number;
  readonly exchange: Recorded;
  readonly label: string;
  /** What the client sends: the recorded request with a model of ours. */
  readonly sent: string;
  /** That, with the model that the upstream is to be asked for. */
  readonly forwarded: string;
  readonly asksForUsage: boolean;
  readonly isStream: boolean;
  /** What the provider sent, and where it is cut on its way. */
  readonly answer: Buffer;
  readonly cuts: readonly number[];
};

export type Played = {
  readonly play: Play;
  /** What reached the upstream; null: nothing did. */
  readonly received: string | null;
  readonly status: number;
  readonly contentType: string;
  readonly got: Buffer;
};

export type PlayOptions = {
  readonly cuts?: readonly number[];
  readonly answer?: Buffer;
  /** Leaves out the client's wish for a usage event. */
  readonly withoutAsking?: boolean;
};

export function answerOf(exchange: Recorded & { readonly body_base64?: string }): Buffer {
  const { body, body_base64: encoded } = exchange;
  return encoded === undefined ? Buffer.from(body ?? '') : Buffer.from(encoded, 'base64');
}

export function isStream({ body, status }: Recorded): boolean {
  return status === 200 && /^\s*(?:data|event|:)/.test(body ?? '');
}

/** Only what a client may send to the gateway: OpenAI's paths and a body with a model. */
export function isPlayable({ path, request }: Recorded): boolean {
  return /\/(?:chat\/completions|embeddings)$/.test(path) && typeof request === 'string';
}

export function playOf(number: number, exchange: Recorded, options: PlayOptions = {}): Play {
  const recorded = String(exchange.request).replace(ASKS_FOR_COST, '').replace(/,\}$/, '}');
  const request = options.withoutAsking === true ? recorded.replace(ASKS_FOR_USAGE, '').replace(/,\}$/, '}') : recorded;
  const { model, stream_options: wish } = JSON.parse(request) as Asked;
  return {
    number,
    exchange,
    label: `${exchange.host} ${exchange.id} (${number})`,
    sent: withModel(request, `${ROUTES_ITSELF.test(exchange.host) ? 'routed' : 'replay'}/${number}/${model}`),
    forwarded: withModel(request, `${number}/${model}`).replace(FURTHER_MODELS, ''),
    asksForUsage: wish?.include_usage === true,
    isStream: isStream(exchange),
    answer: options.answer ?? answerOf(exchange),
    cuts: options.cuts ?? [],
  };
}

/** Who asks is told what the gateway charges, and no longer the provider's bytes: tested beside the SDK that asks. */
const ASKS_FOR_COST = /"usage":\s*\{"include":\s*true\},?/;

/** Its words for routing go on to it, and to nobody else. */
const ROUTES_ITSELF = /openrouter/;
/** Names of ours: they are tried here. */
const FURTHER_MODELS = /"models":\["[^\]]*\],/;

type Asked = { readonly model: string; readonly stream_options?: { readonly include_usage?: boolean } };

/** The same text with another model, wherever else the name may stand. */
function withModel(request: string, model: string): string {
  const name = JSON.stringify((JSON.parse(request) as Asked).model);
  for (const { index, 0: found } of request.matchAll(/"model"\s*:\s*/g)) {
    const start = index + found.length;
    if (!request.startsWith(name, start)) continue;
    const changed = request.slice(0, start) + JSON.stringify(model) + request.slice(start + name.length);
    if ((JSON.parse(changed) as Asked).model === model) return changed;
  }
  throw new Error(`no model to change: ${request.slice(0, 200)}`);
}

export type Stage = {
  readonly gateway: Gateway;
  readonly perform: (plays: readonly Play[]) => Promise<readonly Played[]>;
  /** The rows of the request log by the numbers of their plays. */
  readonly rows: () => Promise<ReadonlyMap<number, LogRow>>;
  readonly keySpend: () => Promise<number>;
};

export type LogRow = {
  readonly model_group: string;
  readonly model: string;
  readonly spend: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly call_type: string;
  readonly status: 'success' | 'failure';
  readonly metadata: Readonly<Record<string, unknown>>;
};

/** A gateway between a client and an upstream that has every play by heart. */
export async function openStage(test: TestContext): Promise<Stage> {
  const script = new Map<number, { readonly play: Play; received: string | null }>();
  const port = await startProvider(test, (body) => {
    const number = Number(/"model"\s*:\s*"(\d+)\//.exec(body)?.[1]);
    const known = script.get(number);
    if (known === undefined) return null;
    known.received = known.received === null ? body : `twice: ${body}`;
    return known.play;
  });
  const config = {
    credentials: {
      local: { provider: 'openai-compatible', base_url: `http://127.0.0.1:${port}/v1`, api_key: 'k' },
      router: { provider: 'openrouter', base_url: `http://127.0.0.1:${port}/v1`, api_key: 'k' },
    },
    models: {
      'replay/*': { deployments: [{ use: 'local/*', price: PRICE }] },
      'routed/*': { deployments: [{ use: 'router/*', price: PRICE }] },
    },
    routing: { retries: 0, cooldown: '0s' },
    log_level: 'error',
  };
  const gateway = await startGateway(test, { config: JSON.stringify(config) });
  const key = await gateway.createKey({ max_budget: 1_000_000 });
  const pool = new Pool(gateway.url, { connections: AT_ONCE, headersTimeout: ANSWERED_WITHIN_MS });
  test.after(() => pool.destroy());

  const perform = async (play: Play): Promise<Played> => {
    const entry = { play, received: null };
    script.set(play.number, entry);
    const response = await pool.request({
      method: 'POST',
      path: play.exchange.path.endsWith('/embeddings') ? '/v1/embeddings' : '/v1/chat/completions',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: play.sent,
    });
    const got = Buffer.from(await response.body.arrayBuffer());
    const contentType = String(response.headers['content-type'] ?? '');
    return { play, received: entry.received, status: response.statusCode, contentType, got };
  };
  return {
    gateway,
    perform: (plays) => abreast(plays, perform),
    rows: async () => {
      const { text } = await gateway.get(`/spend/logs?limit=${MOST_ROWS}`);
      const rows = JSON.parse(text) as LogRow[];
      return new Map(rows.map((row) => [Number(row.model_group.split('/')[1]), row]));
    },
    keySpend: async () => {
      const { text } = await gateway.get(`/key/info?key=${key}`);
      return (JSON.parse(text) as { info: { spend: number } }).info.spend;
    },
  };
}

async function abreast<From, To>(items: readonly From[], each: (item: From) => Promise<To>): Promise<readonly To[]> {
  const results: To[] = [];
  const rest = items.entries();
  const worker = async (): Promise<void> => {
    for (const [at, item] of rest) results[at] = await each(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

async function startProvider(test: TestContext, find: (body: string) => Play | null): Promise<number> {
  const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, response) => {
    const pieces: Buffer[] = [];
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    incoming.on('end', () => {
      const play = find(Buffer.concat(pieces).toString());
      if (play === null) response.writeHead(599).end();
      else void say(response, play);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Plain answers are framed by their length, streams by chunks or, every third, by the end of the connection. */
async function say(response: ServerResponse, { exchange, answer, cuts, number }: Play): Promise<void> {
  const type = exchange.content_type === null ? {} : { 'content-type': exchange.content_type };
  const endsConnection = isStream(exchange) && number % 3 === 0;
  if (endsConnection) response.useChunkedEncodingByDefault = false;
  const framing = endsConnection ? { connection: 'close' } : {};
  const length = isStream(exchange) ? {} : { 'content-length': answer.length };
  response.writeHead(exchange.status, { ...type, ...framing, ...length });
  let from = 0;
  for (const cut of [...cuts, answer.length]) {
    response.write(answer.subarray(from, cut));
    from = cut;
    await (cuts.length === 1 ? sleep(BETWEEN_HALVES_MS) : turn());
  }
  response.end();
}
