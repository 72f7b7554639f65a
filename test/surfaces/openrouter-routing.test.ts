import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { answer, chatAnswer, startUpstream, type Upstream } from '../support/upstream.ts';

/** Answers of alpha take this long, those of the others as long as the machine needs. */
const SLOW_MS = 3_000;
const OUTPUT = 100;

/** The order is that of the configuration, unless a request says something else: a, b, c. */
const CONFIG = (url: string): string => {
  const at = `provider: openai-compatible, base_url: "${url}", api_key: k`;
  const known = 'temperature, max_tokens';
  const one =
    'price: { input: 3, output: 6, request: 0.01 }, quantization: fp8, distillable: false, max_output: 50, data: { collects: true, retains: true }';
  const two = 'price: { input: 1, output: 2 }, quantization: bf16, data: { collects: false, retains: true }';
  const three = 'price: { input: 2, output: 4 }, quantization: fp8, data: { collects: false, retains: false }';
  return `credentials: { acme: { ${at} }, bolt: { ${at} }, corp: { ${at} } }
models:
  m:
    deployments:
      - { use: acme/a, ${one}, context_window: 300, parameters: [${known}, tools], modalities: { input: [text], output: [text] } }
      - { use: bolt/b, ${two}, distillable: true, parameters: [${known}, seed] }
      - { use: corp/c, ${three}, region: eu-central-1, parameters: [${known}, seed, tools, response_format, structured_outputs] }
  dear: { price: { input: 9, output: 9 }, deployments: [acme/d] }
  gratis: { price: free, deployments: [acme/f] }
  only-a: acme/a
  only-b: bolt/b
  only-c: corp/c
routing: { strategy: ordered, retries: 0, cooldown: 0s, retry_budget: { floor: 1000 } }
`;
};

const TOOLS = [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }];
const SCHEMA = { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object', properties: {} } } };
const IMAGE = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } };
const PICTURED = { messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }, IMAGE] }] };

type Case = readonly [field: string, asked: object, reached: string];

const provider = (wishes: object, more: object = {}): object => ({ provider: wishes, ...more });

/** Every field of OpenRouter's, and who is asked in which order where each of them fails. */
const CASES: readonly Case[] = [
  ['', {}, 'a b c'],
  ['order', provider({ order: ['corp', 'ACME'] }), 'c a b'],
  ['order', provider({ order: ['corp/eu-central-1', 'nobody'] }), 'c a b'],
  ['only', provider({ only: ['bolt', 'corp'] }), 'b c'],
  ['ignore', provider({ ignore: ['acme'] }), 'b c'],
  ['allow_fallbacks', provider({ allow_fallbacks: false }), 'a'],
  ['allow_fallbacks', provider({ allow_fallbacks: false, order: ['corp', 'bolt'] }), 'c b'],
  ['require_parameters', provider({ require_parameters: true }, { seed: 1 }), 'b c'],
  [
    'require_parameters',
    provider({ require_parameters: true }, { seed: 1, response_format: { type: 'json_object' } }),
    'c',
  ],
  ['data_collection', provider({ data_collection: 'deny' }), 'b c'],
  ['data_collection', provider({ data_collection: 'allow' }), 'a b c'],
  ['zdr', provider({ zdr: true }), 'c'],
  ['zdr', provider({ zdr: false }), 'a b c'],
  ['enforce_distillable_text', provider({ enforce_distillable_text: true }), 'b c'],
  ['quantizations', provider({ quantizations: ['bf16', 'int4'] }), 'b'],
  ['quantizations', provider({ quantizations: ['fp8'] }), 'a c'],
  ['sort', provider({ sort: 'price' }), 'b c a'],
  ['sort', provider({ sort: { by: 'price', partition: 'model' } }), 'b c a'],
  ['sort', provider({ sort: { by: 'price', partition: 'model' } }, { models: ['gratis'] }), 'b c a f'],
  ['sort', provider({ sort: { by: 'price', partition: 'none' } }, { models: ['dear', 'gratis'] }), 'f b c d a'],
  ['sort', provider({ sort: 'throughput' }), '[bc] [bc] a'],
  ['sort', provider({ sort: 'latency' }), '[bc] [bc] a'],
  ['sort', provider({ sort: 'exacto' }), 'a b c'],
  ['max_price', provider({ max_price: { prompt: 2 } }), 'b c'],
  ['max_price', provider({ max_price: { completion: '3.5' } }), 'b'],
  ['max_price', provider({ max_price: { request: 0.009 } }), 'b c'],
  ['max_price', provider({ max_price: { image: 1 } }), 'a b c'],
  ['preferred_min_throughput', provider({ preferred_min_throughput: OUTPUT / (SLOW_MS / 1_000) }), 'b c a'],
  ['preferred_min_throughput', provider({ preferred_min_throughput: { p90: OUTPUT / (SLOW_MS / 1_000) } }), 'b c a'],
  ['preferred_max_latency', provider({ preferred_max_latency: SLOW_MS / 1_000 - 0.2 }), 'b c a'],
  ['preferred_max_latency', provider({ preferred_max_latency: { p50: 60, p99: SLOW_MS / 1_000 - 0.2 } }), 'b c a'],
  ['options', provider({ options: { acme: { anything: 1 } } }), 'a b c'],
  ['models', { models: ['dear', 'gratis'] }, 'a b c d f'],
  ['route', { route: 'fallback' }, 'a b c'],
  [':floor', { model: 'm:floor' }, 'b c a'],
  [':nitro', { model: 'm:nitro' }, '[bc] [bc] a'],
  [':nitro:floor', { model: 'm:nitro:floor' }, 'b c a'],
  [':exacto', { model: 'm:exacto' }, 'a b c'],
  [':free', { model: 'm:free', models: ['gratis'] }, 'f'],
  ['tools', { tools: TOOLS }, 'a c'],
  ['response_format', { response_format: SCHEMA }, 'c'],
  ['max_tokens', { max_tokens: 60 }, 'b c'],
  ['messages', { messages: [{ role: 'user', content: 'word '.repeat(400) }] }, 'b c'],
  ['messages', PICTURED, 'b c'],
];

