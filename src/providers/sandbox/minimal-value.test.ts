import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minimalValue } from './minimal-value.ts';

const cases: readonly [schema: unknown, value: unknown][] = [
  [{ type: 'string' }, 'text'],
  [{ type: 'string', minLength: 6 }, 'textxx'],
  [{ type: 'string', maxLength: 2 }, 'te'],
  [{ type: 'string', format: 'date' }, '2024-01-01'],
  [{ type: 'string', format: 'unknown' }, 'text'],
  [{ type: 'integer' }, 0],
  [{ type: 'integer', minimum: 3 }, 3],
  [{ type: 'integer', exclusiveMinimum: 3 }, 4],
  [{ type: 'integer', maximum: -2 }, -2],
  [{ type: 'integer', minimum: 7, multipleOf: 5 }, 10],
  [{ type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 }, 0.5],
  [{ type: 'number', minimum: 1.5 }, 1.5],
  [{ type: 'boolean' }, false],
  [{ type: 'null' }, null],
  [{ type: ['null', 'string'] }, 'text'],
  [{ type: 'array', items: { type: 'integer' } }, []],
  [{ type: 'array', items: { type: 'integer' }, minItems: 2 }, [0, 0]],
  [{ type: 'array', prefixItems: [{ const: 1 }, { type: 'string' }] }, [1, 'text']],
  [{ enum: ['a', 'b'] }, 'a'],
  [{ const: { x: 1 } }, { x: 1 }],
  [{ anyOf: [{ type: 'null' }, { type: 'integer' }] }, 0],
  [{ oneOf: [{ type: 'string' }, { type: 'integer' }] }, 'text'],
  [
    {
      allOf: [
        { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] },
        { properties: { b: { type: 'boolean' } }, required: ['b'] },
      ],
    },
    { a: 0, b: false },
  ],
  [{ type: 'object', properties: { a: { type: 'integer' }, b: { type: 'string' } }, required: ['b'] }, { b: 'text' }],
  [{ properties: { a: { type: 'integer' } }, required: ['a'] }, { a: 0 }],
  [{ $ref: '#/$defs/N', $defs: { N: { type: 'integer', minimum: 1 } } }, 1],
  [
    { type: 'object', properties: { n: { $ref: '#/$defs/N' } }, required: ['n'], $defs: { N: { enum: ['x'] } } },
    { n: 'x' },
  ],
  [{}, {}],
  [true, {}],
  [null, null],
];

test('the least that a schema allows', () => {
  for (const [schema, value] of cases) assert.deepEqual(minimalValue(schema), value, JSON.stringify(schema));
});

test('a schema that refers to itself comes to an end', () => {
  const tree = {
    $ref: '#/$defs/T',
    $defs: { T: { type: 'object', properties: { next: { $ref: '#/$defs/T' } }, required: ['next'] } },
  };
  assert.ok(JSON.stringify(minimalValue(tree)).length < 1000);
  assert.ok(JSON.stringify(minimalValue({ $ref: '#' })).length < 1000);
});
