import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openSqlite } from '../../src/store/index.ts';
import { insertRequestLog, loggedExchange, openUsageBooks } from '../../src/telemetry/index.ts';
import { sampleEvent } from '../contract/sample-event.ts';
import { type Gateway, startGateway, temporaryFolder } from '../support/gateway.ts';
import type { Scope } from '../support/scope.ts';
import { answer, startStream, startUpstream, type UpstreamRequest, write } from '../support/upstream.ts';

const HOUR_MS = 3_600_000;
const DAYS = 30;

type Use = {
  readonly model: string;
  readonly provider: string;
  /** Of a hundred calls. */
  readonly share: number;
  /** Nanodollars a token, in and out. */
  readonly price: readonly [number, number];
  readonly firstByteMs: number;
};

const USES: readonly Use[] = [
  { model: 'gpt-5', provider: 'openai', share: 34, price: [1_250, 10_000], firstByteMs: 840 },
  { model: 'gpt-5-mini', provider: 'openai', share: 26, price: [250, 2_000], firstByteMs: 420 },
  { model: 'mistral-large', provider: 'mistral', share: 22, price: [2_000, 6_000], firstByteMs: 510 },
  { model: 'llama-3.3-70b', provider: 'groq', share: 18, price: [590, 790], firstByteMs: 190 },
];

const KEYS = [
  { key_alias: 'web-shop', team_id: 'storefront', max_budget: 2, budget_duration: '30d' },
  { key_alias: 'support-desk', team_id: 'support', max_budget: 1, budget_duration: '30d', rpm_limit: 600 },
  { key_alias: 'night-batch', team_id: 'storefront', models: ['gpt-5-mini', 'llama-3.3-70b'] },
  { key_alias: 'evaluations', max_budget: 1 },
] as const;

const config = (url: string): string => `version: 1
credentials:
  openai: { provider: openai, base_url: "${url}/openai", api_key: sk-pictures }
  mistral: { provider: mistral, base_url: "${url}/mistral", api_key: sk-pictures }
  groq: { provider: groq, base_url: "${url}/busy", api_key: sk-pictures }
  together: { provider: together, base_url: "${url}/together", api_key: sk-pictures }
models:
  gpt-5:
    deployments: [{ use: openai/gpt-5, price: { input: 1.25, output: 10, cache_read: 0.125 }, context_window: 400000, max_output: 128000 }]
  gpt-5-mini:
    deployments: [{ use: openai/gpt-5-mini, price: { input: 0.25, output: 2, cache_read: 0.025 }, context_window: 400000, max_output: 128000 }]
  mistral-large:
    deployments: [{ use: mistral/mistral-large-latest, price: { input: 2, output: 6 }, context_window: 128000, max_output: 32000 }]
  llama-3.3-70b:
    deployments:
      - { use: groq/llama-3.3-70b-versatile, price: { input: 0.59, output: 0.79 }, context_window: 131072, max_output: 32768 }
      - { use: together/Llama-3.3-70B-Instruct-Turbo, price: { input: 0.88, output: 0.88 }, context_window: 131072, max_output: 32768 }
routing: { strategy: ordered, retries: 0 }
`;

/** A gateway as it stands after two weeks of use by two teams, and what calls it made a moment ago. */
export async function openUsedGateway(scope: Scope): Promise<Gateway> {
  const { url } = await startUpstream(scope, speak);
  const data = temporaryFolder(scope);
  const options = { config: config(url), data };
  const first = await startGateway(scope, options);
  await first.post('/team/new', { team_id: 'storefront', team_alias: 'Storefront', max_budget: 1_000 });
  await first.post('/team/new', { team_id: 'support', team_alias: 'Support', max_budget: 300 });
  const keys: string[] = [];
  for (const fields of KEYS) keys.push(await first.createKey(fields));
  const { keys: listed } = JSON.parse((await first.get('/key/list?return_full_object=true')).text) as {
    keys: readonly { readonly token_id: string; readonly key_alias: string; readonly team_id: string | null }[];
  };
  await first.stop();
  await writeHistory(join(data, 'requests.db'), listed);
  const gateway = await startGateway(scope, options);
  await callNow(gateway, keys);
  return gateway;
}

/** More by day than by night, and little at the weekend; each call somewhat like the one before it. */
async function writeHistory(
  file: string,
  keys: readonly { readonly token_id: string; readonly key_alias: string; readonly team_id: string | null }[],
): Promise<void> {
  const log = openSqlite(file);
  const books = openUsageBooks();
  const next = pseudoRandom();
  const nowMs = Date.now();
  const events = Array.from({ length: DAYS * 24 }, (_, hour) => nowMs - (hour + 1) * HOUR_MS).flatMap((atMs) => {
    const at = new Date(atMs);
    const isWeekend = at.getUTCDay() % 6 === 0;
    const wave = 1 + Math.sin(((at.getUTCHours() - 8) / 24) * 2 * Math.PI);
    const calls = Math.round((isWeekend ? 4 : 14) * wave * (0.7 + 0.6 * next()));
    return Array.from({ length: calls }, () => historicalCall(atMs + Math.floor(next() * HOUR_MS), keys, next));
  });
  await log.transaction((session) => insertRequestLog(session, events.map(loggedExchange), books));
  await log.close();
}

