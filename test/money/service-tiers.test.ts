import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGateway } from '../support/gateway.ts';
import { answer, chatAnswer, startUpstream } from '../support/upstream.ts';

const [INPUT, OUTPUT] = [1_000, 100];
const USUAL = (INPUT * 2 + OUTPUT * 8) / 1e6;
/** Serves as asked, unless the model's name says at which tier it does. */
const served = (body: { model: string; service_tier?: string }): string | undefined =>
  body.model.startsWith('busy') ? 'default' : body.model.startsWith('eager') ? 'priority' : body.service_tier;

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
