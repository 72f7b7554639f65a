import assert from 'node:assert/strict';
import { after, before, suite, type TestContext, test } from 'node:test';
import type { Gateway } from '../support/gateway.ts';
import { eventually, MASTER_KEY, runCommand, temporaryFolder } from '../support/gateway.ts';
import { fillLitellm, LITELLM_KEYS, litellmToken } from '../support/litellm-database.ts';
import { chatBody, gatewayAndUpstream } from '../support/one-upstream.ts';
import { type PostgresServer, postgresMissing, startPostgres } from '../support/postgres.ts';
import { answer, chatAnswer } from '../support/upstream.ts';

type Counts = { readonly created: number; readonly updated: number; readonly unchanged: number; readonly kept: number };
type Note = { readonly kind: string; readonly field: string; readonly reason: string; readonly ids: readonly string[] };
type Report = {
  readonly applied: boolean;
  readonly kinds: Readonly<Record<string, Counts & { readonly left_out: number; readonly opened_usd: number }>>;
  readonly not_brought: readonly Note[];
  readonly losses: readonly Note[];
};

suite('import litellm', { skip: postgresMissing() }, () => {
  let server: PostgresServer | null = null;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server?.stop());

  const litellm = async () => {
    const url = (await server?.createDatabase()) ?? '';
    return { url, run: await fillLitellm(url) };
  };

  for (const store of ['SQLite', 'the Postgres database of LiteLLM itself'] as const) {
    test(`brings keys that go on working to ${store}`, async (context) => {
      const { url } = await litellm();
      const env =
        store === 'SQLite' ? {} : { DATABASE_URL: url, WAYBILL_SECRET_KEY: 'a-secret-key-of-a-test-0123456789' };
      const { gateway } = await gatewayAndUpstream(
        context,
        (request) => answer(request, { body: chatAnswer('hello') }),
        { env },
      );
      const bring = importing(context, gateway, url, env);

      const dry = await bring();
      assert.equal(dry.applied, false);
      assert.equal(dry.kinds['key']?.created, 5);
      assert.equal((await gateway.get('/key/list')).text.includes('"total_count":0'), true, 'nothing was written');

      const report = await bring('--apply');
      assert.equal(report.applied, true);
      assert.deepEqual(
        Object.entries(report.kinds).map(([kind, { created, left_out }]) => [kind, created, left_out]),
        [
          ['budget', 4, 0],
          ['organization', 1, 0],
          ['user', 2, 0],
          ['team', 1, 1],
          ['project', 0, 0],
          ['member', 2, 0],
          ['organization_member', 0, 0],
          ['customer', 1, 0],
          ['tag', 1, 0],
          ['key', 5, 3],
          ['credential', 0, 0],
          ['model', 0, 0],
        ],
      );
      assert.deepEqual(
        report.not_brought.map(({ kind, field, ids }) => [kind, field, ids[0]]).sort(),
        [
          ['key', '', 'expired'],
          ['key', '', litellmToken(LITELLM_KEYS.dashboard).slice(0, 12)],
          ['key', 'guardrails', 'guarded'],
          ['team', 'guardrails', 'guarded'],
        ].sort(),
      );
      await usesKeys(gateway);
      const again = await bring('--apply');
      const changed = Object.values(again.kinds).map(
        ({ created, updated, opened_usd: usd }) => created + updated + usd,
      );
      assert.deepEqual(new Set(changed), new Set([0]), 'a second time changes nothing');
      const verified = await runCommand(context, {
        args: ['ledger', 'verify', '--data', gateway.data, '--config', gateway.configFile ?? '', '--json'],
        env,
      });
      assert.equal(verified.code, 0, verified.output + verified.errors);
    });
  }

  test('what changed there comes over, unless it was changed here as well', async (context) => {
    const { url, run } = await litellm();
    const { gateway } = await gatewayAndUpstream(context, (request) => answer(request, { body: chatAnswer('hello') }));
    const bring = importing(context, gateway, url);
    await bring('--apply');
    await gateway.post('/team/update', { team_id: 'payments', max_budget: 70 });
    await gateway.post('/key/delete', { key_aliases: ['blocked'] });
    await run(`UPDATE "LiteLLM_TeamTable" SET max_budget = 90 WHERE team_id = 'payments';
      UPDATE "LiteLLM_VerificationToken" SET rpm_limit = 9, spend = 10.25 WHERE key_alias = 'team-key';
      UPDATE "LiteLLM_VerificationToken" SET rpm_limit = 9 WHERE key_alias = 'blocked';
      DELETE FROM "LiteLLM_VerificationToken" WHERE key_alias = 'spent';`);
    const report = await bring('--apply');
    assert.deepEqual([report.kinds['key']?.updated, report.kinds['key']?.kept], [1, 1]);
    assert.equal(report.kinds['team']?.kept, 1);
    assert.equal(report.kinds['key']?.opened_usd, 0.5, 'what was spent there since');
    const told = new Map(report.not_brought.map(({ reason, ids }) => [reason, ids]));
    assert.deepEqual(told.get('it was changed there, and here as well since it was brought over'), ['payments']);
    assert.deepEqual(told.get('it was removed here since it was brought over'), ['blocked']);
    assert.equal(told.get('LiteLLM no longer has it; it stays here until it is deleted here')?.length, 1);
    const key = JSON.parse((await gateway.get(`/key/info?key=${LITELLM_KEYS.team}`)).text) as KeyInfo;
    assert.deepEqual([key.info.rpm_limit, key.info.spend], [9, 10.25]);
    const team = JSON.parse((await gateway.get('/team/info?team_id=payments')).text) as TeamInfo;
    assert.equal(team.team_info.max_budget, 70);
    const audit = await gateway.get('/audit?table_name=import');
    assert.equal(audit.status, 200);
  });

  test('comes without a restriction only where the operator says so; a wrong database is told', async (context) => {
    const { url } = await litellm();
    const { gateway } = await gatewayAndUpstream(context, (request) => answer(request, { body: chatAnswer('hello') }));
    const bring = importing(context, gateway, url);
    const report = await bring('--accept-unsupported', 'guardrails');
    assert.deepEqual([report.kinds['team']?.created, report.kinds['key']?.created], [2, 6]);
    const empty = (await server?.createDatabase()) ?? '';
    const refused = await runCommand(context, importArgs(gateway, empty, []));
    assert.equal(refused.code, 3);
    assert.match(refused.errors, /there are no tables of LiteLLM in the schema public/);
  });

  test('the database is that of a variable where the command line names none', async (context) => {
    const { url } = await litellm();
    const { gateway } = await gatewayAndUpstream(context, (request) => answer(request, { body: chatAnswer('hello') }));
    const args = ['import', 'litellm', '--database', '--json', '--data', gateway.data];
    const { code, output, errors } = await runCommand(context, { args, env: { LITELLM_DATABASE_URL: url } });
    assert.equal(code, 0, errors);
    assert.equal((JSON.parse(output) as Report).kinds['key']?.created, 5);
    const none = await runCommand(context, { args });
    assert.deepEqual([none.code, /in LITELLM_DATABASE_URL, or behind --database/.test(none.errors)], [2, true]);
  });

  test('a file of LiteLLM is taken as it is, and what is not honoured is told', async (context) => {
    const config = `model_list:
  - model_name: gpt-4o
    litellm_params: { model: openai/gpt-4o, api_key: sk-provider }
litellm_settings: { success_callback: [langfuse] }
`;
    const said = await runCommand(context, { args: ['import', 'litellm'], config, data: temporaryFolder(context) });
    assert.equal(said.code, 0, said.errors);
    assert.match(said.output, /is taken as it is: start the gateway with --config/);
    assert.match(said.output, /models: 1, with 1 deployments/);
    assert.match(said.output, /litellm_settings\.success_callback .* is not honoured/);
  });
});

