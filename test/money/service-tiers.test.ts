import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { answer, chatAnswer, startUpstream } from '../support/upstream.ts';

const [INPUT, OUTPUT] = [1_000, 100];
const USUAL = (INPUT * 2 + OUTPUT * 8) / 1e6;
/** Serves as asked, unless the model's name says at which tier it does. */
const served = (body: { model: string; service_tier?: string }): string | undefined =>
  body.model.startsWith('busy') ? 'default' : body.model.startsWith('eager') ? 'priority' : body.service_tier;

/** As OpenAI says it. */
const FULL = { status: 429, body: '{"error":{"message":"Resource unavailable","code":"resource_unavailable"}}' };

const price = 'price: { input: 2, output: 8 }';
const tiers = 'service_tiers: { flex: { input: 1, output: 4 }, priority: { input: 4, output: 16 } }';

test('a call costs what the tier costs at which it was served, and holds the dearest that it may be served at', async (context) => {
  const upstream = await startUpstream(context, (request) => {
    const body = JSON.parse(request.body) as { model: string; service_tier?: string };
    const told = { ...JSON.parse(chatAnswer('hello', INPUT, OUTPUT)), service_tier: served(body) };
    return answer(request, { body: JSON.stringify(told) });
  });
  const gateway = await startGateway(context, {
    config: `credentials: { up: { provider: openai-compatible, base_url: "${upstream.url}", api_key: k } }
models:
  tiered: { deployments: [{ use: up/tiered, ${price}, ${tiers} }] }
  busy: { deployments: [{ use: up/busy, ${price}, ${tiers} }] }
  eager: { deployments: [{ use: up/eager, ${price}, ${tiers} }] }
  plain: { deployments: [{ use: up/plain, ${price} }] }
  mixed: { deployments: [{ use: up/without, ${price} }, { use: up/with, ${price}, ${tiers} }] }
`,
  });
  const ask = (model: string, tier: string | undefined, key?: string) =>
    gateway.post(
      '/v1/chat/completions',
      { model, service_tier: tier, max_tokens: OUTPUT, messages: [{ role: 'user', content: 'hello' }] },
      key,
    );
  const costs = [
    ['tiered', undefined, 1],
    ['tiered', 'flex', 0.5],
    ['tiered', 'priority', 2],
    ['busy', 'priority', 1],
    ['eager', undefined, 2],
    ['plain', 'flex', 1],
    ['plain', 'priority', 1],
    ['mixed', 'flex', 0.5],
    ['mixed', 'flex', 0.5],
    ['mixed', 'priority', 2],
  ] as const;
  for (const [model, tier, times] of costs) {
    const { status, headers, text } = await ask(model, tier);
    assert.equal(status, 200, text);
    assert.equal(Number(headers.get('x-litellm-response-cost')), USUAL * times, `${model} ${tier}`);
  }
  // Some 1,100 bytes and tokens at most: 0.003 as usual, 0.006 at the priority tier.
  const narrow = await gateway.createKey({ max_budget: 0.0045 });
  const refused = await ask('tiered', 'priority', narrow);
  assert.equal(refused.status, 402, refused.text);
  assert.equal((await ask('tiered', undefined, narrow)).status, 402, "the account's setting may be priority");
  assert.equal((await ask('tiered', 'default', narrow)).status, 200);
  const key = await gateway.createKey({ max_budget: 1 });
  const unpriced = await ask('plain', 'priority', key);
  assert.ok(unpriced.status >= 400 && unpriced.status < 500, unpriced.text);
  assert.match(unpriced.text, /no price for the priority tier.*service_tiers/);
  assert.equal((await ask('plain', 'flex', key)).status, 200);
  const messages = '[{"role":"user","content":"hello"}]';
  const twice = `{"model":"tiered","service_tier":"flex","service_tier":"priority","messages":${messages}}`;
  const ambiguous = await gateway.post('/v1/chat/completions', twice, key);
  assert.deepEqual([ambiguous.status, /service_tier/.test(ambiguous.text)], [400, true], ambiguous.text);
});

