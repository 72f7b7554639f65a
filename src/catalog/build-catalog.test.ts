import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NO_BOUNDS } from '../inference/index.ts';
import { buildCatalog } from './build-catalog.ts';
import { capabilitiesOf } from './features/capabilities.ts';
import type { CatalogInput, CatalogProvider, OperatorDeployment, OperatorModel } from './input.ts';
import type { Catalog, Model } from './model.ts';
import type { OperatorPrice } from './operator-price.ts';

const NOW_MS = Date.UTC(2026, 10, 24, 12);
const TIMEOUTS = { connectMs: 1, firstByteMs: 2, idleMs: 3, totalMs: 4 };

const unknown: CatalogProvider = {
  speaks: {},
  makerOf: [],
  aggregator: false,
  routesBy: null,
  local: false,
  sandbox: false,
  pricedAs: null,
};
const rows: Readonly<Record<string, CatalogProvider>> = {
  openai: { ...unknown, makerOf: ['gpt-', 'o3', 'ft:'], pricedAs: 'openai' },
  anthropic: { ...unknown, makerOf: ['claude-'], pricedAs: 'anthropic' },
  groq: { ...unknown, pricedAs: 'groq' },
  azure: { ...unknown, pricedAs: 'azure' },
  openrouter: { ...unknown, aggregator: true, pricedAs: 'openrouter' },
  vercel: { ...unknown, aggregator: true },
  vllm: unknown,
  sandbox: { ...unknown, sandbox: true },
};

function catalogOf(
  credentials: readonly string[],
  models: readonly OperatorModel[] = [],
  more: Partial<CatalogInput> = {},
): Catalog {
  return buildCatalog({
    models,
    credentials: credentials.map((each) => {
      const [name = '', provider = name] = each.split(':');
      return { name, provider };
    }),
    provider: (id) => rows[id] ?? null,
    sandboxModels: [
      { id: 'echo', usdPerMillionInput: 1, usdPerMillionOutput: 2, contextWindow: 32_000, maxOutput: 8_000 },
    ],
    timeouts: TIMEOUTS,
    defaultFallbacks: [],
    nowMs: NOW_MS,
    ...more,
  });
}

function model(
  name: string,
  deployments: readonly (string | OperatorDeployment)[],
  more: Partial<OperatorModel> = {},
): OperatorModel {
  const made = deployments.map((each) => (typeof each === 'string' ? deployment(each) : each));
  return { name, deployments: made, fallbacks: {}, hidden: false, accessGroups: [], aliasOf: null, ...more };
}

function deployment(use: string, more: Partial<OperatorDeployment> = {}): OperatorDeployment {
  const slash = use.indexOf('/');
  return {
    credential: use.slice(0, slash),
    upstreamModel: use.slice(slash + 1),
    baseModel: null,
    priority: 1,
    weight: 1,
    limits: { rpm: null, tpm: null, parallel: null },
    price: null,
    contextWindow: null,
    maxOutput: null,
    timeouts: {},
    headers: {},
    id: null,
    at: 'waybill.yaml:3:5',
    ...more,
  };
}

function usd(input: string): OperatorPrice {
  const none = {
    output: null,
    cacheRead: null,
    cacheWrite: null,
    reasoning: null,
    inputAudio: null,
    outputAudio: null,
  };
  return { ...none, input, request: null, tiers: [] };
}

function placesOf(found: Model | null): readonly string[] | null {
  return found?.deployments.map(({ credential, upstreamModel }) => `${credential}/${upstreamModel}`) ?? null;
}

function inputRate(found: Model | null): bigint | null {
  return found?.deployments[0]?.price?.tiers[0].input ?? null;
}