/** Nobody is left, and the answer names the one setting without which somebody were. */
const LEFT_OUT: readonly (readonly [asked: object, field: string])[] = [
  [provider({ only: ['nobody'] }), 'provider.only'],
  [provider({ max_price: { prompt: 0.5 } }), 'provider.max_price'],
  [provider({ max_price: { image: 1 } }, PICTURED), 'provider.max_price'],
  [provider({ quantizations: ['int4'] }), 'provider.quantizations'],
  [provider({ zdr: true, ignore: ['corp'] }), 'provider.zdr'],
  [provider({ zdr: true, ignore: ['corp'], quantizations: ['int4'] }), ''],
];

suite("OpenRouter's fields of routing, one by one", () => {
  const undo: (() => unknown)[] = [];
  const scope = { after: (callback: () => unknown) => void undo.push(callback) };
  let [upstream, gateway]: [Upstream | null, Gateway | null] = [null, null];
  let isBroken = false;

  before(async () => {
    upstream = await startUpstream(scope, async (request) => {
      if (isBroken) return answer(request, { status: 500, body: '{"error":{"message":"It broke."}}' });
      const { model } = JSON.parse(request.body) as { model: string };
      if (model === 'a') await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
      return answer(request, { body: chatAnswer('hello', 10, OUTPUT) });
    });
    gateway = await startGateway(scope, { config: CONFIG(upstream.url) });
    // What is measured of a deployment is measured whatever model it was called for.
    for (const model of ['only-a', 'only-b', 'only-c']) assert.equal((await ask({ model })).status, 200);
    isBroken = true;
  });
  after(async () => {
    for (const callback of undo.reverse()) await callback();
  });

  async function ask(asked: object): Promise<{ status: number; text: string; reached: string }> {
    if (upstream === null || gateway === null) throw new Error('nothing was started');
    const from = upstream.requests.length;
    const body = { model: 'm', messages: [{ role: 'user', content: 'hello' }], max_tokens: 40, ...asked };
    const { status, text } = await gateway.post('/api/v1/chat/completions', body);
    const models = upstream.requests
      .slice(from)
      .map((request) => (JSON.parse(request.body) as { model: string }).model);
    return { status, text, reached: models.join(' ') };
  }

  for (const [field, asked, reached] of CASES)
    test(`${field}: ${JSON.stringify(asked).slice(0, 90)}`, async () => {
      const made = await ask(asked);
      assert.match(made.reached, new RegExp(`^${reached}$`), made.text);
    });

  for (const [asked, field] of LEFT_OUT)
    test(`nobody for ${JSON.stringify(asked).slice(0, 90)}`, async () => {
      const { status, text, reached } = await ask(asked);
      assert.deepEqual([status, reached], [404, ''], text);
      const { error } = JSON.parse(text) as { error: { availability?: { nearest: { without: string } | null } } };
      assert.equal(error.availability?.nearest?.without ?? '', field, text);
    });

  test('no member of `provider` is without a case', async () => {
    const { status, text } = await ask({ provider: { nobody_knows: 1 } });
    assert.equal(status, 400);
    const members = [...text.matchAll(/'(\w+)'/g)].map(([, name]) => name).filter((name) => name !== 'provider');
    assert.ok(members.length >= 14, text);
    const covered = new Set(CASES.map(([field]) => field));
    assert.deepEqual(
      members.filter((name) => name !== undefined && !covered.has(name)),
      [],
    );
  });
});
