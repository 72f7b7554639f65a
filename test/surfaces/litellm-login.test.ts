import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser } from '../support/browser.ts';
import { eventually, type Gateway, MASTER_KEY, startGateway } from '../support/gateway.ts';

const PASSWORD = 'tangerine lampshade ferry';
const OTHER = 'walnut gondola harvest';
const ANN = { user_id: 'ann', user_email: 'ann@example.com' };

test("LiteLLM's /login and /v2/login take a name and a password that /user/new and /user/update set", async (context) => {
  const gateway = await startGateway(context);
  const made = await gateway.post('/user/new', { ...ANN, password: PASSWORD });
  assert.equal(made.status, 200, made.text);
  const { key } = JSON.parse(made.text) as { key: string };

  const browser = openBrowser(gateway.url);
  const wrong = await browser.post('/v2/login', { username: ANN.user_email, password: OTHER });
  assert.deepEqual([wrong.status, wrong.code], [401, 'invalid_credentials']);
  const entered = await browser.post('/v2/login', { username: ANN.user_email, password: PASSWORD });
  assert.equal(entered.status, 200, entered.text);
  assert.deepEqual(entered.json, { redirect_url: `${gateway.url}/ui/?login=success` });
  const session = await browser.get('/auth/session');
  assert.equal((session.json['user'] as { user_id: string }).user_id, 'ann');

  const byForm = await sendForm(gateway, { username: 'admin', password: MASTER_KEY });
  assert.deepEqual([byForm.status, byForm.headers.get('location')], [303, '/ui/?login=success']);
  assert.match(byForm.headers.getSetCookie().join(), /^waybill_session=wbs_.*HttpOnly; SameSite=Strict/);
  assert.equal((await sendForm(gateway, { username: 'admin', password: 'sk-wrong' })).status, 401);
  assert.equal((await sendForm(gateway, { username: 'admin' })).status, 400);
  const elsewhere = { 'sec-fetch-site': 'cross-site' };
  assert.equal((await sendForm(gateway, { username: 'admin', password: MASTER_KEY }, elsewhere)).status, 403);

  const refused = await gateway.post('/user/update', { user_id: 'ann', user_alias: 'Ann', password: 'short' });
  assert.equal(refused.status, 400);
  assert.match(refused.text, /"param":"password"/);
  assert.ok(!(await gateway.get('/user/info?user_id=ann')).text.includes('"Ann"'), 'nothing half-done');
  const addressless = await gateway.post('/user/new', { user_id: 'bob', password: PASSWORD });
  assert.match(addressless.text, /"param":"user_email"/);
  assert.equal((await gateway.get('/user/info?user_id=bob')).status, 404);

  const byOwner = await gateway.post('/user/update', { user_id: 'ann', password: OTHER }, key);
  assert.equal(byOwner.status, 403, 'a key is not the person: it says no new password');
  const changed = await gateway.post('/user/update', { user_id: 'ann', password: OTHER });
  assert.equal(changed.status, 200, changed.text);
  await eventually(async () => assert.equal((await browser.get('/auth/session')).status, 401));
  assert.equal((await browser.post('/v2/login', { username: ANN.user_email, password: PASSWORD })).status, 401);
  assert.equal((await browser.post('/v2/login', { username: ANN.user_email, password: OTHER })).status, 200);
  const everyone = { all_users: true, user_updates: { password: OTHER } };
  assert.equal((await gateway.post('/user/bulk_update', everyone)).status, 400, 'nobody has the password of another');

  const told = [
    made.text,
    changed.text,
    (await gateway.get('/user/list')).text,
    (await gateway.get('/audit?page_size=100')).text,
    gateway.errors(),
    gateway.output(),
  ].join('\n');
  for (const secret of [PASSWORD, OTHER, 'argon2']) assert.ok(!told.includes(secret), secret);
});

test('a session of one worker is one of every worker, and so is its end', async (context) => {
  const gateway = await startGateway(context, { args: ['--workers', '2'] });
  await gateway.post('/user/new', { ...ANN, user_role: 'proxy_admin', password: PASSWORD });
  const browser = openBrowser(gateway.url);
  // A connection of its own for each request: whichever worker is next takes it.
  const alone = { connection: 'close' };
  const entered = await browser.post('/v2/login', { username: ANN.user_email, password: PASSWORD }, alone);
  assert.equal(entered.status, 200, entered.text);
  const answering = new Set<string>();
  await eventually(async () => {
    const { status, json } = await browser.get('/ledger/status', alone);
    assert.equal(status, 200);
    const instances = json['instances'] as readonly { readonly id: string; readonly own: boolean }[];
    for (const { id, own } of instances) if (own) answering.add(id);
    assert.equal(answering.size, 2);
  });

  const kept = openBrowser(gateway.url, browser.cookies());
  assert.equal((await browser.post('/auth/sign-out', {}, alone)).status, 200);
  await eventually(async () => {
    for (let asked = 0; asked < 6; asked += 1)
      assert.equal((await kept.get('/auth/session', alone)).status, 401, 'no worker takes it any more');
  });
});

function sendForm(gateway: Gateway, fields: Readonly<Record<string, string>>, headers = {}): Promise<Response> {
  return fetch(`${gateway.url}/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields).toString(),
  });
}