test('a tier that nobody asked for by itself is let in by a name or an ending, told to the upstream, and paid for', async (context) => {
  let isFull = false;
  const upstream = await startUpstream(context, (request) => {
    const body = JSON.parse(request.body) as { model: string; service_tier?: string };
    if (isFull && body.service_tier === 'flex') return answer(request, FULL);
    const told = { ...JSON.parse(chatAnswer('hello', INPUT, OUTPUT)), service_tier: served(body) };
    return answer(request, { body: JSON.stringify(told) });
  });
  const gateway = await startGateway(context, {
    config: `credentials: { up: { provider: openai-compatible, base_url: "${upstream.url}", api_key: k } }
models:
  tiered: { deployments: [{ use: up/tiered, ${price}, ${tiers} }] }
`,
  });
  const messages = [{ role: 'user', content: 'hello' }];
  /** The tiers that the upstream was asked for, and how many times the usual price the answer cost. */
  const ask = async (model: string, more: object, path = '/v1/chat/completions'): Promise<string> => {
    const from = upstream.requests.length;
    const { status, headers, text } = await gateway.post(path, { model, max_tokens: OUTPUT, messages, ...more });
    assert.equal(status, 200, text);
    const asked = upstream.requests
      .slice(from)
      .map(({ body }) => (JSON.parse(body) as { service_tier?: string }).service_tier ?? '-');
    return `${asked.join(' ')} x ${Number(headers.get('x-litellm-response-cost')) / USUAL}`;
  };
  assert.equal(await ask('tiered', {}), '- x 1');
  assert.equal(await ask('tiered', { provider: { only: ['up'] } }), '- x 1', 'a place alone opts in to nothing');
  assert.equal(await ask('tiered', { provider: { only: ['up/flex'] } }), 'flex x 0.5');
  const rest = `"model":"tiered","max_tokens":${OUTPUT},"messages":${JSON.stringify(messages)}`;
  assert.equal(upstream.requests.at(-1)?.body, `{"service_tier":"flex",${rest}}`, 'all else as it came');
  assert.equal(await ask('tiered', { provider: { order: ['up/priority'] } }), 'priority x 2');
  assert.equal(await ask('tiered:floor', {}), 'flex x 0.5');
  assert.equal(await ask('tiered:floor', { provider: { ignore: ['up/flex'] } }), '- x 1');
  assert.equal(await ask('tiered:floor', { service_tier: 'default' }), 'default x 1', 'the request has the last word');
  assert.equal(await ask('tiered:floor', { service_tier: 'auto' }), 'flex x 0.5');
  assert.match(await ask('tiered:nitro', {}), /^(?:priority x 2|- x 1)$/);
  const anthropic = await ask('tiered', { provider: { only: ['up/priority'] } }, '/v1/messages');
  assert.equal(anthropic, 'priority x 2');
  isFull = true;
  assert.equal(await ask('tiered:floor', {}), 'flex - x 1', 'the next place is the usual one');
  assert.equal(await ask('tiered', {}), '- x 1', 'what is full there says nothing of what is usual');
  type Row = { readonly service_tier?: string; readonly state: string };
  const { deployments } = JSON.parse((await gateway.get('/health')).text) as { deployments: readonly Row[] };
  assert.deepEqual(
    deployments.map(({ service_tier = '-' }) => service_tier),
    ['-', 'flex', 'priority'],
  );
  assert.deepEqual(await endpointsOf(gateway), [
    ['up', null, 'OpenAI-compatible server | tiered', '0.000002', 0, 100],
    // It was full: that is a rest, and no downtime.
    ['up/flex', 'flex', 'OpenAI-compatible server | tiered (flex)', '0.000001', -3, 100],
    ['up/priority', 'priority', 'OpenAI-compatible server | tiered (priority)', '0.000004', 0, 100],
  ]);
  const key = await gateway.createKey({ max_budget: 0.0045 });
  const dear = { model: 'tiered', max_tokens: OUTPUT, messages, provider: { only: ['up/priority'] } };
  assert.equal((await gateway.post('/v1/chat/completions', dear, key)).status, 402, 'held is what the tier may cost');
});

/** What OpenRouter's clients read of each place: tag, tier, name, price, state and uptime. */
async function endpointsOf(gateway: Gateway): Promise<readonly (readonly unknown[])[]> {
  type Endpoint = Readonly<Record<string, unknown>> & { readonly pricing: { readonly prompt: string } };
  const { text } = await gateway.get('/api/v1/models/tiered/endpoints');
  const { data } = JSON.parse(text) as { readonly data: { readonly endpoints: readonly Endpoint[] } };
  for (const { tag, latency_last_30m, throughput_last_30m } of data.endpoints)
    for (const numbers of [latency_last_30m, throughput_last_30m])
      assert.deepEqual(Object.keys((numbers ?? {}) as object), ['p50', 'p75', 'p90', 'p99'], String(tag));
  return data.endpoints.map(({ tag, service_tier: tier, name, pricing, status, uptime_last_30m: uptime }) => [
    tag,
    tier,
    name,
    pricing.prompt,
    status,
    uptime,
  ]);
}
