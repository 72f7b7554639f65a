import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Browser, openBrowser } from '../support/browser.ts';
import { eventually, type Gateway, MASTER_KEY, runCommand, startGateway } from '../support/gateway.ts';

test('the master key signs in: a session instead of the key, until it is ended', async (context) => {
  const gateway = await startGateway(context);
  const browser = openBrowser(gateway.url);
  const nobody = await browser.get('/auth/session');
  assert.equal(nobody.status, 401);
  assert.deepEqual(nobody.json['sign_on'], []);
  assert.equal(nobody.json['password'], false);
  assert.equal((await browser.get('/key/list')).status, 401);

  const wrong = await browser.post('/auth/sign-in', { master_key: 'sk-wrong' });
  assert.deepEqual([wrong.status, wrong.code], [401, 'invalid_credentials']);
  const signedIn = await browser.post('/auth/sign-in', { master_key: MASTER_KEY });
  assert.equal(signedIn.status, 200, signedIn.text);
  assert.match(
    signedIn.cookies.join('\n'),
    /^waybill_session=wbs_[0-9A-Za-z]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43\d{3}$/,
  );
  assert.equal(signedIn.headers.get('cache-control'), 'no-store');
  const session = await browser.get('/auth/session');
  assert.deepEqual([session.status, session.json['master']], [200, true]);
  assert.ok((session.json['actions'] as string[]).includes('user.create'));
  assert.equal((await browser.get('/key/list')).status, 200);
  const made = await browser.post('/user/new', { user_id: 'ann', auto_create_key: false });
  assert.equal(made.status, 200, made.text);

  const kept = browser.cookies();
  assert.equal((await browser.post('/auth/sign-out', {})).status, 200);
  assert.equal(browser.cookies(), '');
  const stale = openBrowser(gateway.url, kept);
  assert.equal((await stale.get('/key/list')).status, 401);
  assert.equal((await stale.get('/auth/session')).status, 401);
});

test("a change that another site asks for with the session's cookie is refused", async (context) => {
  const gateway = await startGateway(context);
  const browser = openBrowser(gateway.url);
  await browser.post('/auth/sign-in', { master_key: MASTER_KEY });
  const ask = (headers: Record<string, string>) =>
    browser.post('/user/new', { auto_create_key: false }, { 'sec-fetch-site': '', ...headers });
  const host = new URL(gateway.url).host;
  assert.equal((await ask({})).status, 403, 'a browser says where it is');
  assert.equal((await ask({ 'sec-fetch-site': 'cross-site' })).status, 403);
  assert.equal((await ask({ 'sec-fetch-site': 'same-site' })).status, 403);
  assert.equal((await ask({ 'sec-fetch-site': 'none' })).status, 403);
  assert.equal((await ask({ origin: 'https://evil.example' })).status, 403);
  assert.equal((await ask({ origin: 'null' })).status, 403);
  assert.equal((await ask({ 'sec-fetch-site': 'cross-site', origin: `http://${host}` })).status, 403);
  assert.equal((await ask({ origin: `http://${host}` })).status, 200);
  assert.equal((await ask({ 'sec-fetch-site': 'same-origin' })).status, 200);
  const planted = await browser.post('/auth/sign-in', { master_key: MASTER_KEY }, { 'sec-fetch-site': 'cross-site' });
  assert.equal(planted.status, 403, 'nobody is signed in by another site');
  assert.equal((await browser.get('/auth/session')).status, 200);
});

test('no other site reads who is signed in, nor what a cookie asks for; what a key asks for, any may', async (context) => {
  const gateway = await startGateway(context);
  const browser = openBrowser(gateway.url);
  const signedIn = await browser.post('/auth/sign-in', { master_key: MASTER_KEY });
  const origin = { origin: 'https://evil.example' };
  const readable = (headers: Headers) => headers.get('access-control-allow-origin');
  const stranger = (path: string, more: RequestInit = {}) =>
    fetch(`${gateway.url}${path}`, { ...more, headers: { ...origin, ...more.headers } });
  const answers = {
    'signed in': signedIn.headers,
    session: (await browser.get('/auth/session')).headers,
    nobody: (await stranger('/auth/session')).headers,
    refused: (await stranger('/auth/sessions')).headers,
    'not there': (await stranger('/auth/nothing-here')).headers,
    malformed: (await stranger('/auth/sign-in', { method: 'POST', body: '{' })).headers,
    asked: (await stranger('/auth/session', { method: 'OPTIONS' })).headers,
    'by cookie': (await browser.get('/key/list')).headers,
    'refused by cookie': (await browser.get('/key/info?key=nobody')).headers,
  };
  for (const [name, headers] of Object.entries(answers)) assert.equal(readable(headers), null, name);
  const byKey = await stranger('/key/list', { headers: { authorization: `Bearer ${MASTER_KEY}` } });
  assert.deepEqual([byKey.status, readable(byKey.headers)], [200, '*']);
  assert.equal(readable((await stranger('/key/list', { method: 'OPTIONS' })).headers), '*');
});