type KeyInfo = { readonly info: Readonly<Record<string, unknown>> };
type TeamInfo = {
  readonly team_info: Readonly<Record<string, unknown>>;
  readonly team_memberships: readonly Readonly<Record<string, unknown>>[];
};

function importArgs(
  gateway: Gateway,
  url: string,
  more: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const config = gateway.configFile ?? '';
  const named = ['--database', `${url}?schema=public&connection_limit=5`, '--data', gateway.data, '--config', config];
  return { args: ['import', 'litellm', ...named, '--json', ...more], env };
}

function importing(
  context: TestContext,
  gateway: Gateway,
  url: string,
  env: Readonly<Record<string, string>> = {},
): (...more: string[]) => Promise<Report> {
  return async (...more) => {
    const { code, output, errors } = await runCommand(context, importArgs(gateway, url, more, env));
    assert.equal(code, 0, errors);
    return JSON.parse(output) as Report;
  };
}

/** With LiteLLM's keys, against a gateway that was running when they came. */
async function usesKeys(gateway: Gateway): Promise<void> {
  const call = (key: string, more = {}) =>
    gateway.post('/v1/chat/completions', chatBody({ max_tokens: 5, ...more }), key);
  // It reads twice a second what others have changed.
  await eventually(async () => assert.equal((await gateway.get('/team/info?team_id=payments')).status, 200));
  await eventually(async () => assert.equal((await call(LITELLM_KEYS.team, { model: 'quick' })).status, 200));
  assert.equal((await call(LITELLM_KEYS.team)).status, 200);
  assert.equal((await call(LITELLM_KEYS.nearlySpent)).status, 200);
  assert.equal((await call(LITELLM_KEYS.renewed)).status, 200, 'its period is over');
  assert.equal((await call(LITELLM_KEYS.spent)).status, 402, 'what was spent there is spent here');
  const blocked = await call(LITELLM_KEYS.blocked);
  assert.deepEqual([blocked.status, /blocked/.test(blocked.text)], [401, true]);
  for (const gone of [LITELLM_KEYS.expired, LITELLM_KEYS.guarded, LITELLM_KEYS.dashboard])
    assert.equal((await call(gone)).status, 401);
  // Half a dollar is left, and 60,000 tokens would cost 0.60.
  const big = await call(LITELLM_KEYS.nearlySpent, { max_tokens: 60_000 });
  assert.equal(big.status, 402);
  const key = JSON.parse((await gateway.get(`/key/info?key=${LITELLM_KEYS.team}`, MASTER_KEY)).text) as KeyInfo;
  const { spend, max_budget, budget_duration, team_id, user_id, models } = key.info;
  assert.ok(Number(spend) > 9.75 && Number(spend) < 9.76, String(spend));
  assert.deepEqual([max_budget, budget_duration, team_id, user_id], [10, '30d', 'payments', 'alice']);
  assert.deepEqual(models, ['gpt-4o', 'gpt-4o-mini'], 'with those of its access group');
  const team = JSON.parse((await gateway.get('/team/info?team_id=payments')).text) as TeamInfo;
  assert.ok(Number(team.team_info['spend']) > 33.5 && Number(team.team_info['spend']) < 33.51);
  assert.equal(team.team_memberships.length, 2);
}
