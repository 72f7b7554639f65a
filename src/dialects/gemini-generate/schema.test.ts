import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../../std/index.ts';
import { fromSubset, heeded, toSubset, unheeded } from './schema.ts';

const SEED = 20_261_124;
const text = { type: 'string' };

const SAID: readonly (readonly [string, JsonObject, JsonObject])[] = [
  [
    'an object, its bounds and patterns',
    {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { city: { type: 'string', minLength: 1, pattern: '^[A-Z]' } },
      required: ['city'],
    },
    {
      type: 'OBJECT',
      properties: { city: { type: 'STRING', minLength: 1, pattern: '^[A-Z]' } },
      required: ['city'],
    },
  ],
  ['a constant', { const: 'celsius' }, { type: 'STRING', enum: ['celsius'] }],
  ['choices with null', { enum: ['a', 'b', null] }, { type: 'STRING', enum: ['a', 'b'], nullable: true }],
  ['a type or null', { type: ['integer', 'null'] }, { type: 'INTEGER', nullable: true }],
  [
    'a schema or null',
    { anyOf: [text, { type: 'null' }], description: 'd' },
    { type: 'STRING', description: 'd', nullable: true },
  ],
  ['alternatives', { oneOf: [text, { type: 'number' }] }, { anyOf: [{ type: 'STRING' }, { type: 'NUMBER' }] }],
  [
    'a bound that is excluded, of whole numbers',
    { type: 'integer', exclusiveMinimum: 0 },
    { type: 'INTEGER', minimum: 1 },
  ],
  [
    'references, one within another, with a description of their own',
    {
      type: 'object',
      properties: { home: { $ref: '#/$defs/Place', description: 'where' } },
      $defs: { Place: { type: 'object', properties: { name: { $ref: '#/$defs/Name' } } }, Name: text },
    },
    {
      type: 'OBJECT',
      properties: { home: { type: 'OBJECT', properties: { name: { type: 'STRING' } }, description: 'where' } },
    },
  ],
  ['a reference at the root', { $ref: '#/$defs/Name', $defs: { Name: text } }, { type: 'STRING' }],
  ['allOf of one', { allOf: [text], title: 'T' }, { type: 'STRING', title: 'T' }],
  [
    'a property that is named like a keyword',
    { properties: { const: text } },
    { type: 'OBJECT', properties: { const: { type: 'STRING' } } },
  ],
];

const node = { type: 'object', properties: { next: { $ref: '#/$defs/Node' } } };
const UNSAID: readonly (readonly [string, JsonObject])[] = [
  ['recursion', { type: 'object', properties: { root: { $ref: '#/$defs/Node' } }, $defs: { Node: node } }],
  ['a schema that is itself', { $ref: '#' }],
  ['a reference to nothing', { $ref: '#/$defs/None' }],
  ['a closed object', { type: 'object', properties: { a: text }, additionalProperties: false }],
  ['examples', { type: 'string', examples: ['Berlin'] }],
  ['free keys', { type: 'object', properties: { a: text }, additionalProperties: text }],
  ['an object without properties', { type: 'object' }],
  ['an array of anything', { type: 'array' }],
  ['anything', {}],
  ['numbers to choose from', { enum: [1, 2] }],
  ['two types', { type: ['string', 'number'] }],
  ['a bound that is excluded, of any numbers', { type: 'number', exclusiveMaximum: 1 }],
  ['places in an array', { type: 'array', prefixItems: [text] }],
  ['a keyword unknown to the subset', { type: 'integer', multipleOf: 2 }],
  ['alternatives beside properties', { type: 'object', properties: { a: text }, anyOf: [{ required: ['a'] }] }],
  ['a keyword by the name of a method', { type: 'string', toString: 1 }],
];