describe('configured names', () => {
  it('come before everything else', () => {
    const catalog = catalogOf(
      ['openai', 'groq'],
      [model('gpt-4o', ['groq/llama-3.3-70b-versatile']), model('openai/gpt-5', ['groq/x'])],
    );
    assert.deepEqual(placesOf(catalog.resolve('gpt-4o')), ['groq/llama-3.3-70b-versatile']);
    assert.deepEqual(placesOf(catalog.resolve('openai/gpt-5')), ['groq/x']);
    assert.equal(catalog.resolve('gpt-4o')?.resolvedBy, 'configured');
    assert.equal(catalog.resolve('gpt-4o'), catalog.resolve('gpt-4o'));
  });

  it('keep what the operator said of a deployment, and take the rest from the defaults', () => {
    const told = deployment('openai/gpt-4o', {
      priority: 2,
      weight: 3,
      limits: { rpm: 5, tpm: null, parallel: null },
      contextWindow: 1_000,
      maxOutput: 100,
      timeouts: { idleMs: 30 },
      headers: { 'x-team': 'a' },
      id: 'given',
    });
    const [made] = catalogOf(['openai'], [model('m', [told])]).resolve('m')?.deployments ?? [];
    const { price: _price, ...rest } = made ?? { price: null };
    assert.deepEqual(rest, {
      id: 'given',
      credential: 'openai',
      provider: 'openai',
      upstreamModel: 'gpt-4o',
      contextWindow: 1_000,
      maxOutput: 100,
      traits: { thinking: 'none', takesSampling: true, bounds: NO_BOUNDS },
      features: { ...capabilitiesOf('gpt-4o'), quantization: null, distillable: null },
      data: { collects: null, retains: null },
      region: null,
      tags: [],
      names: ['openai'],
      routesOn: false,
      needsCallerKey: false,
      circuit: 'openai/gpt-4o',
      priority: 2,
      weight: 3,
      limits: { rpm: 5, tpm: null, parallel: null },
      timeouts: { ...TIMEOUTS, idleMs: 30 },
      headers: { 'x-team': 'a' },
    });
  });

  it('without a deployment that exists are found all the same: the name must not fall through', () => {
    const catalog = catalogOf(
      ['openai'],
      [model('gpt-4o', []), model('gpt-5', ['gone/gpt-5']), model('o3', ['gone/o3', 'openai/o3'])],
    );
    assert.deepEqual(placesOf(catalog.resolve('gpt-4o')), []);
    assert.deepEqual(placesOf(catalog.resolve('gpt-5')), []);
    assert.deepEqual(placesOf(catalog.resolve('o3')), ['openai/o3']);
  });

  it('have deployments whose ids differ, and stay the same wherever they stand', () => {
    const ids = (...uses: readonly string[]): readonly (readonly [string, string])[] =>
      catalogOf(['openai', 'groq'], [model('m', uses)])
        .resolve('m')
        ?.deployments.map(({ id, credential }): readonly [string, string] => [credential, id]) ?? [];
    const [first, second] = [ids('openai/a', 'groq/b'), ids('groq/b', 'openai/a')];
    assert.deepEqual(new Map(first), new Map(second));
    assert.equal(new Set(ids('openai/a', 'openai/a', 'openai/c').map(([, id]) => id)).size, 3);
  });

  it('have fallbacks of their own, else those for all', () => {
    const own = { error: ['b'], context_window: ['c'] };
    const models = [
      model('a', ['openai/a'], { fallbacks: own }),
      model('b', ['openai/b'], { fallbacks: { rate_limit: ['c'] } }),
      model('c', ['openai/c']),
    ];
    const catalog = catalogOf(['openai'], models, { defaultFallbacks: ['a'] });
    assert.deepEqual(catalog.resolve('a')?.fallbacks, own);
    assert.deepEqual(catalog.resolve('b')?.fallbacks, { error: ['a'], rate_limit: ['c'] });
    assert.deepEqual(catalog.resolve('c')?.fallbacks, { error: ['a'] });
    assert.deepEqual(catalog.resolve('openai/d')?.fallbacks, { error: ['a'] });
    assert.deepEqual(catalogOf(['openai']).resolve('openai/d')?.fallbacks, {});
  });
});

describe('wildcards', () => {
  const catalog = catalogOf(
    ['openai', 'anthropic', 'openrouter'],
    [
      model('claude-*', ['openrouter/anthropic/claude-*']),
      model('claude-opus-*', ['anthropic/claude-opus-*']),
      model('fast-*', ['openai/gpt-5']),
      model('*-eu', ['openai/*']),
    ],
  );

  it('put what the * stands for into the name that goes upstream', () => {
    assert.deepEqual(placesOf(catalog.resolve('claude-sonnet-5')), ['openrouter/anthropic/claude-sonnet-5']);
    assert.deepEqual(placesOf(catalog.resolve('gpt-4o-eu')), ['openai/gpt-4o']);
    assert.deepEqual(placesOf(catalog.resolve('fast-chat')), ['openai/gpt-5']);
    assert.deepEqual(placesOf(catalog.resolve("fast-$&$'")), ['openai/gpt-5']);
    assert.deepEqual(placesOf(catalog.resolve('claude-$&')), ['openrouter/anthropic/claude-$&']);
  });

  it("cost at a server of one's own what their provider asks, unless the operator says otherwise", () => {
    const rateOf = (name: string, more: Partial<OperatorDeployment> = {}) => {
      const elsewhere = deployment(`proxy/${name}`, { limitedAs: { provider: 'openai' }, ...more });
      return inputRate(catalogOf(['proxy:vllm'], [model('ours', [elsewhere])]).resolve('ours'));
    };
    assert.equal(rateOf('gpt-4o'), inputRate(catalogOf(['openai']).resolve('openai/gpt-4o')));
    assert.deepEqual([rateOf('gpt-4o', { price: usd('7') }), rateOf('facebook/opt-125m')], [7_000_000n, null]);
  });

  it('are taken by the longest pattern first, and named in the explanation', () => {
    assert.deepEqual(placesOf(catalog.resolve('claude-opus-5')), ['anthropic/claude-opus-5']);
    assert.equal(catalog.resolve('claude-opus-5')?.resolvedBy, 'wildcard claude-opus-*');
  });

  it('are no names themselves, and give the same object for the same name', () => {
    assert.notEqual(catalog.resolve('claude-*')?.resolvedBy, 'configured');
    assert.equal(catalog.resolve('claude-opus-5'), catalog.resolve('claude-opus-5'));
    assert.ok(!catalog.list().some(({ id }) => id.includes('*')));
  });
});

