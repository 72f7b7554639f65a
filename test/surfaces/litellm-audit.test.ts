import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MASTER_KEY, runCommand, startGateway } from '../support/gateway.ts';

type Entry = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly before_value: Readonly<Record<string, unknown>> | null;
  readonly updated_values: Readonly<Record<string, unknown>> | null;
};
type Page = { readonly audit_logs: readonly Entry[]; readonly total: number; readonly total_pages: number };

test('every change is told: who did what to whom, from where, what it was before and after, and no secret', async (context) => {
  const gateway = await startGateway(context);
  const post = async (path: string, body: object): Promise<Readonly<Record<string, unknown>>> => {
    const { status, text } = await gateway.post(path, body, MASTER_KEY, { 'litellm-changed-by': 'ops@example.com' });
    assert.equal(status, 200, text);
    return JSON.parse(text) as Record<string, unknown>;
  };
  const page = async (query = ''): Promise<Page> => {
    const { status, text } = await gateway.get(`/audit?page_size=100${query}`);
    assert.equal(status, 200, text);
    return JSON.parse(text) as Page;
  };
  await post('/team/new', {
    team_id: 't1',
    members: ['alice'],
    metadata: { api_key: 'hush', note: 'sk-abcdefgh12345' },
  });
  const made = await post('/key/generate', { team_id: 't1', max_budget: 5 });
  const secret = String(made['key']);
  const id = String(made['token_id']);
  await post('/key/update', { key: secret, max_budget: 7, rpm_limit: 3 });
  await post('/key/block', { key: secret });
  const rotated = await post('/key/regenerate', { key: secret, grace_period: '1h' });
  await post('/team/update', { team_id: 't1', max_budget: 100 });
  const refused = await gateway.post('/team/update', { team_id: 'nobody', max_budget: 1 });
  assert.equal(refused.status, 404);
  await post('/team/delete', { team_ids: ['t1'] });

  const { audit_logs: all } = await page();
  assert.deepEqual(
    all.toReversed().map((entry) => `${entry['action']} ${entry['table_name']} ${entry['object_id']}`),
    [
      'created LiteLLM_TeamTable t1',
      'created LiteLLM_UserTable alice',
      'created LiteLLM_TeamMembership t1/alice',
      `created LiteLLM_VerificationToken ${id}`,
      `updated LiteLLM_VerificationToken ${id}`,
      `updated LiteLLM_VerificationToken ${id}`,
      `updated LiteLLM_VerificationToken ${id}`,
      'updated LiteLLM_TeamTable t1',
      'deleted LiteLLM_TeamTable t1',
    ],
  );
  for (const entry of all) {
    assert.deepEqual(
      [entry['changed_by'], entry['changed_by_api_key'], entry['ip']],
      ['ops@example.com', 'master', '127.0.0.1'],
    );
  }
  const [, , rotation, , update] = all;
  assert.deepEqual(update?.before_value, { max_budget_nano: '5000000000', rpm_limit: null });
  assert.deepEqual(update?.updated_values, { max_budget_nano: '7000000000', rpm_limit: 3 });
  assert.ok(rotation?.updated_values?.['rotated'] !== undefined);
  const whole = JSON.stringify(all);
  for (const hidden of [secret, String(rotated['key']), 'hush', 'sk-abcdefgh12345', String(made['token'])]) {
    assert.ok(!whole.includes(hidden), hidden);
  }

  assert.equal((await page('&object_id=t1&action=updated')).total, 1);
  assert.equal((await page('&table_name=LiteLLM_VerificationToken')).total, 4);
  assert.equal((await page('&start_date=2100-01-01')).total, 0);
  assert.equal((await page('&who=ops@example.com')).total, all.length);
  assert.equal((await page('&who=master&q=T1')).total, 4);
  assert.equal((await page('&q=%25')).total, 0, 'what is asked for is no pattern');
  assert.equal((await page('&action=fail')).total, 0);
  const older = await page(`&before=${all[1]?.id}`);
  assert.deepEqual(older.audit_logs, all.slice(2));
  const csv = await gateway.get('/audit?format=csv&object_id=t1');
  assert.match(csv.headers.get('content-type') ?? '', /^text\/csv/);
  assert.equal(csv.text.split('\r\n').length, 5);
  assert.match(
    csv.text,
    /^id,at,actor,changed_by,ip,action,kind,object_id,before,after,hash\r\n9,.*,team\.delete,team,t1,/,
  );
  assert.equal((await gateway.get('/audit?page_size=101')).status, 400);
  const sound = await gateway.post('/audit/verify', {});
  assert.deepEqual(JSON.parse(sound.text), { entries: 9, hash: all[0]?.['hash'], broken_at: null });
  const one = await gateway.get(`/audit/${all[0]?.id}`);
  assert.deepEqual(JSON.parse(one.text), all[0]);
  assert.equal((await gateway.get('/audit/999999')).status, 404);
  assert.equal((await gateway.get('/audit', await gateway.createKey())).status, 403);

  const verified = await runCommand(context, { args: ['audit', 'verify'], data: gateway.data });
  assert.equal(verified.code, 0, verified.output + verified.errors);
  assert.match(verified.output, /^10 entries, each holds the one before it; the last is [0-9a-f]{64}$/m);
});
