import { type Deployment, type FallbackCause, freePrice } from '../../catalog/index.ts';
import { loadDialect } from '../../dialects/index.ts';
import { GatewayError, type GatewayErrorCode, NO_BOUNDS } from '../../inference/index.ts';
import { classify, sandboxProvider, type Verdict } from '../../providers/index.ts';
import type { Candidate, Preferences } from '../../routing/index.ts';
import { randomText } from '../../std/index.ts';
import { translatingReader } from '../reading/readers.ts';
import type { Answer } from './answer.ts';
import { contextOf } from './encode.ts';
import { recordAnswered, recordPlayed } from './end-attempt.ts';
import type { Search } from './search.ts';
import { journaled } from './try-candidate.ts';

type Mock = NonNullable<Preferences['mock']>;

type Played = { readonly verdict: Verdict; readonly message: string };

function played(kind: Parameters<typeof kindOf>[0], code: GatewayErrorCode, message: string): Played {
  return { verdict: { ...kindOf(kind), code }, message: `${message}, as the request asked for.` };
}

function kindOf(kind: 'broken' | 'slow' | 'limited' | 'context-window' | 'content-policy'): Verdict {
  return classify({ played: kind });
}

const FAILURES: Readonly<Record<Exclude<FallbackCause, 'budget'> | 'timeout', Played>> = {
  error: played('broken', 'upstream_error', 'The upstream failed'),
  timeout: played('slow', 'upstream_timeout', 'The upstream sent nothing in time'),
  rate_limit: played('limited', 'rate_limit_exceeded', 'The upstream limited the rate'),
  context_window: played('context-window', 'context_length_exceeded', 'The prompt is too long'),
  content_policy: played('content-policy', 'content_policy_violation', 'The upstream refused the content'),
};

/** The first model fails without an attempt, so that its fallbacks can be seen to be taken. */
export function playFailure(search: Search, candidate: Candidate, fails: NonNullable<Mock['fails']>): void {
  const { verdict, message } = FAILURES[fails === 'budget' ? 'error' : fails];
  const { deployment, model } = candidate;
  search.failures.push({ verdict, message, refusal: null, deployment, model });
  const reason = { ...candidate, reason: 'a failure that the request asked for' };
  recordPlayed(search.exchange, reason, verdict.code, search.rooms);
  search.called.add(model.name);
}

/** The answer that the request asked for, in its dialect: nobody is called, and it costs nothing. null: none is wanted. */
export async function playResponse(search: Search, { model }: Candidate, mock: Mock): Promise<Answer | null> {
  if (mock.response === null && mock.toolCalls === null) return null;
  const { exchange, rooms } = search;
  const { request } = exchange;
  const startedMs = rooms.clock.monotonicMs();
  const reader =
    request === null || exchange.dialect.chat === null
      ? null
      : translatingReader(await loadDialect('openai-chat'), exchange.dialect, contextOf(exchange, request), null);
  const reading = reader?.readWhole(completionOf(model.name, mock, exchange.startedAtMs), () => null) ?? null;
  if (reading === null) {
    throw new GatewayError('invalid_request', 'Answers can be made up for chats only.', { param: 'mock_response' });
  }
  exchange.passThrough = false;
  const deployment = mockDeployment(model.name);
  await journaled(search, deployment);
  rooms.health.begin(deployment, startedMs);
  const answer: Answer = {
    kind: 'whole',
    deployment,
    status: 200,
    contentType: reading.contentType ?? 'application/json',
    startedMs,
    firstByteAtMs: rooms.clock.monotonicMs(),
    body: reading.body,
    observation: reading.observation,
  };
  recordAnswered(exchange, { deployment, model, reason: 'an answer that the request asked for' }, answer, rooms);
  search.called.add(model.name);
  return answer;
}

/** As OpenAI words it; its counts are a guess, for nothing is paid by them. */
function completionOf(model: string, { response, toolCalls }: Mock, startedAtMs: number): Buffer {
  const text = response ?? '';
  const calls = (toolCalls ?? []).map((call) => ({ id: `call_${randomText(24)}`, type: 'function', function: call }));
  const outputTokens = Math.ceil((text.length + JSON.stringify(toolCalls ?? '').length) / 4);
  const message = {
    role: 'assistant',
    content: response,
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
  return Buffer.from(
    JSON.stringify({
      id: `chatcmpl-${randomText(24)}`,
      object: 'chat.completion',
      created: Math.floor(startedAtMs / 1000),
      model,
      choices: [{ index: 0, message, finish_reason: calls.length === 0 ? 'stop' : 'tool_calls' }],
      usage: { prompt_tokens: 10, completion_tokens: outputTokens, total_tokens: 10 + outputTokens },
    }),
  );
}

/** The sandbox's, for what it is: play money, left out of totals. */
function mockDeployment(model: string): Deployment {
  return {
    id: 'mock',
    credential: sandboxProvider,
    provider: sandboxProvider,
    upstreamModel: model,
    price: freePrice,
    contextWindow: null,
    maxOutput: null,
    traits: { thinking: null, takesSampling: null, bounds: NO_BOUNDS },
    features: { inputs: null, outputs: null, parameters: null, quantization: null, distillable: null },
    data: { collects: false, retains: false },
    region: null,
    tags: [],
    names: [],
    routesOn: false,
    needsCallerKey: false,
    circuit: 'mock',
    priority: 1,
    weight: 1,
    limits: { rpm: null, tpm: null, parallel: null },
    timeouts: { connectMs: 0, firstByteMs: 0, idleMs: 0, totalMs: 0 },
    headers: {},
  };
}