describe('names that nobody configured', () => {
  it('credential/model goes to that credential, provider/model to all of the provider', () => {
    const catalog = catalogOf(['openai-a:openai', 'openai-b:openai', 'openrouter']);
    assert.deepEqual(placesOf(catalog.resolve('openai-b/gpt-4o')), ['openai-b/gpt-4o']);
    assert.deepEqual(placesOf(catalog.resolve('openai/brand-new')), ['openai-a/brand-new', 'openai-b/brand-new']);
    assert.deepEqual(placesOf(catalog.resolve('openrouter/google/gemini-2.5-pro')), [
      'openrouter/google/gemini-2.5-pro',
    ]);
  });

  it('a bare name goes to its maker, dated or not', () => {
    const catalog = catalogOf(['openrouter', 'openai', 'anthropic']);
    const known = ['gpt-4o', 'gpt-4o-2024-08-06', 'gpt-4o-2031-01-01', 'gpt-4o-latest', 'ft:gpt-4o-mini:acme::7p4l'];
    for (const name of known) assert.deepEqual(placesOf(catalog.resolve(name)), [`openai/${name}`]);
    for (const name of ['gpt-4oo', 'gpt-99-brand-new', 'claude-nonet']) assert.equal(catalog.resolve(name), null, name);
    assert.deepEqual(placesOf(catalog.resolve('openai/gpt-99-brand-new')), ['openai/gpt-99-brand-new']);
    assert.deepEqual(placesOf(catalog.resolve('claude-sonnet-4-5-20250929')), ['anthropic/claude-sonnet-4-5-20250929']);
    assert.equal(inputRate(catalog.resolve('claude-sonnet-4-5-20250929')), 3_000_000n);
  });

  it('without its maker, to whoever is known to offer it', () => {
    assert.deepEqual(placesOf(catalogOf(['openrouter', 'groq', 'openai']).resolve('llama-3.3-70b-versatile')), [
      'groq/llama-3.3-70b-versatile',
    ]);
    assert.deepEqual(placesOf(catalogOf(['sandbox', 'openai']).resolve('echo')), ['sandbox/echo']);
  });

  it('else to an aggregator under its own spelling', () => {
    const catalog = catalogOf(['openrouter']);
    assert.deepEqual(placesOf(catalog.resolve('gpt-4o')), ['openrouter/openai/gpt-4o']);
    assert.deepEqual(placesOf(catalog.resolve('claude-sonnet-4-5-20250929')), [
      'openrouter/anthropic/claude-sonnet-4.5',
    ]);
    assert.deepEqual(placesOf(catalog.resolve('openai/gpt-4o')), ['openrouter/openai/gpt-4o']);
  });

  it('nowhere is null, and hostile names are', () => {
    const catalog = catalogOf(['openai', 'vllm']);
    for (const name of [
      '',
      '/',
      'nothing-like-it',
      '/gpt-4o',
      'openai/',
      'x'.repeat(100_000),
      '__proto__',
      'constructor',
    ]) {
      assert.equal(catalog.resolve(name), null, name.slice(0, 40));
      assert.equal(catalog.resolve(name), null, 'again');
    }
  });

  it('forgets made-up names before they fill the memory', () => {
    const catalog = catalogOf(['openai']);
    const first = catalog.resolve('openai/kept');
    for (let count = 0; count < 10_000; count++) catalog.resolve(`openai/made-up-${count}`);
    assert.deepEqual(catalog.resolve('openai/kept'), first);
  });
});