const PASSWORD = 'tangerine lampshade ferry';

/** The link that the start printed. */
function setupToken(gateway: Gateway): string {
  return /\/ui\/setup\?token=(\S+)/.exec(gateway.errors())?.[1] ?? '';
}

async function withAdministrator(context: TestContext): Promise<{ gateway: Gateway; admin: Browser }> {
  const gateway = await startGateway(context);
  const admin = openBrowser(gateway.url);
  const setUp = { token: setupToken(gateway), email: 'Ada@Example.com', password: PASSWORD, alias: 'Ada' };
  const made = await admin.post('/auth/setup', setUp);
  assert.equal(made.status, 200, made.text);
  return { gateway, admin };
}

test('the first administrator comes by the link of the first start, once', async (context) => {
  const gateway = await startGateway(context);
  const token = setupToken(gateway);
  assert.match(token, /^wbl_[0-9A-Za-z]{43}$/);
  const admin = openBrowser(gateway.url);
  assert.equal((await admin.get('/auth/session')).json['setup_required'], true);
  const ask = (over: Readonly<Record<string, unknown>>) =>
    admin.post('/auth/setup', { token, email: 'ada@example.com', password: PASSWORD, ...over });
  assert.equal((await ask({ token: `wbl_${'a'.repeat(43)}` })).code, 'invalid_credentials');
  for (const password of [
    'short',
    'a'.repeat(20),
    'Password12345',
    'ada@example.com',
    'p@ssw0rd!!2026',
    'x'.repeat(300),
  ])
    assert.match((await ask({ password })).text, /"param":"password"/, password);
  const both = await Promise.all([ask({}), ask({ email: 'eve@example.com' })]);
  assert.deepEqual(both.map(({ status }) => status).toSorted(), [200, 401], 'one of two at the same moment');
  assert.equal((await ask({ email: 'eve@example.com' })).status, 401);
  const browser = openBrowser(gateway.url);
  assert.equal((await browser.get('/auth/session')).json['setup_required'], false);
  assert.equal((await gateway.get('/user/list')).text.includes(PASSWORD), false);
  await gateway.stop();
  assert.doesNotMatch(gateway.errors(), new RegExp(PASSWORD));
  const again = await startGateway(context, { data: gateway.data });
  assert.equal(setupToken(again), '', 'an administrator is there: no further link');
});

test('an administrator signs in by password, sees where, and ends what was elsewhere', async (context) => {
  const { gateway, admin } = await withAdministrator(context);
  assert.equal((await admin.get('/auth/session')).json['setup_required'], undefined);
  assert.equal((await admin.post('/team/new', { team_id: 'red' })).status, 200);
  const elsewhere = openBrowser(gateway.url);
  const wrong = await elsewhere.post('/auth/sign-in', { email: 'ada@example.com', password: 'wrong wrong wrong' });
  const unknown = await elsewhere.post('/auth/sign-in', { email: 'nobody@example.com', password: PASSWORD });
  assert.deepEqual([wrong.status, wrong.text], [401, unknown.text], 'nobody learns who is known here');
  const right = await elsewhere.post('/auth/sign-in', { email: ' ADA@example.com', password: PASSWORD });
  assert.equal(right.status, 200, right.text);
  assert.deepEqual(right.json['user'], {
    user_id: (right.json['user'] as { user_id: string }).user_id,
    email: 'ada@example.com',
    alias: 'Ada',
    role: 'proxy_admin',
  });
  const { sessions } = (await admin.get('/auth/sessions')).json as { sessions: { id: string; current: boolean }[] };
  assert.equal(sessions.length, 2);
  const other = sessions.find(({ current }) => !current)?.id ?? '';
  assert.equal((await elsewhere.get('/team/list')).status, 200);
  assert.equal((await admin.delete(`/auth/sessions/${other}`)).status, 200);
  await eventually(async () => assert.equal((await elsewhere.get('/team/list')).status, 401));
  assert.equal((await admin.delete(`/auth/sessions/${other}`)).status, 404);

  await elsewhere.post('/auth/sign-in', { email: 'ada@example.com', password: PASSWORD });
  const change = (current_password: string) =>
    admin.post('/auth/password', { current_password, password: 'violet harbour kettle' });
  assert.equal((await change('not the password')).status, 401);
  assert.equal((await change(PASSWORD)).status, 200);
  assert.equal((await admin.get('/auth/session')).status, 200, 'whoever changes it stays');
  await eventually(async () => assert.equal((await elsewhere.get('/auth/session')).status, 401));
  assert.equal((await elsewhere.post('/auth/sign-in', { email: 'ada@example.com', password: PASSWORD })).status, 401);
  const audit = JSON.parse((await gateway.get('/audit?page_size=100')).text) as { audit_logs: { action: string }[] };
  assert.doesNotMatch(JSON.stringify(audit), /tangerine|violet|not the|wbs_|wbl_|argon2/, 'no secret is written down');
});

