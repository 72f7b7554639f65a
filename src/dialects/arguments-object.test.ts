import assert from 'node:assert/strict';
import { it } from 'node:test';
import { argumentsObject } from './arguments-object.ts';

const cases: readonly (readonly [input: string, object: object])[] = [
  ['{"city":"Köln"}', { city: 'Köln' }],
  ['', {}],
  [' ', {}],
  ['null', {}],
  ['[1]', { input: [1] }],
  ['"a"', { input: 'a' }],
  ['{"city":"Kö', { input: '{"city":"Kö' }],
  ['*** Begin Patch', { input: '*** Begin Patch' }],
];

for (const [input, object] of cases) {
  it(`arguments ${JSON.stringify(input)}`, () => assert.deepEqual(argumentsObject(input), object));
}