function historicalCall(
  startedAtMs: number,
  keys: readonly { readonly token_id: string; readonly key_alias: string; readonly team_id: string | null }[],
  next: () => number,
) {
  const use = useAt(next() * 100);
  const key = keys[Math.floor(next() * next() * keys.length)];
  const [input, output] = [Math.round(400 + 5_600 * next()), Math.round(80 + 900 * next())];
  const cached = Math.round(input * 0.4 * next());
  const [inPrice, outPrice] = use.price;
  const nano = String(input * inPrice + output * outPrice);
  const hasFailed = next() < 0.015;
  const firstByteMs = Math.round(use.firstByteMs * (0.6 + next()));
  return sampleEvent(`gen-${startedAtMs}-${Math.floor(next() * 1e9)}`, {
    startedAtMs,
    keyId: key?.token_id ?? null,
    keyAlias: key?.key_alias ?? null,
    teamId: key?.team_id ?? null,
    userId: null,
    sessionId: null,
    provider: use.provider,
    requestedModel: use.model,
    upstreamModel: use.model,
    streamed: true,
    firstByteMs: hasFailed ? null : firstByteMs,
    durationMs: firstByteMs + Math.round(output * 9),
    ...(hasFailed
      ? { outcome: 'failed' as const, status: 503, errorCode: 'upstream_error', costNanoUsd: '0', chargeNanoUsd: '0' }
      : { costNanoUsd: nano, chargeNanoUsd: nano }),
    usage: {
      ...sampleEvent('').usage,
      inputTokens: hasFailed ? 0 : input,
      outputTokens: hasFailed ? 0 : output,
      cacheReadTokens: hasFailed ? 0 : cached,
    },
  });
}

function useAt(place: number): Use {
  const shares = USES.map((_, nth) => USES.slice(0, nth + 1).reduce((sum, { share }) => sum + share, 0));
  return USES[shares.findIndex((share) => place < share)] ?? (USES[0] as Use);
}

/** The same on every day that pictures are taken. Numerical Recipes' linear congruence. */
function pseudoRandom(): () => number {
  let state = 42;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const PROMPT = 'Which of the last orders are late, and why?';

async function callNow(gateway: Gateway, keys: readonly string[]): Promise<void> {
  // Long ones, so that something of the budgets is gone.
  for (const [nth, { model }] of [...USES, ...USES, ...USES].entries()) {
    const body = { model, messages: [{ role: 'user', content: PROMPT }] };
    await gateway.post('/v1/chat/completions', { ...body, session_id: `order-${1 + (nth % 4)}` }, keys[nth % 2]);
  }
}

const ANSWER = `Two orders are late.

Order 4711 waits for a part: its supplier has promised it for Thursday. Order 4720 was packed on time, but the carrier
did not come on Monday; it is on its way since this morning.`;

const usageOf = (input: number, output: number) => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
});

type Asked = { readonly model: string; readonly stream?: boolean };

async function speak(request: UpstreamRequest): Promise<void> {
  if (request.method === 'GET') return answer(request, { body: '{"object":"list","data":[]}' });
  if (request.path.includes('/busy/')) {
    await setTimeout(140);
    return answer(request, { status: 503, body: '{"error":{"message":"over capacity","type":"server_error"}}' });
  }
  await setTimeout(310);
  const asked = JSON.parse(request.body) as Asked;
  const head = { id: 'chatcmpl-AhT9', created: Math.floor(Date.now() / 1_000), model: asked.model };
  if (asked.stream !== true) {
    const usage = usageOf(96_400, 1_150);
    const choices = [{ index: 0, message: { role: 'assistant', content: ANSWER }, finish_reason: 'stop' }];
    return answer(request, { body: JSON.stringify({ ...head, object: 'chat.completion', choices, usage }) });
  }
  const chunk = (delta: object, reason: string | null, more = {}): string =>
    `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: reason }], ...more })}\n\n`;
  startStream(request);
  for (const content of ANSWER.match(/.{1,24}/gs) ?? []) {
    await write(request.socket, chunk({ content }, null));
    await setTimeout(25);
  }
  await write(request.socket, `${chunk({}, 'stop', { usage: usageOf(42, 62) })}data: [DONE]\n\n`);
  request.socket.end();
}
