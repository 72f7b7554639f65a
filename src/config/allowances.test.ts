import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTimeWindow } from '../std/index.ts';
import { loadForTest } from './load-for-test.ts';

function load(text: string) {
  return loadForTest({ files: { 'waybill.yaml': text }, environment: {} });
}

function budget(usd: string, per: string, more: object = {}) {
  return { usd, window: parseTimeWindow(per), policy: 'clamp', softUsd: null, ...more };
}

const NONE = { budgets: [], limits: [] };

test('budgets and rate limits of our own files', async () => {
  const { configuration, faults } = await load(`version: 1
timezone: Europe/Berlin
defaults:
  key: { budgets: [{ usd: 50, per: month }], limits: { rpm: 60, tpm: 100k }, models: { gpt-4o: { rpm: 10 } } }
  customer: { budget_id: small }
budgets:
  gateway: [{ usd: 1000, per: monthly, soft: 800 }, { usd: 99.5, per: 1d, on_exhausted: reject }]
  providers: { openai: [{ usd: 500, per: 7d }] }
  users: { alice: [{ usd: 5, per: day, on_exhausted: soft }] }
limits:
  customers: { "*": { rpm: 5, otpd: 1M }, vip: { parallel: 9 } }
  users: { alice: { rph: 100 } }
`);
  assert.deepEqual(faults, []);
  const allowances = configuration?.allowances;
  assert.deepEqual(allowances, {
    timeZone: 'Europe/Berlin',
    gateway: {
      budgets: [budget('1000', 'month', { softUsd: '800' }), budget('99.5', 'day', { policy: 'reject' })],
      limits: [],
    },
    key: {
      budgets: [budget('50', 'month')],
      limits: [
        { measure: 'requests', per: 'minute', limit: 60 },
        { measure: 'tokens', per: 'minute', limit: 100_000 },
      ],
    },
    keyModels: { 'gpt-4o': { budgets: [], limits: [{ measure: 'requests', per: 'minute', limit: 10 }] } },
    users: {
      alice: {
        budgets: [budget('5', 'day', { policy: 'soft' })],
        limits: [{ measure: 'requests', per: 'hour', limit: 100 }],
      },
    },
    teams: {},
    projects: {},
    organizations: {},
    customers: {
      '*': {
        budgets: [],
        limits: [
          { measure: 'requests', per: 'minute', limit: 5 },
          { measure: 'output_tokens', per: 'day', limit: 1_000_000 },
        ],
      },
      vip: { budgets: [], limits: [{ measure: 'parallel', per: null, limit: 9 }] },
    },
    lowBalance: { usd: null, share: 0.2 },
    customerBudgetId: 'small',
    tags: {},
    providers: { openai: { budgets: [budget('500', 'week')], limits: [] } },
    deployments: {},
  });
});

test('what they cannot be is told where it stands', async () => {
  const { faults } = await load(`version: 1
timezone: Mars/Olympus
defaults: { key: { budgets: [{ usd: 1, per: fortnight }], limits: { rpm: 0 } } }
budgets:
  gateway: [{ usd: -1, per: day }, { usd: 1e30, per: day }, { per: day }]
  users: { alice: [{ usd: 1, per: day, on_exhausted: explode }] }
  galaxy: {}
`);
  const forms = '30s, 30m, 24h, 1d, 7d, 30d, 1w, 1mo, hourly, daily, weekly, monthly, hour, day, week, month or total';
  assert.deepEqual(faults, [
    "waybill.yaml:2:11: line 2: expected a time zone such as Europe/Berlin, got 'Mars/Olympus'",
    `waybill.yaml:3:45: line 3: expected a period: ${forms}, got 'fortnight'`,
    'waybill.yaml:3:74: line 3: expected a whole number, 1 or greater, such as 600, 450k or 1.5M, got 0',
    'waybill.yaml:5:20: line 5: expected an amount of USD such as 0.15, got -1',
    'waybill.yaml:5:43: line 5: expected USD, at most 9000000, got 1e+30',
    "waybill.yaml:5:61: line 5: 'usd' is missing: expected an amount of USD such as 0.15",
    "waybill.yaml:6:54: line 6: expected one of clamp, reject, soft, got 'explode'",
    "waybill.yaml:7:3: line 7: unknown key 'galaxy': expected one of gateway, providers, deployments, users, teams, projects, organizations, customers, tags",
  ]);
});

