import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser } from '../support/browser.ts';
import { MASTER_KEY, startGateway } from '../support/gateway.ts';

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