test('after failed attempts everybody waits, known or not', async (context) => {
  const { gateway } = await withAdministrator(context);
  const browser = openBrowser(gateway.url);
  const attempt = (email: string, on = browser) => on.post('/auth/sign-in', { email, password: 'wrong wrong wrong' });
  for (const email of ['ada@example.com', 'nobody@example.com']) {
    const answers = await Promise.all(Array.from({ length: 12 }, () => attempt(email)));
    const tried = answers.filter(({ status }) => status === 401).length;
    assert.ok(tried >= 5 && tried <= 8, `${tried} of twelve at the same moment`);
    const refused = answers.find(({ status }) => status === 429);
    assert.match(refused?.text ?? '', /Too many attempts to sign in have failed/);
    assert.ok(Number(refused?.headers.get('retry-after')) >= 1);
  }
});

test('an invitation sets a password once; who is blocked or removed is out', async (context) => {
  const { gateway, admin } = await withAdministrator(context);
  const plain = { auto_create_key: false };
  await admin.post('/user/new', { ...plain, user_id: 'bob', user_email: 'bob@example.com' });
  await admin.post('/user/new', { ...plain, user_id: 'nameless' });
  assert.equal((await admin.post('/invitation/new', { user_id: 'nameless' })).status, 400);
  assert.equal((await admin.post('/invitation/new', { user_id: 'nobody' })).status, 404);
  const invite = async () => {
    const { json } = await admin.post('/invitation/new', { user_id: 'bob' });
    return { id: String(json['id']), token: String(json['invitation_link']).split('token=')[1] ?? '', json };
  };
  const first = await invite();
  assert.equal(first.json['is_accepted'], false);
  assert.equal(first.json['user_id'], 'bob');
  const bob = openBrowser(gateway.url);
  assert.equal((await bob.get(`/auth/invitation?token=${first.token}`)).json['email'], 'bob@example.com');
  const own = await bob.post('/auth/invitation/accept', { token: first.token, password: 'bob@example.com' });
  assert.equal(own.status, 400);
  const accepted = await bob.post('/auth/invitation/accept', { token: first.token, password: PASSWORD });
  assert.equal(accepted.status, 200, accepted.text);
  assert.equal((await bob.post('/auth/invitation/accept', { token: first.token, password: PASSWORD })).status, 401);
  assert.equal((await admin.get(`/invitation/info?invitation_id=${first.id}`)).json['is_accepted'], true);
  assert.equal((await bob.post('/invitation/new', { user_id: 'bob' })).status, 403);
  assert.equal((await bob.get('/user/list')).status, 403);

  const second = await invite();
  assert.equal((await admin.post('/invitation/delete', { invitation_id: second.id })).status, 200);
  assert.equal((await bob.get(`/auth/invitation?token=${second.token}`)).status, 401);
  const third = await invite();
  await admin.post('/invitation/update', { invitation_id: third.id, is_accepted: true });
  assert.equal((await bob.get(`/auth/invitation?token=${third.token}`)).status, 401);

  const again = () => bob.post('/auth/sign-in', { email: 'bob@example.com', password: PASSWORD });
  assert.equal((await again()).status, 200);
  await admin.post('/user/update', { user_id: 'bob', user_role: 'proxy_admin' });
  assert.equal((await bob.get('/user/list')).status, 200, 'a role holds at once');
  await admin.post('/user/update', { user_id: 'bob', user_role: 'internal_user' });
  assert.equal((await bob.get('/user/list')).status, 403, 'and so does its loss');
  await admin.post('/user/delete', { user_ids: ['bob'] });
  assert.equal((await bob.get('/auth/session')).status, 401);
  assert.equal((await again()).status, 401);
  await admin.post('/user/new', { ...plain, user_id: 'bob', user_email: 'bob@example.com' });
  assert.equal((await again()).status, 401, 'another of the same name has another password');
});

test('a lost administrator is replaced by a link from the command line', async (context) => {
  const { gateway } = await withAdministrator(context);
  const config = `server: { port: ${gateway.port} }`;
  const told = await runCommand(context, { config, args: ['admin', 'link'], data: gateway.data });
  assert.equal(told.code, 0, told.errors);
  const [, token = ''] = /token=(\S+)/.exec(told.output) ?? [];
  const browser = openBrowser(gateway.url);
  const password = 'violet harbour kettle';
  assert.equal((await browser.post('/auth/setup', { token, email: 'ada@example.com', password })).status, 200);
  const users = JSON.parse((await gateway.get('/user/list')).text) as { users: unknown[] };
  assert.equal(users.users.length, 1, 'whoever is known is not made again');
  assert.equal(
    (await openBrowser(gateway.url).post('/auth/sign-in', { email: 'ada@example.com', password })).status,
    200,
  );
});
