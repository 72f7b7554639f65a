import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, startGateway } from '../support/gateway.ts';

type Status = {
  readonly journal: { readonly mode: string; readonly backlog_bytes: number };
  readonly instances: readonly { readonly own: boolean; readonly state: string; readonly pots: number }[];
  readonly last_verification: { readonly by: string; readonly found: { readonly sound: boolean } } | null;
};

test('operators see how the books stand, and have them added up; who only views sees it', async (context) => {
  const gateway = await startGateway(context);
  const viewer = await gateway.post('/user/new', { user_id: 'vic', user_role: 'proxy_admin_viewer' });
  const { key: viewing } = JSON.parse(viewer.text) as { key: string };
  const key = await gateway.createKey({ max_budget: 5 });
  await gateway.post(
    '/v1/chat/completions',
    { model: 'sandbox/echo', messages: [{ role: 'user', content: 'hi' }] },
    key,
  );
  const status = async (): Promise<Status> => {
    const { status: code, text } = await gateway.get('/ledger/status', viewing);
    assert.equal(code, 200, text);
    return JSON.parse(text) as Status;
  };
  await eventually(async () => {
    const { journal, instances, last_verification: last } = await status();
    assert.equal(journal.mode, 'local');
    assert.equal(last, null);
    assert.deepEqual(
      instances.map(({ own, state }) => [own, state]),
      [[true, 'live']],
    );
    assert.ok((instances[0]?.pots ?? 0) > 0);
  });
  assert.equal((await gateway.get('/ledger/status', key)).status, 403);
  assert.equal((await gateway.post('/ledger/verify', {}, viewing)).status, 403);
  const verified = await gateway.post('/ledger/verify', {});
  assert.equal(verified.status, 200, verified.text);
  assert.match(verified.text, /"sound":true.*"imbalance_usd":"0"/);
  const { last_verification: last } = await status();
  assert.deepEqual([last?.by, last?.found.sound], ['master', true]);
});
