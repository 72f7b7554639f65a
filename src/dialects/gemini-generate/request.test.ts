import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GatewayError } from '../../inference/index.ts';
import { readGenerateRequest } from './request.ts';
import { spliceGenerate } from './splice.ts';

const ADDRESS = { model: 'gemini-2.5-flash', stream: false, framing: 'sse' } as const;
const HELLO = '"contents":[{"parts":[{"text":"Hi"}]}]';

function read(json: string, address: Parameters<typeof readGenerateRequest>[1] = ADDRESS) {
  return readGenerateRequest(Buffer.from(json), address);
}

describe('readGenerateRequest', () => {
  it('takes model and stream from the address, or the model from the body', () => {
    const address = { model: 'models/gemini-3-pro', stream: true, framing: 'json-array' } as const;
    const { model, stream, framing } = read(`{${HELLO}}`, address);
    assert.deepEqual([model, stream, framing], ['gemini-3-pro', true, 'json-array']);
    assert.equal(read(`{"model":"models/g",${HELLO}}`, { ...ADDRESS, model: null }).model, 'g');
    assert.equal(read(`{${HELLO}}`, { ...ADDRESS, model: 'google/gemini' }).model, 'google/gemini');
  });

  it('reads limit and number of answers in both spellings', () => {
    for (const config of [
      '"generationConfig":{"maxOutputTokens":7,"candidateCount":2}',
      '"generation_config":{"max_output_tokens":7,"candidate_count":2}',
    ]) {
      const { maxOutput, n } = read(`{${HELLO},${config}}`);
      assert.deepEqual([maxOutput, n], [7, 2]);
    }
    assert.equal(read(`{${HELLO},"generationConfig":{"maxOutputTokens":null}}`).maxOutput, null);
  });

  const OUTSIDE: readonly (readonly [string, boolean])[] = [
    [`{${HELLO}}`, false],
    [
      '{"contents":[{"parts":[{"functionCall":{"name":"f"}},{"text":"a","thought":true,"thought_signature":"c2ln"}]}]}',
      false,
    ],
    ['{"contents":[{"parts":[{"inline_data":{"data":""}}]}]}', true],
    ['{"contents":[{"parts":[{"fileData":{}}]}]}', true],
    ['{"contents":[{"parts":[{"functionResponse":{"name":"f","response":{}}}]}]}', false],
    ['{"contents":[{"parts":[{"functionResponse":{"name":"f","parts":[{"inlineData":{}}]}}]}]}', true],
    [`{${HELLO},"cachedContent":"cachedContents/1"}`, true],
    [`{${HELLO},"tools":[{"functionDeclarations":[],"codeExecution":null}]}`, false],
    [`{${HELLO},"tools":[{"googleSearch":{}}]}`, true],
  ];
  for (const [json, refers] of OUTSIDE)
    it(`${refers} for ${json}`, () => assert.equal(read(json).refersOutside, refers));

  const REFUSED: readonly (readonly [string, string | undefined, string])[] = [
    ['{"contents":"Hi"}', 'contents', 'invalid_request'],
    ['{}', 'contents', 'invalid_request'],
    ['{"contents":[]}', 'contents', 'invalid_request'],
    ['{"contents":[1]}', 'contents[0]', 'invalid_request'],
    ['{"contents":[{"parts":["Hi"]}]}', 'contents[0].parts', 'invalid_request'],
    [`{${HELLO},"generationConfig":{"maxOutputTokens":"7"}}`, 'generationConfig.maxOutputTokens', 'invalid_request'],
    [`{${HELLO},"generationConfig":{},"generation_config":{}}`, 'generationConfig', 'duplicate_field'],
    [
      `{${HELLO},"generationConfig":{"maxOutputTokens":1,"max_output_tokens":9}}`,
      'generationConfig.maxOutputTokens',
      'duplicate_field',
    ],
    [`{${HELLO},`, undefined, 'invalid_json'],
  ];
  for (const [json, param, code] of REFUSED) {
    it(`refuses ${json}`, () =>
      assert.throws(
        () => read(json),
        (error) => error instanceof GatewayError && error.code === code && error.details.param === param,
      ));
  }
});

describe('spliceGenerate', () => {
  const maxOutput = { field: 'max_tokens', tokens: 99 } as const;
  const limited: readonly (readonly [string, string])[] = [
    [`{${HELLO}}`, `{"generationConfig":{"maxOutputTokens":99},${HELLO}}`],
    [`{${HELLO},"generation_config": {}}`, `{${HELLO},"generation_config": {"maxOutputTokens":99}}`],
    [`{${HELLO},"generationConfig":null}`, `{${HELLO},"generationConfig":{"maxOutputTokens":99}}`],
    [`{${HELLO},"generationConfig": { "topK":1 }}`, `{${HELLO},"generationConfig": {"maxOutputTokens":99, "topK":1 }}`],
    [
      `{"generation_config":{"max_output_tokens": null},${HELLO}}`,
      `{"generation_config":{"max_output_tokens": 99},${HELLO}}`,
    ],
  ];
  for (const [json, spliced] of limited) {
    it(`puts a limit into ${json}`, () => {
      const splice = { model: 'gemini-2.5-flash', addUsage: false, maxOutput };
      assert.equal(spliceGenerate(read(json), splice).toString(), spliced);
    });
  }

  it('changes nothing without a limit, and the model where the body names another one', () => {
    const splice = { model: 'gemini-2.5-flash', addUsage: true, maxOutput: null };
    const plain = read(`{${HELLO} }`);
    assert.equal(spliceGenerate(plain, splice), plain.bytes);
    const named = read(`{"model": "models/alias",${HELLO}}`);
    assert.equal(spliceGenerate(named, splice).toString(), `{"model": "models/gemini-2.5-flash",${HELLO}}`);
  });
});
