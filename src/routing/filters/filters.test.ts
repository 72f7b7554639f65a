import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Deployment } from '../../catalog/index.ts';
import { plan } from '../plan.ts';
import { deploymentOf, modelOf, noNeeds, planInputOf, seeded } from '../plan-fixture.ts';
import type { PlanInput } from '../plan-input.ts';
import type { Preferences } from '../preferences/preferences.ts';
import { noPreferences } from '../preferences/preferences.ts';
import { priceFixture } from '../price-fixture.ts';
import type { FilterId } from './filter.ts';

const UNKNOWN = deploymentOf('unknown').features;

const asking = (preferences: Partial<Preferences>): Partial<PlanInput> => ({
  preferences: { ...noPreferences, ...preferences },
});
const needing = (needs: Partial<ReturnType<PlanInput['needs']>>): Partial<PlanInput> => ({
  needs: () => ({ ...noNeeds, outputs: ['text'], ...needs }),
});
const features = (change: Partial<Deployment['features']>): Partial<Deployment> => ({
  features: { ...UNKNOWN, ...change },
});
const per = (input: bigint | null, output: bigint | null = null) => ({
  maxPrice: { input, output, request: null, image: null, audio: null },
});
const routing = { routesOn: true };
const passing = (...names: readonly string[]): Partial<PlanInput> => ({
  passesOn: (_, preference) => names.includes(preference),
});

type Case = readonly [
  what: string,
  input: Partial<PlanInput>,
  deployment: Partial<Deployment>,
  /** null: it passes. */
  leftOut: readonly [by: FilterId, reason: RegExp] | null,
];

