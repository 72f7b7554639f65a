import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadForTest } from '../load-for-test.ts';

async function modelsOf(text: string) {
  const { configuration, faults } = await loadForTest({
    files: { 'waybill.yaml': text },
    environment: { OPENAI_API_KEY: 'sk-a' },
    flags: {},
  });
  assert.deepEqual(faults, []);
  return { configuration, models: configuration?.models ?? [], notices: configuration?.notices ?? [] };
}

function entry(name: string, model: string, info = ''): string {
  return `  - { model_name: "${name}", litellm_params: { model: "${model}" }${info === '' ? '' : `, model_info: ${info}`} }\n`;
}

test('a group belongs to the access groups of all of its deployments', async () => {
  const { models } = await modelsOf(
    `model_list:\n${entry('a', 'openai/gpt-4o', '{ access_groups: [beta, eu] }')}${entry('a', 'openai/gpt-4o-mini', '{ access_groups: [beta, 7] }')}${entry('b', 'openai/gpt-4o')}`,
  );
  assert.deepEqual(
    models.map(({ name, accessGroups }) => [name, accessGroups]),
    [
      ['a', ['beta', 'eu']],
      ['b', []],
    ],
  );
});

test('an alias goes before a model of its name; two that swap their names are two models', async () => {
  const { models } = await modelsOf(
    `model_list:
${entry('a', 'openai/gpt-4o')}${entry('b', 'openai/gpt-4o-mini')}${entry('c', 'openai/o3')}
router_settings:
  model_group_alias: { a: b, b: a, c: c, d: { model: c, hidden: true } }
`,
  );
  assert.deepEqual(
    models.map(({ name, aliasOf, hidden, deployments }) => [name, aliasOf, hidden, deployments[0]?.upstreamModel]),
    [
      ['c', null, false, 'o3'],
      ['a', null, false, 'gpt-4o-mini'],
      ['b', null, false, 'gpt-4o'],
      ['d', 'c', true, 'o3'],
    ],
  );
});

test('a star for any provider catches no name that it could not answer; one at a provider catches all', async () => {
  const any = await modelsOf(`model_list:\n${entry('*', '*')}`);
  assert.deepEqual(any.models, []);
  assert.match(
    any.notices.join('\n'),
    /\* \(waybill\.yaml:2:\d+\) is off: every provider\/model can be called without it/,
  );
  const one = await modelsOf(`model_list:\n${entry('*', 'openai/*')}`);
  assert.deepEqual(
    one.models.map(({ name, deployments }) => [name, deployments[0]?.upstreamModel]),
    [['*', '*']],
  );
});

test('a model for one team only goes by the name that the team calls it by', async () => {
  const { models } = await modelsOf(
    [
      'model_list:',
      '  - { model_name: model_name_t_1, litellm_params: { model: gpt-4o }, model_info: { team_id: t, team_public_model_name: a } }',
      '  - { model_name: b, litellm_params: { model: gpt-4o }, model_info: { team_id: t } }',
      '  - { model_name: c, litellm_params: { model: gpt-4o }, model_info: { team_public_model_name: d } }',
      '',
    ].join('\n'),
  );
  assert.deepEqual(
    models.map(({ name, deployments }) => [name, deployments[0]?.team]),
    [
      ['a', 't'],
      ['b', 't'],
      ['c', undefined],
    ],
  );
});

test('what entries do not say themselves is said for all of them', async () => {
  const { configuration } = await modelsOf(
    [
      'model_list:',
      '  - { model_name: a, litellm_params: { model: gpt-4o } }',
      '  - { model_name: b, litellm_params: { model: gpt-4o, timeout: 5 } }',
      'router_settings: { default_litellm_params: { timeout: 9, max_parallel_requests: 3 }, default_priority: 7 }',
      '',
    ].join('\n'),
  );
  assert.deepEqual(
    configuration?.models.map(({ deployments: [one] }) => [one?.timeouts.firstByteMs, one?.limits.parallel]),
    [
      [9_000, 3],
      [5_000, 3],
    ],
  );
  assert.equal(configuration?.routing.queue.usualPriority, 7);
});
