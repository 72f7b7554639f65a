import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, suite, type TestContext, test } from 'node:test';
import { eventually, type Gateway, runCommand } from '../support/gateway.ts';
import { dashboardModels, fillLitellm, HIDDEN } from '../support/litellm-database.ts';
import { ALLOWED } from '../support/models-api.ts';
import { chatBody, gatewayAndUpstream } from '../support/one-upstream.ts';
import { type PostgresServer, postgresMissing, startPostgres } from '../support/postgres.ts';
import { answer, chatAnswer } from '../support/upstream.ts';

const SECRET = 'sk-provider-secret';
const PRICED = { input_cost_per_token: 0.000001, output_cost_per_token: 0.000002 };

type Report = {
  readonly kinds: Readonly<
    Record<string, Readonly<Record<'created' | 'updated' | 'unchanged' | 'kept' | 'left_out', number>>>
  >;
  readonly not_brought: readonly { readonly kind: string; readonly reason: string; readonly ids: readonly string[] }[];
};

type Run = {
  readonly gateway: Gateway;
  /** Of the calls that came to the provider. */
  readonly authorizations: string[];
  readonly bring: (...more: string[]) => Promise<Report>;
  /** Changes LiteLLM's database. */
  readonly change: (sql: string) => Promise<void>;
};

suite('import litellm: models and credentials of its dashboard', { skip: postgresMissing() }, () => {
  let server: PostgresServer | null = null;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server?.stop());

  const start = async (context: TestContext, env: Readonly<Record<string, string>> = ALLOWED): Promise<Run> => {
    const url = (await server?.createDatabase()) ?? '';
    const change = await fillLitellm(url);
    const authorizations: string[] = [];
    const { gateway, upstream } = await gatewayAndUpstream(
      context,
      (request) => {
        authorizations.push(request.headers['authorization'] ?? '');
        return answer(request, { body: chatAnswer('hello') });
      },
      { env },
    );
    await change(dashboardModels(upstream.url));
    const bring = async (...more: string[]): Promise<Report> => {
      const named = ['--database', url, '--data', gateway.data, '--config', gateway.configFile ?? '', '--json'];
      const ran = await runCommand(context, { args: ['import', 'litellm', ...named, ...more], env });
      assert.equal(ran.code, 0, ran.errors);
      assert.equal((ran.output + ran.errors).includes(SECRET), false, 'the report has no secret');
      return JSON.parse(ran.output) as Report;
    };
    return { gateway, authorizations, bring, change };
  };
  const SALT = ['--salt-key', HIDDEN.saltKey];

  test('come with what was hidden, are called with it, and a second time change nothing', async (context) => {
    const { gateway, authorizations, bring } = await start(context);
    const dry = await bring(...SALT);
    const counted = { read: 4, created: 3, updated: 0, unchanged: 0, kept: 0, left_out: 1, opened_usd: 0 };
    assert.deepEqual(dry.kinds['model'], counted);
    assert.equal((await gateway.get('/credentials')).text.includes('shared'), false, 'nothing was written');

    const report = await bring(...SALT, '--apply');
    assert.deepEqual(report.kinds['model'], counted);
    assert.equal(report.kinds['credential']?.created, 1);
    const told = report.not_brought.filter(({ kind }) => kind === 'model' || kind === 'setting');
    assert.deepEqual(
      told.map(({ ids }) => ids),
      [['by-metadata (by-metadata)'], ['router_settings.num_retries']],
    );
    assert.match(told[0]?.reason ?? '', /169\.254\.169\.254/);

    for (const model of ['with-key', 'with-newer-key', 'with-credential']) {
      await eventually(async () =>
        assert.equal((await gateway.post('/v1/chat/completions', chatBody({ model }))).status, 200),
      );
    }
    assert.deepEqual(new Set(authorizations), new Set([`Bearer ${SECRET}`]));
    assert.equal((await gateway.get('/model/info')).text.includes(SECRET), false);
    for (const file of readdirSync(gateway.data).filter((name) => name.includes('.db'))) {
      assert.equal(readFileSync(join(gateway.data, file)).includes(SECRET), false, file);
    }

    const again = await bring(...SALT, '--apply');
    assert.deepEqual([again.kinds['model']?.unchanged, again.kinds['credential']?.unchanged], [3, 1]);
    const audit = await gateway.get('/audit?object_id=with-key');
    assert.match(audit.text, /import litellm|command-line/);
    assert.equal(audit.text.includes(SECRET), false);
  });

  test('what changed there comes over, unless it was changed here as well; what is gone is told', async (context) => {
    const { gateway, bring, change } = await start(context);
    await bring(...SALT, '--apply');
    await eventually(async () => assert.match((await gateway.get('/model/info')).text, /with-newer-key/));
    const here = { model_info: { id: 'with-newer-key' }, litellm_params: PRICED };
    assert.equal((await gateway.post('/model/update', here)).status, 200);
    await change(`
      UPDATE "LiteLLM_ProxyModelTable" SET litellm_params = litellm_params - 'rpm' || '{"tpm": 9000}'
        WHERE model_id IN ('with-key', 'with-newer-key');
      DELETE FROM "LiteLLM_ProxyModelTable" WHERE model_id = 'with-credential';`);
    const report = await bring(...SALT, '--apply');
    assert.deepEqual([report.kinds['model']?.updated, report.kinds['model']?.kept], [1, 1]);
    const told = new Map(report.not_brought.map(({ reason, ids }) => [reason, ids]));
    assert.deepEqual(told.get('it was changed there, and here as well since it was brought over'), [
      'with-newer-key (with-newer-key)',
    ]);
    assert.deepEqual(told.get('LiteLLM no longer has it; it stays here until it is deleted here'), ['with-credential']);
    await eventually(async () => {
      const { data } = JSON.parse((await gateway.get('/model/info?litellm_model_id=with-key')).text) as {
        data: { litellm_params: Readonly<Record<string, unknown>> }[];
      };
      const params = data[0]?.litellm_params;
      assert.deepEqual([params?.['tpm'], params?.['rpm'] ?? null], [9000, null]);
    });
  });

  test('under another salt key they are told and stay behind; the environment may give the right one', async (context) => {
    const { bring } = await start(context, { ...ALLOWED, LITELLM_SALT_KEY: HIDDEN.saltKey });
    const wrong = await bring('--salt-key', 'sk-another-salt-key');
    assert.deepEqual([wrong.kinds['model']?.created, wrong.kinds['credential']?.left_out], [0, 1]);
    assert.match(wrong.not_brought.map(({ reason }) => reason).join('\n'), /it does not open: give LiteLLM's salt key/);
    const right = await bring();
    assert.deepEqual([right.kinds['model']?.created, right.kinds['credential']?.created], [3, 1]);
  });

  test('an import that was cut off between a model and its record goes on where it was', async (context) => {
    const { bring, gateway } = await start(context);
    await bring(...SALT, '--apply');
    const books = new DatabaseSync(join(gateway.data, 'waybill.db'), { timeout: 10_000 });
    books.exec("DELETE FROM administration_import WHERE kind = 'model'");
    books.close();
    const again = await bring(...SALT, '--apply');
    assert.deepEqual([again.kinds['model']?.kept, again.kinds['model']?.updated], [0, 3]);
    assert.equal((await bring(...SALT, '--apply')).kinds['model']?.unchanged, 3);
  });
});
