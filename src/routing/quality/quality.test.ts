import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgeCalls, judgeStructure } from './answer-quality.ts';
import { clearlyWorse } from './clearly-worse.ts';
import { fitsSchema } from './fits-schema.ts';

const WEATHER = {
  type: 'object',
  properties: {
    city: { type: 'string' },
    days: { type: 'integer' },
    unit: { enum: ['C', 'F'] },
    at: { type: ['string', 'null'] },
    tags: { type: 'array', items: { type: 'string' } },
    where: { type: 'object', properties: { lat: { type: 'number' } }, required: ['lat'] },
    any: { anyOf: [{ type: 'string' }] },
  },
  required: ['city'],
};

describe('a value', () => {
  const fitting = [
    { city: 'Bern' },
    { city: 'Bern', days: 3, unit: 'C', at: null, tags: ['a'], where: { lat: 1.5 }, more: 1 },
    // Words that are not looked at blame nobody.
    { city: 'Bern', any: 7 },
  ];
  const unfit = [
    {},
    { city: 7 },
    { city: 'Bern', days: 1.5 },
    { city: 'Bern', unit: 'K' },
    { city: 'Bern', at: 1 },
    { city: 'Bern', tags: ['a', 1] },
    { city: 'Bern', where: {} },
    'Bern',
    null,
  ];
  for (const value of fitting)
    it(`fits: ${JSON.stringify(value)}`, () => assert.equal(fitsSchema(value, WEATHER), true));
  for (const value of unfit)
    it(`does not: ${JSON.stringify(value)}`, () => assert.equal(fitsSchema(value, WEATHER), false));

  it('is held to a closed list of members, and to types in capitals', () => {
    assert.equal(fitsSchema({ city: 'Bern', more: 1 }, { ...WEATHER, additionalProperties: false }), false);
    assert.equal(fitsSchema({ a: 1 }, { type: 'OBJECT', properties: { a: { type: 'STRING' } } }), false);
    assert.equal(
      fitsSchema({ a: 1 }, { type: 'OBJECT', properties: { a: { type: 'INTEGER', nullable: true } } }),
      true,
    );
    assert.equal(fitsSchema({ a: null }, { properties: { a: { type: 'string', nullable: true } } }), true);
  });

  it('is taken to fit a schema of a type that is not known', () => {
    assert.equal(fitsSchema(1, { type: 'money' }), true);
    assert.equal(fitsSchema(1, { $ref: '#/x' }), true);
  });
});

describe('calls of tools', () => {
  const tools = { schemas: new Map([['weather', WEATHER]]), hasOthers: false };
  const judged = (...calls: readonly (readonly [name: string, input: string])[]) =>
    judgeCalls(
      calls.map(([name, input]) => ({ name, input })),
      tools,
    );

  it('are sound where all of them are', () => {
    assert.equal(judged(), null);
    assert.equal(judged(['weather', '{"city":"Bern"}']), 'sound');
    assert.equal(judged(['weather', '{"city":"Bern"}'], ['weather', '{"city":']), 'unsound');
    assert.equal(judged(['weather', '{"city":1}']), 'unsound');
    assert.equal(judged(['wether', '{"city":"Bern"}']), 'unsound');
  });

  it("of a provider's own tools are not judged by their names", () => {
    assert.equal(judgeCalls([{ name: 'search', input: '' }], { ...tools, hasOthers: true }), 'sound');
    assert.equal(judgeCalls([{ name: 'now', input: '' }], { ...tools, schemas: new Map([['now', null]]) }), 'sound');
  });
});

describe('an answer that was to be JSON', () => {
  const judged = (...texts: readonly (readonly string[])[]) => judgeStructure(texts, WEATHER);

  it('is sound where every choice fits the schema', () => {
    assert.equal(judged(['{"city":"Bern"}']), 'sound');
    assert.equal(judged(['{"city":', '"Bern"}']), 'sound', 'in two blocks');
    assert.equal(judged(['I look it up.', '{"city":"Bern"}']), 'sound', 'after a word before it');
    assert.equal(judged(['{"city":"Bern"}'], ['{"city":1}']), 'unsound');
    assert.equal(judged(['```json\n{"city":"Bern"}\n```']), 'unsound', 'a fence is no JSON');
    assert.equal(judged(['{"city":"Be']), 'unsound');
    assert.equal(judged(['Bern']), 'unsound');
  });

  it('is not judged where it says nothing', () => {
    assert.equal(judged(), null);
    assert.equal(judged([], ['']), null);
    assert.equal(judged([' \n']), null);
  });

  it('is sound as any JSON where no schema says more', () => {
    assert.equal(judgeStructure([['[1]']], {}), 'sound');
    assert.equal(judgeStructure([['[1]']], { type: 'object' }), 'unsound');
  });
});

describe('clearly worse than the best of its peers', () => {
  const tally = (name: string, sound: number, unsound: number) => ({ name, sound, unsound });
  it('is who differs by more than chance', () => {
    assert.deepEqual(clearlyWorse([tally('a', 100, 0), tally('b', 80, 20)]), ['b']);
    assert.deepEqual(clearlyWorse([tally('a', 20, 0), tally('b', 19, 1)]), []);
    assert.deepEqual(clearlyWorse([tally('a', 100, 0), tally('b', 15, 4)]), [], 'too few');
    assert.deepEqual(clearlyWorse([tally('b', 1, 99)]), [], 'alone');
    assert.deepEqual(clearlyWorse([tally('a', 10_000, 0), tally('b', 9_900, 100)]), [], 'surely worse, and by little');
    assert.deepEqual(clearlyWorse([tally('a', 50, 50), tally('b', 52, 48), tally('c', 0, 100)]), ['c']);
  });
});
