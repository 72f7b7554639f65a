import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser } from '../support/browser.ts';
import { eventually, MASTER_KEY, startGateway } from '../support/gateway.ts';

const PASSWORD = 'tangerine lampshade ferry';
const right = { email: 'ann@example.com', password: PASSWORD };
const wrong = { email: 'ann@example.com', password: 'no such password here' };

type Json = Readonly<Record<string, unknown>>;

test('administrators see who is signed in, invited and locked out, and end it; viewers only see', async (context) => {
  const gateway = await startGateway(context);
  const ask = async (path: string, key = MASTER_KEY): Promise<Json> => {
    const { status, text } = await gateway.get(path, key);
    assert.equal(status, 200, text);
    return JSON.parse(text) as Json;
  };
  await gateway.post('/user/new', { user_id: 'ann', user_email: 'ann@example.com', auto_create_key: false });
  const viewer = await gateway.post('/user/new', { user_id: 'vic', user_role: 'proxy_admin_viewer' });
  const { key: viewing } = JSON.parse(viewer.text) as { key: string };
  const { invitation_link: link } = JSON.parse((await gateway.post('/invitation/new', { user_id: 'ann' })).text) as {
    invitation_link: string;
  };
  const token = new URL(link).searchParams.get('token');
  const listed = JSON.stringify(await ask('/invitation/list', viewing));
  assert.match(listed, /"user_id":"ann"/);
  assert.ok(!listed.includes(String(token)));

  const [here, there] = [openBrowser(gateway.url), openBrowser(gateway.url)];
  assert.equal((await here.post('/auth/invitation/accept', { token, password: PASSWORD })).status, 200);
  assert.equal((await there.post('/auth/sign-in', right)).status, 200);
  const { sessions } = (await ask('/sign-on/sessions?user_id=ann', viewing)) as { sessions: readonly Json[] };
  assert.equal(sessions.length, 2);
  const byViewer = await gateway.post('/sign-on/sessions/end', { user_id: 'ann' }, viewing);
  assert.equal(byViewer.status, 403);
  const ended = await gateway.post('/sign-on/sessions/end', { user_id: 'ann' });
  assert.deepEqual(JSON.parse(ended.text), { ended: 2 });
  for (const browser of [here, there])
    await eventually(async () => assert.equal((await browser.get('/auth/session')).status, 401));
  assert.equal((await gateway.post('/sign-on/sessions/end', { session_id: 'nobody' })).status, 404);
  assert.equal((await gateway.post('/sign-on/sessions/end', {})).status, 400);

  for (let failed = 0; failed < 5; failed += 1) await here.post('/auth/sign-in', wrong);
  for (let failed = 0; failed < 5; failed += 1)
    await there.post('/auth/sign-in', { email: 'hunter2 typed in the wrong field', password: 'x' });
  const found = (await ask('/sign-on/lockouts', viewing)) as { lockouts: readonly Json[]; strangers: number };
  assert.deepEqual(
    found.lockouts.map(({ kind, user_id, failures }) => [kind, user_id, failures]),
    [['account', 'ann', 5]],
  );
  assert.equal(found.strangers, 1);
  assert.ok(!JSON.stringify(found).includes('hunter2'), 'what a stranger typed may be a password');
  const [lockout] = found.lockouts;
  assert.equal((await gateway.post('/sign-on/lockouts/end', { id: lockout?.['id'] }, viewing)).status, 403);
  assert.equal((await gateway.post('/sign-on/lockouts/end', { id: lockout?.['id'] })).status, 200);
  assert.equal((await gateway.post('/sign-on/lockouts/end', { id: lockout?.['id'] })).status, 404);
  assert.equal((await here.post('/auth/sign-in', right)).status, 200);
  const { audit_logs: told } = (await ask('/audit?table_name=lockout')) as { audit_logs: readonly Json[] };
  assert.deepEqual(
    told.map((entry) => [entry['what'], entry['object_id']]),
    [['lockout.delete', 'ann']],
  );
});
