import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseJson, scanMembers } from './json.ts';

const scan = (text: string, depth = 64) => scanMembers(Buffer.from(text), depth);

test('members come in the order and spelling of the bytes, repeated names included', () => {
  const text = ' { "a" : 1e400 , "b":"x\\"y,}" ,"a":{"c":[1,{"d":"}"}]},"\\u0061":null}';
  const members = scan(text) ?? [];
  assert.deepEqual(
    members.map(({ name, start, end }) => [name, text.slice(start, end)]),
    [
      ['a', '1e400'],
      ['b', '"x\\"y,}"'],
      ['a', '{"c":[1,{"d":"}"}]}'],
      ['a', 'null'],
    ],
  );
});

test('any object: the spans are what JSON.parse sees', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 4, stringUnit: 'grapheme' })),
      fc.constantFrom(0, 1, 4),
      (object, indent) => {
        const text = JSON.stringify(object, null, indent);
        const bytes = Buffer.from(text);
        const members = scanMembers(bytes, 64) ?? [];
        assert.deepEqual(members.map(({ name }) => name).sort(), Object.keys(object).sort());
        for (const { name, start, end } of members) {
          assert.equal(
            JSON.stringify(JSON.parse(bytes.toString('utf8', start, end))),
            JSON.stringify(JSON.parse(text)[name]),
          );
        }
      },
    ),
    { numRuns: 300, seed: 7 },
  );
});

test('nesting is counted', () => {
  assert.equal(scan('{"a":[[[1]]]}', 4)?.length, 1);
  assert.equal(scan('{"a":[[[1]]]}', 3), null);
  assert.equal(scan(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`), null);
});

test('a fault has its position', () => {
  const faults: readonly (readonly [string, number, number, number])[] = [
    ['{"a":1,}', 7, 1, 8],
    ['{"a":', 5, 1, 6],
    ['', 0, 1, 1],
    ['{"a":tru}', 5, 1, 6],
    ['{\n  "a": 1\n  "b": 2}', 13, 3, 3],
    ['{"a":1} x', 8, 1, 9],
    ['[1 2]', 3, 1, 4],
  ];
  for (const [text, position, line, column] of faults) {
    const result = parseJson(Buffer.from(text));
    assert.ok(!result.ok, text);
    assert.deepEqual([result.fault.position, result.fault.line, result.fault.column], [position, line, column], text);
  }
});

test('bytes that are not UTF-8 are a fault', () => {
  const result = parseJson(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]));
  assert.ok(!result.ok && result.fault.message.includes('UTF-8'));
});

test('whatever JSON.parse refuses is a fault, whatever it takes is not', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', '\\', '\u0000', 'e'), (text, at, inserted) => {
      const index = at % (text.length + 1);
      const mutated = text.slice(0, index) + inserted + text.slice(index);
      let valid = true;
      try {
        JSON.parse(mutated);
      } catch {
        valid = false;
      }
      assert.equal(parseJson(Buffer.from(mutated)).ok, valid);
    }),
    { numRuns: 500, seed: 11 },
  );
});
