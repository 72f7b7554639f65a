import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { GatewayError } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { noPreferences, type Preferences } from './preferences.ts';
import { type Headers, readPreferences } from './read-preferences.ts';

const ASKER = { dialect: 'openai-chat', model: 'asked', keyMetadata: {} } as const;

function read(body: JsonObject, headers: Headers = {}): Preferences {
  return readPreferences(body, headers, ASKER);
}

function refusal(body: JsonObject, headers: Headers = {}): GatewayError {
  try {
    read(body, headers);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify({ body, headers })} was taken`);
}

test('a request that says nothing costs nothing: the same frozen object', () => {
  const plain = { model: 'm', messages: [], metadata: { job: 'x' }, user: 'u', prompt_cache_key: 'k', n: 1 };
  assert.equal(readPreferences(plain, { 'content-type': 'application/json', 'x-request-id': '1' }), noPreferences);
  assert.ok(Object.isFrozen(noPreferences));
});

describe('what is read', () => {
  const cases: readonly (readonly [name: string, body: JsonObject, read: Partial<Preferences>])[] = [
    ['models', { models: ['a', ' b '] }, { models: ['a', 'b'] }],
    ['order', { provider: { order: ['OpenAI', 'azure/eu'] } }, { order: ['openai', 'azure/eu'] }],
    ['an empty order is none', { provider: { order: [] } }, { order: null }],
    ['only and ignore', { provider: { only: ['a'], ignore: ['b', 'A/eu'] } }, { only: ['a'], ignore: ['b', 'a/eu'] }],
    ['allow_fallbacks', { provider: { allow_fallbacks: false } }, { allowFallbacks: false }],
    ['require_parameters', { provider: { require_parameters: true } }, { requireParameters: true }],
    ['data_collection', { provider: { data_collection: 'deny' } }, { denyDataCollection: true }],
    ['data_collection that may be', { provider: { data_collection: 'allow' } }, { denyDataCollection: false }],
    ['zdr', { provider: { zdr: true } }, { zeroDataRetention: true }],
    ['distillation', { provider: { enforce_distillable_text: true } }, { distillable: true }],
    ['quantizations', { provider: { quantizations: ['fp8', 'unknown'] } }, { quantizations: ['fp8', 'unknown'] }],
    ['no quantizations', { provider: { quantizations: [] } }, { quantizations: null }],
    ['sort as text', { provider: { sort: 'throughput' } }, { sort: 'throughput', partition: 'model' }],
    [
      'sort as object',
      { provider: { sort: { by: 'latency', partition: 'none' } } },
      { sort: 'latency', partition: 'none' },
    ],
    ['a partition alone', { provider: { sort: { partition: 'none' } } }, { sort: null, partition: 'none' }],
    [
      'max_price, exactly: USD per million, and per unit',
      { provider: { max_price: { prompt: 0.075, completion: '0.3', request: 0.001, image: '1e-2' } } },
      { maxPrice: { input: 75_000n, output: 300_000n, request: 1_000_000_000n, image: 10_000_000_000n, audio: null } },
    ],
    ['throughput as a number', { provider: { preferred_min_throughput: 50 } }, { minThroughput: { p50: 50 } }],
    [
      'latency by percentiles',
      { provider: { preferred_max_latency: { p50: 1, p99: 3.5, p90: null } } },
      { maxLatencyS: { p50: 1, p99: 3.5 } },
    ],
    [
      'options are for those who route by them',
      { provider: { options: { openai: { quality: 'high' } } } },
      { order: null },
    ],
    ['null counts as absent', { provider: null, models: null, timeout: null, tags: null }, { only: null, models: [] }],
    ['route is of old', { route: 'fallback' }, { models: [] }],
    ['session_id', { session_id: ' s ' }, { session: 's' }],
    ['num_retries', { num_retries: 3 }, { retries: 3 }],
    ['timeouts, seconds', { timeout: 1.5, stream_timeout: '2' }, { timeoutMs: 1_500, streamTimeoutMs: 2_000 }],
    ['priority', { priority: -1 }, { queuePriority: -1 }],
    ['a region', { allowed_model_region: 'EU' }, { region: 'eu' }],
    ['disable_fallbacks', { disable_fallbacks: true }, { disableFallbacks: true }],
    [
      'tags in their three places, each once',
      { tags: ['a'], metadata: { tags: ['b', 'a'] }, litellm_metadata: { tags: ['c'] } },
      { tags: ['a', 'b', 'c'] },
    ],
    ["a text in OpenAI's metadata is no tag", { metadata: { tags: 'note' }, num_retries: 0 }, { tags: [], retries: 0 }],
    [
      'a mocked answer',
      { mock_response: 'hi' },
      { mock: { fails: null, response: 'hi', toolCalls: null, delayMs: 0 } },
    ],
    [
      'a mocked exception',
      { mock_response: 'litellm.RateLimitError' },
      { mock: { fails: 'rate_limit', response: null, toolCalls: null, delayMs: 0 } },
    ],
    [
      'mock_timeout',
      { mock_timeout: true },
      { mock: { fails: 'timeout', response: null, toolCalls: null, delayMs: 0 } },
    ],
    ['a mock that is off', { mock_testing_fallbacks: false }, { mock: null }],
    [
      'mocked calls after a while',
      { mock_tool_calls: [{ type: 'function', function: { name: 'f', arguments: { a: 1 } } }], mock_delay: 0.25 },
      { mock: { fails: null, response: null, toolCalls: [{ name: 'f', arguments: '{"a":1}' }], delayMs: 250 } },
    ],
  ];
  for (const [name, body, expected] of cases) {
    test(name, () => {
      const preferences = read(body);
      for (const [key, value] of Object.entries(expected))
        assert.deepEqual(preferences[key as keyof Preferences], value, key);
    });
  }
  for (const [member, fails] of [
    ['mock_testing_fallbacks', 'error'],
    ['mock_testing_context_window_fallbacks', 'context_window'],
    ['mock_testing_content_policy_fallbacks', 'content_policy'],
    ['mock_testing_rate_limit_error', 'rate_limit'],
  ] as const) {
    test(member, () => assert.equal(read({ [member]: true }).mock?.fails, fails));
  }
});

test('every member that was given is one of our own, and no other', () => {
  const body = { model: 'm', metadata: {}, provider: {}, models: ['a'], timeout: 1, stream: true, mock_delay: 0 };
  assert.deepEqual(read(body).ownMembers, ['provider', 'models', 'timeout', 'mock_delay']);
  assert.deepEqual(readPreferences({ priority: 5, tags: [] }, {}, { ...ASKER, dialect: 'cohere-chat' }).ownMembers, [
    'tags',
  ]);
});

test('headers go before the body; switches and lists are read from their text', () => {
  const headers = {
    'x-litellm-timeout': '7',
    'x-litellm-stream-timeout': '2.5',
    'x-litellm-num-retries': '0',
    'x-litellm-tags': 'a, b,,',
  };
  const { timeoutMs, streamTimeoutMs, retries, tags } = read({ timeout: 1, num_retries: 5, tags: ['b', 'c'] }, headers);
  assert.deepEqual({ timeoutMs, streamTimeoutMs, retries }, { timeoutMs: 7_000, streamTimeoutMs: 2_500, retries: 0 });
  assert.deepEqual(tags, ['b', 'c', 'a']);
  assert.equal(read({}, { 'x-waybill-explain': '1' }).explain, true);
  assert.equal(read({}, { 'x-openrouter-metadata': 'enabled' }).explain, true);
  assert.equal(read({}, { 'x-openrouter-metadata': 'disabled' }).explain, false);
});

test("a key's tags are those of each of its requests", () => {
  const keyMetadata = { tags: ['team', 7] };
  assert.deepEqual(readPreferences({}, {}, { ...ASKER, keyMetadata }).tags, ['team']);
  assert.deepEqual(readPreferences({ tags: ['own'] }, {}, { ...ASKER, keyMetadata }).tags, ['team', 'own']);
});

describe('fallbacks', () => {
  test('names, and objects with a name; for every cause that has no list of its own', () => {
    const { fallbacks } = read({ fallbacks: ['a', { model: 'b' }, 'a'], context_window_fallbacks: ['long'] });
    assert.deepEqual(fallbacks, {
      error: ['a', 'b'],
      context_window: ['long'],
      content_policy: ['a', 'b'],
      rate_limit: ['a', 'b'],
      budget: ['a', 'b'],
    });
  });
  test('as in a configuration: those of the asked model, with its provider or without, else of all', () => {
    const of = (fallbacks: unknown, model = 'asked') =>
      readPreferences({ fallbacks }, {}, { ...ASKER, model }).fallbacks.error;
    assert.deepEqual(of([{ asked: ['a', 'b'] }, { other: ['c'] }]), ['a', 'b']);
    assert.deepEqual(of([{ asked: ['a'] }], 'openai/asked'), ['a']);
    assert.deepEqual(of([{ other: ['c'] }, { '*': ['d'] }]), ['d']);
    assert.equal(of([{ other: ['c'] }]), undefined);
    assert.deepEqual(of([]), []);
  });
  test('a cycle comes to its end', () => {
    const fallbacks = [{ asked: ['a'] }, { a: ['b'] }, { b: ['asked', 'a', 'c'] }];
    assert.deepEqual(read({ fallbacks }).fallbacks.error, ['a', 'b', 'c']);
  });
});

describe('what is refused', () => {
  const cases: readonly (readonly [param: string, body: JsonObject, says: RegExp])[] = [
    ['provider', { provider: 'openai' }, /an object with 'order', 'only'/],
    ['provider.zrd', { provider: { zrd: true } }, /unknown; 'provider' has 'order'.*'zdr'/],
    ['provider.order', { provider: { order: 'openai' } }, /an array of names/],
    ['provider.order[1]', { provider: { order: ['a', 7] } }, /a name of 1 to 256 characters, but got 7/],
    ['provider.only', { provider: { only: [] } }, /is empty: it lets no provider through/],
    ['provider.only', { provider: { only: ['Azure'], ignore: ['azure'] } }, /names 'azure', and 'provider.ignore'/],
    ['provider.order', { provider: { order: ['azure/eu'], ignore: ['azure'] } }, /names 'azure\/eu', and/],
    ['provider.order', { provider: { order: ['a'], only: ['b'] } }, /nothing in common with 'provider.only'/],
    ['provider.allow_fallbacks', { provider: { allow_fallbacks: 'no' } }, /true or false, but got "no"/],
    ['provider.data_collection', { provider: { data_collection: 'never' } }, /'allow' or 'deny', but got "never"/],
    ['provider.quantizations[0]', { provider: { quantizations: ['q4'] } }, /'int4', 'int8'/],
    ['provider.sort', { provider: { sort: 'cheap' } }, /'price', 'throughput', 'latency' or 'exacto', but got "cheap"/],
    ['provider.sort', { provider: { sort: ['price'] } }, /or an object with 'by' and 'partition'/],
    ['provider.sort.by', { provider: { sort: { by: 'x' } } }, /'price'/],
    ['provider.sort.partition', { provider: { sort: { partition: 'all' } } }, /'model' or 'none'/],
    ['provider.max_price', { provider: { max_price: 1 } }, /an object with 'prompt'/],
    ['provider.max_price.prompt', { provider: { max_price: { prompt: -1 } } }, /USD as a number or text/],
    ['provider.max_price.prompt', { provider: { max_price: { prompt: '1e999999999' } } }, /USD as a number or text/],
    ['provider.max_price.audio', { provider: { max_price: { audio: true } } }, /USD/],
    [
      'provider.preferred_min_throughput',
      { provider: { preferred_min_throughput: '50' } },
      /'p50', 'p75', 'p90' or 'p99'/,
    ],
    ['provider.preferred_max_latency.p80', { provider: { preferred_max_latency: { p80: 1 } } }, /unknown/],
    ['provider.preferred_max_latency.p90', { provider: { preferred_max_latency: { p90: -1 } } }, /seconds as a number/],
    ['provider.options.openai', { provider: { options: { openai: 1 } } }, /an object/],
    ['models', { models: 'a' }, /an array/],
    ['models', { models: Array.from({ length: 11 }, (_, index) => `m${index}`) }, /at most 10 names/],
    ['fallbacks', { fallbacks: 'a' }, /an array of models' names/],
    ['fallbacks[0]', { fallbacks: [7] }, /an array of models' names/],
    ['fallbacks[0].messages', { fallbacks: [{ model: 'a', messages: [] }] }, /the request as it is/],
    ['fallbacks[0].g', { fallbacks: [{ g: [] }] }, /a list of models' names/],
    ['fallbacks', { fallbacks: Array.from({ length: 11 }, (_, index) => `m${index}`) }, /at most 10/],
    [
      'fallbacks',
      { fallbacks: [{ asked: ['a0', 'b0', 'c0', 'd0', 'e0', 'f0'] }, { a0: ['a1', 'b1', 'c1', 'd1', 'e1', 'f1'] }] },
      /12 models; a request may name at most 10/,
    ],
    ['num_retries', { num_retries: 11 }, /a whole number from 0 to 10/],
    ['timeout', { timeout: 0 }, /seconds, above 0/],
    ['stream_timeout', { stream_timeout: 'soon' }, /seconds/],
    ['tags', { tags: 'a' }, /an array of names/],
    ['metadata.tags', { metadata: { tags: { a: 1 } } }, /an array of names/],
    ['litellm_metadata', { litellm_metadata: 'x' }, /an object/],
    ['disable_fallbacks', { disable_fallbacks: 1 }, /true or false/],
    ['priority', { priority: 'high' }, /a whole number/],
    ['session_id', { session_id: 'x'.repeat(257) }, /at most 256 characters/],
    ['mock_response', { mock_response: { id: 1 } }, /text, or one of litellm\./],
    ['mock_tool_calls[0]', { mock_tool_calls: [{ name: 'f' }] }, /function\.name/],
    ['mock_delay', { mock_delay: -1 }, /seconds/],
    ['mock_timeout', { mock_timeout: 'yes' }, /true or false/],
  ];
  for (const [param, body, says] of cases) {
    test(`${param} ${JSON.stringify(body).slice(0, 70)}`, () => {
      const error = refusal(body);
      assert.equal(error.status, 400);
      assert.equal(error.details.param, param);
      assert.match(error.message, says);
      assert.ok(error.message.includes(param), error.message);
    });
  }
  for (const [name, value] of [
    ['x-litellm-timeout', 'soon'],
    ['x-litellm-num-retries', '-1'],
    ['x-waybill-explain', 'maybe'],
  ] as const) {
    test(`the header ${name}`, () => assert.equal(refusal({}, { [name]: value }).details.param, name));
  }
});

const names = fc.constantFrom(
  ...['order', 'only', 'ignore', 'allow_fallbacks', 'data_collection', 'quantizations', 'sort', 'max_price'],
  ...['preferred_min_throughput', 'preferred_max_latency', 'options', 'zdr', '__proto__', 'p50', 'by', 'prompt'],
);
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom('price', 'deny', 'fp8', '1e400', '-0', '9'.repeat(400), 1e308, 5e-324, -0),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(names, tie('value'), { maxKeys: 5 }),
  ),
}));

test('whatever stands in a field, it is read or refused by name', () => {
  const member = fc.constantFrom(
    'provider',
    'models',
    'fallbacks',
    'tags',
    'timeout',
    'mock_tool_calls',
    'num_retries',
  );
  fc.assert(
    fc.property(member, values.value, (name, value) => {
      const body = JSON.parse(JSON.stringify({ [name]: value })) as JsonObject;
      try {
        assert.ok(read(body).ownMembers.length <= 1);
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        assert.equal(error.status, 400);
        assert.ok(error.details.param?.startsWith(name), error.message);
      }
    }),
    { numRuns: 3_000 },
  );
});