const cases: readonly Case[] = [
  ['an operation that is not offered', { speaks: () => false }, {}, ['operation', /does not offer openai-chat/]],
  ['a caller who may not', { denies: () => 'no key' }, {}, ['access', /no key/]],

  ['collects: no', asking({ denyDataCollection: true }), { data: { collects: false, retains: true } }, null],
  [
    'collects: yes',
    asking({ denyDataCollection: true }),
    { data: { collects: true, retains: true } },
    ['data_policy', /may be used for training/],
  ],
  ['collects: unknown', asking({ denyDataCollection: true }), {}, ['data_policy', /not known/]],
  ['retains: no', asking({ zeroDataRetention: true }), { data: { collects: null, retains: false } }, null],
  ['retains: unknown', asking({ zeroDataRetention: true }), {}, ['data_policy', /not known whether it keeps/]],
  ['a router that is told', { ...asking({ zeroDataRetention: true }), ...passing('zdr') }, routing, null],
  [
    'a router that is told something else',
    { ...asking({ zeroDataRetention: true }), ...passing('only') },
    routing,
    ['data_policy', /not known/],
  ],
  [
    'no router, though it is told',
    { ...asking({ zeroDataRetention: true }), ...passing('zdr') },
    {},
    ['data_policy', /./],
  ],

  ['only: its provider', asking({ only: ['p'] }), {}, null],
  ['only: its credential', asking({ only: ['c'] }), {}, null],
  ['only: its region', asking({ only: ['p/eu'] }), { names: ['c', 'p', 'c/eu', 'p/eu'] }, null],
  [
    'only: another region',
    asking({ only: ['p/us'] }),
    { names: ['c', 'p', 'c/eu', 'p/eu'] },
    ['allowed_providers', /p\/us/],
  ],
  ['only: another', asking({ only: ['x'] }), {}, ['allowed_providers', /allows x; this is c, p/]],
  ['only: another, which a router may know', { ...asking({ only: ['x'] }), ...passing('only') }, routing, null],
  ['ignore: another', asking({ ignore: ['x'] }), {}, null],
  ['ignore: it', asking({ ignore: ['x', 'p'] }), {}, ['allowed_providers', /ignore names 'p'/]],
  [
    'ignore: the router itself',
    { ...asking({ ignore: ['p'] }), ...passing('ignore') },
    routing,
    ['allowed_providers', /./],
  ],
  ['order: another, with fallbacks', asking({ order: ['x'] }), {}, null],
  [
    'order: another, without',
    asking({ order: ['x'], allowFallbacks: false }),
    {},
    ['allowed_providers', /allow_fallbacks is false and provider.order names x/],
  ],

  ['an image, inputs unknown', needing({ inputs: ['image'] }), {}, null],
  ['an image, taken', needing({ inputs: ['image'] }), features({ inputs: ['text', 'image'] }), null],
  [
    'an image, not taken',
    needing({ inputs: ['image'] }),
    features({ inputs: ['text'] }),
    ['modalities', /holds image/],
  ],
  ['an embedding', needing({ outputs: ['embedding'] }), features({ outputs: ['text'] }), ['modalities', /embedding/]],
  ['a chat', needing({}), features({ outputs: ['embedding'] }), ['modalities', /text is asked for/]],

  ['a prompt of unknown fit', needing({ inputBytes: 1e9, inputTokens: 1e8 }), {}, null],
  ['a prompt that fits', needing({ inputBytes: 1e6, inputTokens: 1_000 }), { contextWindow: 1_000 }, null],
  [
    'a prompt that is short by its bytes',
    needing({ inputBytes: 1_999, inputTokens: 5_000 }),
    { contextWindow: 1_000 },
    null,
  ],
  [
    'a prompt that is too long',
    needing({ inputBytes: 1e6, inputTokens: 1_001 }),
    { contextWindow: 1_000 },
    ['context_length', /window is 1000 tokens, and the prompt has 1001 at least/],
  ],
  ['an answer that fits', needing({ outputTokens: 100 }), { maxOutput: 100 }, null],
  [
    'an answer that is too long',
    needing({ outputTokens: 101 }),
    { maxOutput: 100 },
    ['output_length', /100 tokens at most/],
  ],

  ['tools, unknown', needing({ parameters: ['tools'] }), {}, null],
  ['tools, listed', needing({ parameters: ['tools'] }), features({ parameters: ['tools'] }), null],
  [
    'tools, not listed',
    needing({ parameters: ['tools'] }),
    features({ parameters: ['seed'] }),
    ['capabilities', /tools/],
  ],
  [
    'tools, said to lack',
    needing({ parameters: ['tools'] }),
    features({ lacks: ['tools'] }),
    ['capabilities', /tools/],
  ],
  ['no tools, said to lack', needing({ parameters: ['seed'] }), features({ lacks: ['tools'] }), null],
  [
    'a schema, said to lack',
    needing({ parameters: ['structured_outputs'] }),
    features({ lacks: ['structured_outputs'] }),
    ['capabilities', /response_format/],
  ],
  ['seed, not listed, not required', needing({ parameters: ['seed'] }), features({ parameters: [] }), null],
  [
    'seed, not listed, required',
    { ...asking({ requireParameters: true }), ...needing({ parameters: ['seed', 'top_k'] }) },
    features({ parameters: [] }),
    ['require_parameters', /seed, top_k/],
  ],
  [
    'seed, unknown, required',
    { ...asking({ requireParameters: true }), ...needing({ parameters: ['seed'] }) },
    {},
    null,
  ],

  ['fp8, of unknown', asking({ quantizations: ['fp8'] }), {}, null],
  ['fp8, of fp8', asking({ quantizations: ['fp8'] }), features({ quantization: 'fp8' }), null],
  ['fp8, of int4', asking({ quantizations: ['fp8'] }), features({ quantization: 'int4' }), ['quantization', /int4/]],

  ['a cap, met to the digit', asking(per(1_000_000n, 2_000_001n)), { price: priceFixture('1', '2.000001') }, null],
  [
    'a cap, missed by a digit',
    asking(per(null, 2_000_000n)),
    { price: priceFixture('1', '2.000001') },
    ['max_price', /completion costs \$2\.000001 there, and max_price\.completion is \$2/],
  ],
  ['a cap, price unknown', asking(per(1n)), {}, ['max_price', /not known/]],
  ['nothing to pay, free', asking(per(0n, 0n)), { price: priceFixture('0', '0') }, null],
  ['nothing to pay, free by its name', asking(per(0n, 0n)), { upstreamModel: 'a/b:free' }, null],
  [
    'nothing to pay for an image, free',
    {
      ...asking({ maxPrice: { input: 0n, output: 0n, request: 0n, image: 0n, audio: 0n } }),
      ...needing({ inputs: ['image'] }),
    },
    { price: priceFixture('0', '0') },
    null,
  ],
  [
    'a cap for images, which have no known price',
    {
      ...asking({ maxPrice: { input: null, output: null, request: null, image: 5n, audio: null } }),
      ...needing({ inputs: ['image'] }),
    },
    { price: priceFixture('1', '1') },
    ['max_price', /price per image is not known/],
  ],
  ['a dearer tier that is not reached', asking(per(1_000_000n)), { price: priceFixture('1', '1', [200, '9']) }, null],
  [
    'a dearer tier that is reached',
    { ...asking(per(1_000_000n)), ...needing({ inputBytes: 1_000, inputTokens: 201 }) },
    { price: priceFixture('1', '1', [200, '9']) },
    ['max_price', /prompt costs \$9/],
  ],

  ['distillable, unknown', asking({ distillable: true }), {}, null],
  ['distillable, not', asking({ distillable: true }), features({ distillable: false }), ['distillable', /licence/]],

  ['tags, switched off', asking({ tags: ['x'] }), { tags: ['y'] }, null],
  ['a tag in common', { ...asking({ tags: ['x', 'y'] }), tagging: 'any' }, { tags: ['y'] }, null],
  ['not all tags', { ...asking({ tags: ['x', 'y'] }), tagging: 'all' }, { tags: ['y'] }, ['tags', /tagged x, y/]],
  ['all tags', { ...asking({ tags: ['x', 'y'] }), tagging: 'all' }, { tags: ['y', 'x', 'z'] }, null],
  ['no tag in common, nor default', { ...asking({ tags: ['x'] }), tagging: 'any' }, { tags: ['y'] }, ['tags', /for y/]],
  ['no tag in common, default', { ...asking({ tags: ['x'] }), tagging: 'any' }, { tags: ['default'] }, null],
  ['a tag, and an untagged deployment', { ...asking({ tags: ['x'] }), tagging: 'any' }, {}, ['tags', /without tags/]],
  ['no tags, and no default among the deployments', { tagging: 'any' }, { tags: ['y'] }, null],

  ['a region', asking({ region: 'eu-central-1' }), { region: 'eu-central-1' }, null],
  ['an area', asking({ region: 'eu' }), { region: 'eu-central-1' }, null],
  ["an area, in Google's words", asking({ region: 'eu' }), { region: 'europe-west4' }, null],
  ["an area, in Azure's words", asking({ region: 'us' }), { region: 'eastus2' }, null],
  ['another area', asking({ region: 'eu' }), { region: 'us-east-1' }, ['region', /runs in us-east-1/]],
  ['an area, unknown', asking({ region: 'eu' }), {}, ['region', /not known where/]],

  [
    'one that rests',
    { health: { ...planInputOf().health, standing: () => ({ state: 'open', untilMs: 70, cause: 'failures' }) } },
    {},
    ['cooldown', /rests for 70 ms/],
  ],
];