test('LiteLLM’s budgets, those that are kept in its database by their ids', async () => {
  const { configuration, faults } = await load(`model_list: []
litellm_settings:
  max_budget: 100
  budget_duration: 30d
  timezone: Asia/Tokyo
  max_internal_user_budget: 10
  internal_user_budget_duration: 1mo
  max_end_user_budget: "0.5"
  max_end_user_budget_id: small
  tag_budget_config: { "product:chat": { max_budget: 3, budget_duration: 1d } }
router_settings:
  provider_budget_config:
    openai: { budget_limit: 0.25, time_period: 1d }
    vertex_ai: { max_budget: 7, budget_duration: 7d }
general_settings: { global_max_parallel_requests: 40 }
`);
  assert.deepEqual(faults, []);
  assert.deepEqual(configuration?.allowances, {
    timeZone: 'Asia/Tokyo',
    gateway: { budgets: [budget('100', '30d')], limits: [{ measure: 'parallel', per: null, limit: 40 }] },
    key: NONE,
    keyModels: {},
    users: { '*': { budgets: [budget('10', '1mo')], limits: [] } },
    teams: {},
    projects: {},
    organizations: {},
    customers: { '*': { budgets: [budget('0.5', 'total')], limits: [] } },
    lowBalance: { usd: null, share: 0.2 },
    customerBudgetId: 'small',
    tags: { 'product:chat': { budgets: [budget('3', '1d')], limits: [] } },
    providers: {
      openai: { budgets: [budget('0.25', '1d')], limits: [] },
      vertex: { budgets: [budget('7', '7d')], limits: [] },
    },
    deployments: {},
  });
  const older = await load('model_list: []\nlitellm_settings: { max_user_budget: 3, max_internal_user_budget: 4 }\n');
  assert.deepEqual(older.configuration?.allowances.users, { '*': { budgets: [budget('4', 'total')], limits: [] } });
  assert.deepEqual(older.configuration?.allowances.customers, { '*': { budgets: [budget('3', 'total')], limits: [] } });
  const wrong = await load(
    'model_list: []\nlitellm_settings: { max_budget: 1, budget_duration: soon, timezone: Nowhere }\n',
  );
  assert.match(wrong.faults.join('\n'), /litellm_settings\.budget_duration: expected a period: 30s/);
  assert.match(wrong.faults.join('\n'), /litellm_settings\.timezone: expected a time zone such as Europe\/Berlin/);
});

test('what new users have, in files of both kinds', async () => {
  const own = await load('version: 1\ndefaults: { user: { role: internal_user_viewer, models: [a, "b/*"] } }\n');
  assert.deepEqual(own.faults, []);
  assert.deepEqual(own.configuration?.newUsers, { role: 'internal_user_viewer', models: ['a', 'b/*'] });
  const usual = await load('version: 1\n');
  assert.deepEqual(usual.configuration?.newUsers, { role: 'internal_user', models: [] });
  const litellm = await load(`model_list: []
litellm_settings:
  max_internal_user_budget: 10
  default_internal_user_params: { user_role: proxy_admin_viewer, models: [m], max_budget: 2, budget_duration: 7d, teams: [t] }
`);
  assert.deepEqual(litellm.faults, []);
  assert.deepEqual(litellm.configuration?.newUsers, { role: 'proxy_admin_viewer', models: ['m'] });
  assert.deepEqual(litellm.configuration?.allowances.users, { '*': { budgets: [budget('2', '7d')], limits: [] } });
  assert.ok(litellm.configuration?.notices.some((notice) => notice.includes('default_internal_user_params.teams (')));
  const wrong = await load(
    'model_list: []\nlitellm_settings: { default_internal_user_params: { user_role: emperor, models: gpt } }\n',
  );
  assert.match(wrong.faults.join('\n'), /user_role: expected one of proxy_admin, .*, got 'emperor'/);
  assert.match(wrong.faults.join('\n'), /models: expected a list of names/);
});

test('when credits are low: an amount or a share of the last grant, and not both', async () => {
  const low = (entry: string) =>
    loadForTest({ files: { 'waybill.yaml': `defaults: { organization: { low_balance: ${entry} } }\n` } });
  assert.deepEqual((await low('{ usd: 5 }')).configuration?.allowances.lowBalance, { usd: '5', share: 0 });
  assert.deepEqual((await low('{ share: 0.05 }')).configuration?.allowances.lowBalance, { usd: null, share: 0.05 });
  for (const wrong of ['{}', '{ usd: 5, share: 0.1 }'])
    assert.match((await low(wrong)).faults.join(), /expected either usd or share/);
  assert.match((await low('{ share: 2 }')).faults.join(), /expected a share, above 0/);
});