describe('prices', () => {
  const priceOf = (told: OperatorDeployment, name = 'gpt-4o'): bigint | null =>
    inputRate(catalogOf(['openai', 'groq', 'vllm', 'azure'], [model(name, [told])]).resolve(name));

  it('are found in their order: own, base_model, upstream name, public name', () => {
    const all = { price: usd('7'), baseModel: 'gpt-4o-mini' };
    assert.equal(priceOf(deployment('openai/gpt-4.1', all)), 7_000_000n);
    assert.equal(priceOf(deployment('openai/gpt-4.1', { ...all, price: null })), 150_000n);
    assert.equal(priceOf(deployment('openai/gpt-4.1')), 2_000_000n);
    assert.equal(priceOf(deployment('openai/my-tuned-one')), 2_500_000n);
    assert.equal(priceOf(deployment('openai/my-tuned-one'), 'house-model'), null);
  });

  it('by base_model also from another provider, by its path or by the name alone', () => {
    assert.equal(priceOf(deployment('vllm/x', { baseModel: 'openai/gpt-4o' }), 'house'), 2_500_000n);
    assert.equal(priceOf(deployment('vllm/x', { baseModel: 'gpt-4o' }), 'house'), 2_500_000n);
    assert.equal(priceOf(deployment('azure/prod', { baseModel: 'gpt-4o' }), 'house'), 2_500_000n);
    assert.equal(priceOf(deployment('openai/x', { baseModel: 'no-such-model' }), 'house'), null);
  });

  it("of a server of one's own are not taken from a maker that it only shares a name with", () => {
    assert.equal(priceOf(deployment('vllm/gpt-4o')), null);
  });

  it('say where they come from', () => {
    const source = (told: OperatorDeployment): string | undefined =>
      catalogOf(['openai', 'sandbox'], [model('m', [told])]).resolve('m')?.deployments[0]?.price?.source;
    assert.equal(source(deployment('openai/x', { price: usd('1') })), 'waybill.yaml:3:5');
    assert.equal(source(deployment('openai/x', { price: 'free' })), 'free');
    assert.match(source(deployment('openai/gpt-4o')) ?? '', /^genai-prices \d/);
    assert.equal(source(deployment('sandbox/echo')), 'sandbox');
  });

  it('come with the limits that are known', () => {
    const limits = (name: string): readonly unknown[] => {
      const [first] = catalogOf(['openai', 'sandbox']).resolve(name)?.deployments ?? [];
      return [first?.contextWindow, first?.maxOutput];
    };
    assert.deepEqual(limits('echo'), [32_000, 8_000]);
    assert.deepEqual(limits('gpt-4o'), [128_000, null]);
    assert.deepEqual(limits('openai/brand-new'), [null, null]);
  });
});

describe('lists', () => {
  const models = [
    model('house', ['openai/gpt-4o']),
    model('openai/gpt-4o', ['openai/gpt-4o'], { hidden: true }),
    model('secret', ['openai/gpt-4o'], { hidden: true }),
    model('groq/*', ['groq/*'], { hidden: true }),
    model('claude-*', ['openai/*']),
    model('nowhere', ['gone/x']),
  ];
  const ids = catalogOf(['openai', 'groq', 'sandbox'], models)
    .list()
    .map(({ id }) => id);

  it('name what is configured and what the price list has of each provider, each once', () => {
    assert.equal(ids[0], 'house');
    assert.ok(ids.includes('openai/gpt-4o-mini') && ids.includes('sandbox/echo'));
    assert.equal(new Set(ids).size, ids.length);
  });

  it('leave out what is hidden, also under its name at the provider, and what cannot be called', () => {
    assert.ok(!ids.includes('secret') && !ids.includes('openai/gpt-4o') && !ids.includes('nowhere'));
    assert.ok(!ids.some((id) => id.startsWith('groq/')));
  });

  it('only name what resolves', () => {
    const catalog = catalogOf(['openai', 'oa:openai', 'anthropic:openai', 'sandbox', 'openrouter', 'vllm'], models);
    for (const { id, ownedBy } of catalog.list()) {
      const found = catalog.resolve(id);
      assert.ok(found !== null && found.deployments.length > 0, id);
      assert.ok(
        found.deployments.some(({ provider }) => provider === ownedBy),
        `${id} is ${ownedBy}'s`,
      );
    }
  });

  it('tell the facts of a configured model', () => {
    const [house] = catalogOf(['openai'], models).list();
    assert.equal(house?.ownedBy, 'openai');
    assert.equal(house?.contextWindow, 128_000);
    assert.equal(house?.price?.tiers[0].input, 2_500_000n);
  });
});

describe('nearest', () => {
  it('gives the names most like it that the caller may use', () => {
    const catalog = catalogOf(
      ['openai'],
      [model('claude-sonnet', ['openai/gpt-4o']), model('claude-opus', ['openai/gpt-4o'])],
    );
    assert.equal(catalog.nearest('claud-sonet', 3, () => true)[0], 'claude-sonnet');
    assert.ok(!catalog.nearest('claud-sonet', 3, (name) => name !== 'claude-sonnet').includes('claude-sonnet'));
    assert.deepEqual(catalog.nearest('gpt-4oo', 1, (name) => !name.includes('/'))[0], 'gpt-4o');
    assert.ok(catalog.nearest('gpt-4oo', 3, () => true).length <= 3);
    assert.deepEqual(
      catalog.nearest('x'.repeat(10_000), 3, () => true),
      [],
    );
  });
});