describe('toSubset', () => {
  for (const [name, schema, subset] of SAID) it(name, () => assert.deepEqual(toSubset(schema), subset));
  for (const [name, schema] of UNSAID) it(`cannot say ${name}`, () => assert.equal(toSubset(schema), null));

  it('cannot say what definitions grow to without an end in sight', () => {
    const twice = (name: string) => ({ type: 'object', properties: { a: { $ref: name }, b: { $ref: name } } });
    const levels = Array.from({ length: 40 }, (_, level) => [`d${level}`, twice(`#/$defs/d${level + 1}`)]);
    const $defs = Object.fromEntries([...levels, ['d40', text]]) as JsonObject;
    assert.equal(toSubset({ $ref: '#/$defs/d0', $defs }), null);
    assert.notEqual(toSubset({ $ref: '#/$defs/d35', $defs }), null);
  });

  it('never throws, and ends, whatever refers to whatever', () => {
    const reference = fc.constantFrom('#', '#/$defs/a', '#/$defs/b', '#/properties/a', 'x').map(($ref) => ({ $ref }));
    const schema = fc.letrec((tie) => ({
      leaf: fc.oneof(reference, fc.constant(text), fc.object({ maxDepth: 1 })),
      node: fc.oneof(
        { maxDepth: 3 },
        tie('leaf'),
        fc.record({ properties: fc.dictionary(fc.constantFrom('a', 'b'), tie('node')) }),
        fc.record({ anyOf: fc.array(tie('node'), { maxLength: 3 }) }),
        fc.record({ items: tie('node') }),
      ),
    })).node;
    const whole = fc.record({
      properties: fc.record({ a: schema, b: schema }),
      $defs: fc.record({ a: schema, b: schema }),
    });
    fc.assert(
      fc.property(whole, (value) => toSubset(value) !== undefined),
      { seed: SEED, numRuns: 500 },
    );
  });
});

describe('fromSubset', () => {
  it('writes types in small letters, nullable as a type, counts as numbers', () => {
    const subset = {
      type: 'OBJECT',
      properties: {
        tags: { type: 'ARRAY', items: { type: 'STRING', nullable: true }, minItems: '1' },
        kind: { type: 'STRING', enum: ['a'], nullable: true },
        any: { anyOf: [{ type: 'STRING' }, { type: 'NUMBER' }], nullable: true },
      },
      propertyOrdering: ['kind', 'tags'],
    };
    assert.deepEqual(fromSubset(subset), {
      type: 'object',
      properties: {
        tags: { type: 'array', items: { type: ['string', 'null'] }, minItems: 1 },
        kind: { type: ['string', 'null'], enum: ['a', null] },
        any: { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'null' }] },
      },
      propertyOrdering: ['kind', 'tags'],
    });
  });

  it('is undone by toSubset', () => {
    const leaf = fc.constantFrom<JsonObject>(
      { type: 'STRING' },
      { type: 'INTEGER', nullable: true, minimum: 1 },
      { type: 'STRING', enum: ['a', 'b'], nullable: true },
      { anyOf: [{ type: 'STRING' }, { type: 'BOOLEAN' }], nullable: true },
    );
    const object = fc
      .dictionary(fc.constantFrom('a', 'b', 'type', '$ref'), leaf, { minKeys: 1 })
      .map((properties): JsonObject => ({ type: 'OBJECT', properties: { ...properties } }));
    const list = fc.oneof(leaf, object).map((items): JsonObject => ({ type: 'ARRAY', items }));
    fc.assert(
      fc.property(fc.oneof(leaf, object, list), (subset) => assert.deepEqual(toSubset(fromSubset(subset)), subset)),
      { seed: SEED, numRuns: 300 },
    );
  });
});

describe('heeded', () => {
  it('puts an enum of one for a constant, and leaves properties of that name alone', () => {
    const schema = { anyOf: [{ properties: { kind: { const: 'a' }, const: { type: 'string' } } }] };
    assert.deepEqual(heeded(schema), { anyOf: [{ properties: { kind: { enum: ['a'] }, const: { type: 'string' } } }] });
  });

  it('calls definitions by their newer name', () => {
    const schema = { properties: { a: { $ref: '#/definitions/A' } }, definitions: { A: { type: 'string' } } };
    assert.deepEqual(heeded(schema), {
      properties: { a: { $ref: '#/$defs/A' } },
      $defs: { A: { type: 'string' } },
    });
  });
});

describe('unheeded', () => {
  it('names each keyword once, wherever it stands, and no property of that name', () => {
    const within = { type: 'string', pattern: 'x', default: 'x' };
    const schema = {
      $defs: { A: within },
      properties: { pattern: { type: 'string' }, a: within, b: { items: { multipleOf: 2 } } },
      anyOf: [{ minLength: 1 }],
    };
    assert.deepEqual(unheeded(schema), ['pattern', 'multipleOf', 'minLength']);
  });
});