for (const [what, input, change, leftOut] of cases)
  test(`${what}: ${leftOut === null ? 'passes' : leftOut[0]}`, () => {
    const { candidates, excluded } = plan(planInputOf({ models: [modelOf(deploymentOf('d', change))], ...input }));
    assert.equal(candidates.length + excluded.length, 1);
    assert.equal(excluded[0]?.by ?? null, leftOut?.[0] ?? null, String(excluded[0]?.reason));
    if (leftOut !== null) assert.match(String(excluded[0]?.reason), leftOut[1]);
  });

const flex = { tierPrices: { flex: priceFixture('1', '2') } };
const priority = { tierPrices: { priority: priceFixture('9', '9') } };

test('who asks for the flexible tier is served by those that have it, where there are any', () => {
  const ids = (wish: 'flex' | 'usual', ...deployments: readonly Deployment[]): readonly string[] =>
    plan(planInputOf({ models: [modelOf(...deployments)], ...needing({ serviceTier: wish }) })).candidates.map(
      ({ deployment }) => deployment.id,
    );
  const [a, b] = [deploymentOf('a'), deploymentOf('b', flex)];
  assert.deepEqual(ids('flex', a, b), ['b']);
  assert.equal(ids('usual', a, b).length, 2);
  assert.deepEqual(ids('flex', a), ['a']);
});

test('who asks for the priority tier is served by those that have it first', () => {
  const models = [modelOf(deploymentOf('a'), deploymentOf('b', priority), deploymentOf('c', flex))];
  for (let seed = 0; seed < 8; seed++) {
    const { candidates } = plan(planInputOf({ models, random: seeded(seed), ...needing({ serviceTier: 'priority' }) }));
    assert.deepEqual([candidates.length, candidates[0]?.deployment.id], [3, 'b']);
    assert.match(String(candidates[2]?.reason), /not known to have a priority tier/);
  }
});

test('untagged requests keep to the deployments that are for them, if there are any', () => {
  const model = modelOf(
    deploymentOf('a', { tags: ['default'] }),
    deploymentOf('b', { tags: ['paid'] }),
    deploymentOf('c'),
  );
  const { candidates } = plan(planInputOf({ models: [model], tagging: 'any' }));
  assert.deepEqual(
    candidates.map(({ deployment }) => deployment.id),
    ['a'],
  );
});

test('the first objection counts', () => {
  const model = modelOf(deploymentOf('d', { data: { collects: true, retains: null } }));
  const { excluded } = plan(planInputOf({ models: [model], ...asking({ denyDataCollection: true, only: ['x'] }) }));
  assert.deepEqual(
    excluded.map(({ by, field }) => [by, field]),
    [['data_policy', 'provider.data_collection']],
  );
});

test('a request that asks for nothing special is not looked at', () => {
  const needs = () => assert.fail('the request was looked at');
  const model = modelOf(deploymentOf('a'), deploymentOf('b'));
  assert.equal(plan(planInputOf({ models: [model], needs })).candidates.length, 2);
});
