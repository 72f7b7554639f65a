import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fitted } from './fit.ts';
import { keptSide } from './kept-content.ts';
import { redacted } from './redact.ts';

const held = (text: string, bytes = Buffer.byteLength(text)) => ({ body: Buffer.from(text), bytes });

test('redacted: what is built stays, what is written goes', () => {
  const cases: readonly (readonly [unknown, unknown])[] = [
    [
      { role: 'user', content: 'hi there' },
      { role: 'user', content: '[8 characters]' },
    ],
    // A person's name beside a role, a tool's name beside what it takes.
    [
      { role: 'user', name: 'Ada', content: '' },
      { role: 'user', name: '[3 characters]', content: '[0 characters]' },
    ],
    [
      { type: 'tool_use', id: 'toolu_1', name: 'look_up', input: { type: 'visa', number: 4111, tags: ['a b'] } },
      {
        type: 'tool_use',
        id: 'toolu_1',
        name: 'look_up',
        input: { type: '[4 characters]', number: '[number]', tags: ['[3 characters]'] },
      },
    ],
    [{ function: { name: 'find', arguments: '{"a":1}' } }, { function: { name: 'find', arguments: '[7 characters]' } }],
    // An id that is a sentence, or an address, is none.
    [
      { id: 'call me', model: 'ada@example.com' },
      { id: '[7 characters]', model: '[15 characters]' },
    ],
    [
      { temperature: 0.5, stream: true, stop: null, n: 2 },
      { temperature: 0.5, stream: true, stop: null, n: 2 },
    ],
    [{ embedding: Array.from({ length: 20 }, (_, at) => at) }, { embedding: '[20 numbers]' }],
    [{ input: [{ role: 'user', content: 'x' }] }, { input: [{ role: 'user', content: '[1 characters]' }] }],
    [{ metadata: { account: 7, plan: 'gold' } }, { metadata: { account: '[number]', plan: '[4 characters]' } }],
  ];
  for (const [value, expected] of cases) assert.deepEqual(redacted(value), expected);
});

test('redacted: no text with a blank in it survives, wherever it stands', () => {
  const secret = 'the quick brown fox';
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (value, name) => {
      const said = redacted({ [name]: secret, list: [secret, value], role: secret, model: { type: secret } });
      assert.ok(!JSON.stringify(said).includes(secret) || name.includes(secret));
    }),
  );
});

test('what fits is as it was, what does not is JSON of at most so many bytes', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.integer({ min: 64, max: 4_000 }), (value, maxBytes) => {
      const { json, isCut } = fitted(value, maxBytes);
      assert.ok(Buffer.byteLength(json) <= maxBytes);
      const read: unknown = JSON.parse(json);
      if (!isCut) assert.equal(json, JSON.stringify(value));
      assert.notEqual(read, undefined);
    }),
  );
});

test('full: byte for byte, unless it holds a credential or is no JSON', () => {
  const spaced = '{ "messages": [ ],  "n": 1.0 }';
  assert.deepEqual(keptSide(held(spaced), 'full', 1_000), { json: spaced, isCut: false, bytes: spaced.length });
  assert.equal(keptSide(held('{"api_key":"abcdefghijklmnop"}'), 'full', 1_000).json, '{"api_key":"****mnop"}');
  // A property of a schema by that name is no credential.
  const schema = '{"properties":{"api_key":{"type":"string"},"headers":{"type":"object","properties":{}}}}';
  assert.equal(keptSide(held(schema), 'full', 1_000).json, schema);
  assert.deepEqual(keptSide(held('no json'), 'full', 1_000), { json: '"no json"', isCut: false, bytes: 7 });
  assert.deepEqual(keptSide(held('{"messages":[{"co', 90_000), 'full', 1_000), {
    json: '"{\\"messages\\":[{\\"co"',
    isCut: true,
    bytes: 90_000,
  });
  assert.equal(keptSide(held('no json'), 'redacted', 1_000).json, '"[7 bytes]"');
});

test('what is nested too deeply to be walked through is kept as text, or not at all', () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  assert.equal(keptSide(held(deep), 'redacted', 1_000).json, '"[400000 bytes]"');
  assert.equal(keptSide(held(deep), 'full', 1_000).isCut, true);
});
