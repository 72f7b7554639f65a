import type { TestContext } from 'node:test';
import { type Gateway, startGateway } from './gateway.ts';
import { answer, chatAnswer, startUpstream, type UpstreamRequest } from './upstream.ts';

export const SLOW_MS = 700;

function refusal(request: UpstreamRequest, status: number, code: string, message: string): Promise<void> {
  return answer(request, { status, body: JSON.stringify({ error: { message, type: 'invalid_request_error', code } }) });
}

/** How an upstream model behaves is the first word of its name; the rest tells it from others. */
const behaviours: Readonly<Record<string, (request: UpstreamRequest, nth: number) => Promise<void>>> = {
  ok: (request) => answer(request, { body: chatAnswer('hello', 100, 50) }),
  bad: (request) => refusal(request, 500, 'server_error', 'It broke.'),
  busy: (request) => refusal(request, 429, 'rate_limit_exceeded', 'Slow down.'),
  denied: (request) => refusal(request, 401, 'invalid_api_key', 'Who?'),
  long: (request) => refusal(request, 400, 'context_length_exceeded', 'maximum context length is 8 tokens'),
  policy: (request) => refusal(request, 400, 'content_policy_violation', 'Not that.'),
  flaky: (request, nth) => (nth < 3 ? refusal(request, 500, 'server_error', 'It broke.') : ok(request)),
  slow: async (request) => {
    await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    await ok(request);
  },
};

function ok(request: UpstreamRequest): Promise<void> {
  return answer(request, { body: chatAnswer('hello', 100, 50) });
}

/** Of a LiteLLM file: a model's name, the upstream model, and what else its params and its info say. */
export type Entry = readonly [name: string, upstream: string, params?: string, info?: string];

export type Stand = {
  readonly gateway: Gateway;
  /** The upstream models that one call reached, in order, and what became of it. */
  readonly call: (model: string, more?: object, headers?: Readonly<Record<string, string>>) => Promise<string>;
  readonly calls: (count: number, model: string) => Promise<readonly string[]>;
  /** How many requests have come to the upstream. */
  readonly reached: () => number;
};

/** A gateway with a LiteLLM file, whose upstream models behave as their names say. */
export async function standOf(context: TestContext, entries: readonly Entry[], settings = ''): Promise<Stand> {
  const counts = new Map<string, number>();
  const upstream = await startUpstream(context, (request) => {
    const { model } = JSON.parse(request.body) as { model: string };
    const nth = (counts.get(model) ?? 0) + 1;
    counts.set(model, nth);
    return behaviours[model.split('-')[0] ?? '']?.(request, nth);
  });
  const list = entries.map(
    ([name, model, params = '', info = '']) =>
      `  - { model_name: "${name}", litellm_params: { model: "openai/${model}", api_base: "${upstream.url}", api_key: k${params === '' ? '' : `, ${params}`} }, model_info: { ${info} } }`,
  );
  const gateway = await startGateway(context, { config: `model_list:\n${list.join('\n')}\n${settings}` });
  const call: Stand['call'] = async (model, more = {}, headers = {}) => {
    const from = upstream.requests.length;
    const body = { model, messages: [{ role: 'user', content: 'hello' }], max_tokens: 50, ...more };
    const { status } = await gateway.post('/v1/chat/completions', body, undefined, headers);
    const reached = upstream.requests
      .slice(from)
      .map((request) => (JSON.parse(request.body) as { model: string }).model);
    return [...reached, status].join(' ');
  };
  const calls: Stand['calls'] = async (count, model) => {
    const made: string[] = [];
    for (let nth = 0; nth < count; nth++) made.push(await call(model));
    return made;
  };
  return { gateway, call, calls, reached: () => upstream.requests.length };
}

export const once = (values: readonly string[]): readonly string[] => [...new Set(values)].sort();
/** The settings of the router alone, in braces. */
export const router = (settings: string): string => `router_settings: { ${settings} }`;
