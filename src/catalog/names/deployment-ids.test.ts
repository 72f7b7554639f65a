import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildCatalog } from '../build-catalog.ts';
import type { OperatorModel } from '../input.ts';

function operatorModel(name: string, ids: readonly (string | null)[], aliasOf: string | null = null): OperatorModel {
  const deployments = ids.map((id, index) => ({
    credential: 'openai',
    upstreamModel: `${name}-${index}`,
    baseModel: null,
    priority: 1,
    weight: 1,
    limits: { rpm: null, tpm: null, parallel: null },
    price: null,
    contextWindow: null,
    maxOutput: null,
    timeouts: {},
    headers: {},
    id,
    at: 'test:1:1',
  }));
  return { name, deployments, fallbacks: { error: ['other'] }, hidden: false, accessGroups: [], aliasOf };
}

function catalogOf(...models: readonly OperatorModel[]) {
  const row = {
    speaks: {},
    makerOf: [],
    aggregator: false,
    routesBy: null,
    local: false,
    sandbox: false,
    pricedAs: null,
  };
  return buildCatalog({
    models,
    credentials: [{ name: 'openai', provider: 'openai' }],
    provider: () => row,
    sandboxModels: [],
    timeouts: { connectMs: 1, firstByteMs: 1, idleMs: 1, totalMs: 1 },
    defaultFallbacks: [],
    nowMs: 0,
  });
}

test('the id of a deployment names it alone, with what its model falls back to', () => {
  const catalog = catalogOf(operatorModel('m', ['east', null]));
  const derived = catalog.resolve('m')?.deployments[1]?.id ?? '';
  for (const [id, upstreamModel] of [
    ['east', 'm-0'],
    [derived, 'm-1'],
  ] as const) {
    const model = catalog.resolve(id);
    assert.deepEqual([model?.name, model?.resolvedBy, model?.fallbacks], [id, 'deployment of m', { error: ['other'] }]);
    assert.deepEqual(
      model?.deployments.map((each) => each.upstreamModel),
      [upstreamModel],
    );
    assert.deepEqual(catalog.grants(id).names, ['m']);
  }
});

test('an id that was given goes before a model of that name; a wildcard has none', () => {
  const catalog = catalogOf(operatorModel('m', ['n']), operatorModel('n', [null]), operatorModel('w/*', ['wild']));
  assert.equal(catalog.resolve('n')?.resolvedBy, 'deployment of m');
  assert.equal(catalog.resolve('wild'), null);
});

test('an alias has the very deployments of its model: their limits and their health are the same', () => {
  const catalog = catalogOf(operatorModel('m', ['east', null]), operatorModel('a', [null], 'm'));
  const alias = catalog.resolve('a');
  assert.equal(alias?.resolvedBy, 'alias of m');
  assert.deepEqual(alias?.deployments, catalog.resolve('m')?.deployments);
  assert.deepEqual(catalog.grants('a').names, ['m']);
});
