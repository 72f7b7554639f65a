import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { findFreePort } from '../../src/network/index.ts';
import { openBrowser } from '../support/browser.ts';
import { startForgingProvider } from '../support/forging-openid.ts';
import { eventually, type Gateway, startGateway } from '../support/gateway.ts';
import { CLIENT, type OpenIdServer, startOpenIdServer } from '../support/openid-server.ts';

const ANN = { sub: 'ann-7', email: 'Ann@Example.com', email_verified: true, name: 'Ann', groups: ['admins'] };

type Together = { readonly gateway: Gateway; readonly openid: OpenIdServer };

/** A gateway and a provider that know each other's address. */
async function startBoth(context: TestContext, more: Readonly<Record<string, unknown>> = {}): Promise<Together> {
  const port = await findFreePort('127.0.0.1');
  const openid = await startOpenIdServer(context, `http://127.0.0.1:${port}`);
  const provider = {
    ...{ id: 'acme', name: 'Acme', issuer: openid.issuer, client_id: CLIENT.id, client_secret: '${CLIENT_SECRET}' },
    ...{ create_users: true, roles: { admins: 'proxy_admin', makers: 'internal_user' }, ...more },
  };
  const gateway = await startGateway(context, {
    config: JSON.stringify({ sign_on: { providers: [provider] } }),
    args: ['--port', String(port)],
    env: { CLIENT_SECRET: CLIENT.secret },
  });
  return { gateway, openid };
}

/** A new browser that goes the whole way; answers where it ends. */
async function signOn({ gateway, openid }: Together, browser = openBrowser(gateway.url), returnTo = '/ui/keys?page=2') {
  const started = await browser.get(`/auth/oidc/start?provider=acme&return_to=${encodeURIComponent(returnTo)}`);
  assert.equal(started.status, 303, started.text);
  const { callback, cookies } = await openid.passThrough(started.headers.get('location') ?? '');
  const ended = await browser.get(callback);
  assert.equal(ended.status, 303, ended.text);
  return { browser, callback, location: ended.headers.get('location'), atProvider: cookies };
}

test('somebody comes by the identity provider, with the role and the teams of their groups', async (context) => {
  const both = await startBoth(context, { teams: { makers: 'red' } });
  const { gateway, openid } = both;
  await gateway.post('/team/new', { team_id: 'red' });
  await gateway.post('/team/new', { team_id: 'blue', sso_groups: ['sailors'] });
  await gateway.post('/team/new', { team_id: 'own' });
  const anybody = await openBrowser(gateway.url).get('/auth/session');
  assert.deepEqual(anybody.json['sign_on'], [{ id: 'acme', name: 'Acme', start: '/auth/oidc/start?provider=acme' }]);
  openid.signInAs(ANN);
  const { browser, location } = await signOn(both);
  assert.equal(location, '/ui/keys?page=2');
  const { user, teams } = (await browser.get('/auth/session')).json as {
    user: { user_id: string; email: string; role: string };
    teams: { team_id: string }[];
  };
  assert.deepEqual([user.email, user.role, teams], ['ann@example.com', 'proxy_admin', []]);
  assert.equal((await browser.get('/user/list')).status, 200);
  await gateway.post('/team/member_add', { team_id: 'own', member: { user_id: user.user_id, role: 'user' } });

  openid.signInAs({ ...ANN, groups: ['makers', 'sailors'] });
  const again = await signOn(both);
  assert.equal((await browser.get('/user/list')).status, 403, 'the role of before is gone from all sessions');
  const after = (await again.browser.get('/auth/session')).json as {
    user: { user_id: string; role: string };
    teams: { team_id: string }[];
  };
  assert.deepEqual([after.user.user_id, after.user.role], [user.user_id, 'internal_user']);
  assert.deepEqual(after.teams.map(({ team_id }) => team_id).toSorted(), ['blue', 'own', 'red']);

  openid.signInAs({ ...ANN, groups: ['sailors'] });
  const last = (await (await signOn(both)).browser.get('/auth/session')).json as { teams: { team_id: string }[] };
  assert.deepEqual(
    last.teams.map(({ team_id }) => team_id).toSorted(),
    ['blue', 'own'],
    'what the provider gave it takes, and nothing else',
  );
});

test('a provider ends sessions, and a session ends at the provider', async (context) => {
  const both = await startBoth(context);
  const { gateway, openid } = both;
  openid.signInAs(ANN);
  const { browser } = await signOn(both);
  const away = await browser.post('/auth/sign-out', {});
  const url = new URL(String(away.json['provider_url']));
  assert.equal(url.origin, openid.issuer);
  assert.equal(url.searchParams.get('post_logout_redirect_uri'), `${gateway.url}/ui/`);
  assert.match(url.searchParams.get('id_token_hint') ?? '', /^eyJ/);
  assert.equal((await browser.get('/auth/session')).status, 401);

  const second = await signOn(both);
  assert.equal((await second.browser.get('/auth/session')).status, 200);
  const forged = await fetch(`${gateway.url}/auth/oidc/back-channel-logout`, {
    method: 'POST',
    body: new URLSearchParams({
      logout_token: unsigned({ iss: openid.issuer, aud: CLIENT.id, sub: ANN.sub, jti: '1' }),
    }),
  });
  assert.equal(forged.status, 400);
  assert.equal((await second.browser.get('/auth/session')).status, 200);
  // The server's page asks whether to; its form says yes.
  const page = await fetch(`${openid.issuer}/session/end`, { headers: { cookie: second.atProvider } });
  const [, xsrf = ''] = /name="xsrf" value="(\w+)"/.exec(await page.text()) ?? [];
  const cookie = [second.atProvider, ...page.headers.getSetCookie().map((line) => line.split(';')[0])].join('; ');
  await fetch(`${openid.issuer}/session/end/confirm`, {
    method: 'POST',
    headers: { cookie },
    body: new URLSearchParams({ xsrf, logout: 'yes' }),
    redirect: 'manual',
  });
  await eventually(async () => assert.equal((await second.browser.get('/auth/session')).status, 401));
});

test('an account that is here is linked by an address that the provider has verified, and by no other', async (context) => {
  const both = await startBoth(context, { roles: {}, create_users: false });
  const { gateway, openid } = both;
  await gateway.post('/user/new', { user_id: 'ann', user_email: 'ann@example.com', auto_create_key: false });
  openid.signInAs({ ...ANN, sub: 'eve', email_verified: false });
  assert.equal((await signOn(both)).location, '/ui/?sign_on_error=unknown_user');
  openid.signInAs(ANN);
  const { browser } = await signOn(both);
  assert.equal(((await browser.get('/auth/session')).json['user'] as { user_id: string }).user_id, 'ann');
  openid.signInAs({ ...ANN, email: 'renamed@example.com', email_verified: false });
  assert.equal((await signOn(both)).location, '/ui/keys?page=2', 'known by what the provider calls them');
  openid.signInAs({ ...ANN, sub: 'mallory', email: 'mallory@example.com' });
  assert.equal((await signOn(both)).location, '/ui/?sign_on_error=unknown_user');
  await gateway.post('/user/delete', { user_ids: ['ann'] });
  openid.signInAs(ANN);
  assert.equal((await signOn(both)).location, '/ui/?sign_on_error=unknown_user', 'with the user goes the link');
});

test('only addresses of the domains that are named come in', async (context) => {
  const both = await startBoth(context, { email_domains: ['example.com'] });
  for (const [account, location] of [
    [ANN, '/ui/keys?page=2'],
    [{ ...ANN, sub: '2', email: 'ann@example.com.evil.test' }, '/ui/?sign_on_error=address_refused'],
    [{ ...ANN, sub: '3', email: 'ann@evil.test' }, '/ui/?sign_on_error=address_refused'],
    [{ ...ANN, sub: '4', email_verified: false }, '/ui/?sign_on_error=address_refused'],
  ] as const) {
    both.openid.signInAs(account);
    assert.equal((await signOn(both)).location, location, account.email);
  }
});

test('a callback counts once, in the browser that began it', async (context) => {
  const both = await startBoth(context);
  const { gateway, openid } = both;
  openid.signInAs(ANN);
  const browser = openBrowser(gateway.url);
  const started = await browser.get('/auth/oidc/start?provider=acme');
  const flow = browser.cookies();
  const { callback } = await openid.passThrough(started.headers.get('location') ?? '');
  const refused = async (cookies: string, url: string): Promise<void> => {
    const other = openBrowser(gateway.url, cookies);
    const answer = await other.get(url);
    assert.match(answer.headers.get('location') ?? '', /^\/ui\/\?sign_on_error=/);
    assert.equal((await other.get('/auth/session')).status, 401);
  };
  await refused('', callback);
  const elsewhere = openBrowser(gateway.url);
  await elsewhere.get('/auth/oidc/start?provider=acme');
  await refused(elsewhere.cookies(), callback);
  await refused(flow, callback.replace(/state=[^&]*/, 'state=guessed'));
  await refused(flow, callback.replace(/&?state=[^&]*/, ''));
  await refused(flow, callback.replace(/iss=[^&]*/, 'iss=https%3A%2F%2Fevil.example'));
  await refused(`${flow.slice(0, -4)}AAAA`, callback);
  const denied = new URL(callback);
  denied.searchParams.set('error', 'access_denied');
  await refused(flow, denied.href);
  assert.equal((await browser.get(callback)).headers.get('location'), '/ui/');
  await refused(flow, callback);
  assert.equal((await browser.get('/auth/session')).status, 200);
});

test('nobody is led to another site', async (context) => {
  const both = await startBoth(context);
  both.openid.signInAs(ANN);
  for (const asked of [
    '//evil.example/',
    'https://evil.example/',
    '/\\evil.example',
    '/\t/evil.example',
    'evil',
    '/.//evil.example',
  ])
    assert.equal((await signOn(both, openBrowser(both.gateway.url), asked)).location, '/ui/', asked);
  const unknown = await openBrowser(both.gateway.url).get('/auth/oidc/start?provider=other');
  assert.equal(unknown.status, 404);
});

function unsigned(claims: Readonly<Record<string, unknown>>): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  return `${part({ alg: 'none' })}.${part({ iat: Math.floor(Date.now() / 1000), events, ...claims })}.`;
}

test('an ID token that is not of this sign-on, of this provider, or of now lets nobody in', async (context) => {
  const openid = await startForgingProvider(context);
  const provider = {
    id: 'acme',
    issuer: openid.issuer,
    client_id: 'waybill',
    client_secret: 'secret',
    create_users: true,
    roles: { admins: 'proxy_admin' },
  };
  const gateway = await startGateway(context, { config: JSON.stringify({ sign_on: { providers: [provider] } }) });
  const attempt = async (
    over: Readonly<Record<string, unknown>>,
    make: (claims: Readonly<Record<string, unknown>>) => string | Promise<string> = openid.sign,
  ): Promise<string | null> => {
    const browser = openBrowser(gateway.url);
    const started = await browser.get('/auth/oidc/start?provider=acme');
    const asked = new URL(started.headers.get('location') ?? '').searchParams;
    assert.equal(asked.get('code_challenge_method'), 'S256');
    const now = Math.floor(Date.now() / 1000);
    const right = {
      iss: openid.issuer,
      aud: 'waybill',
      sub: 'ann',
      iat: now,
      exp: now + 60,
      nonce: asked.get('nonce'),
    };
    openid.answerWith(await make({ ...right, ...over }));
    const ended = await browser.get(`/auth/oidc/callback?code=c&state=${asked.get('state')}`);
    const { status, json } = await browser.get('/auth/session');
    const location = ended.headers.get('location');
    assert.equal(status === 200, location === '/ui/');
    return status === 200 ? (json['user'] as { role: string }).role : location;
  };
  const now = Math.floor(Date.now() / 1000);
  const REFUSED = '/ui/?sign_on_error=token_refused';
  assert.equal(await attempt({ groups: ['admins'] }), 'proxy_admin');
  assert.equal(await attempt({}), 'internal_user');
  assert.match(openid.lastForm().get('code_verifier') ?? '', /^[\w-]{43}$/);
  assert.equal(await attempt({ nonce: 'another' }), REFUSED);
  assert.equal(await attempt({ nonce: undefined }), REFUSED);
  assert.equal(await attempt({ iss: 'https://other.example' }), REFUSED);
  assert.equal(await attempt({ aud: 'another-client' }), REFUSED);
  assert.equal(await attempt({ exp: now - 3600, iat: now - 7200 }), REFUSED);
  assert.equal(await attempt({}, openid.forge), REFUSED, 'signed by somebody else');
  assert.equal(await attempt({}, withoutSignature), REFUSED, 'signed by nobody');
  assert.equal(await attempt({}, async (claims) => `${(await openid.sign(claims)).slice(0, -10)}AAAAAAAAAA`), REFUSED);
  const before = { iat: now - 60, groups: ['admins'] };
  assert.equal(await attempt(before), 'internal_user', 'what was said before the last word raises nobody');
  assert.equal(await attempt({ iat: now + 20, groups: ['admins'] }), 'proxy_admin');
  const { audit_logs: entries } = JSON.parse((await gateway.get('/audit?page_size=100')).text) as {
    audit_logs: { action: string; updated_values: { method?: string } | null }[];
  };
  assert.equal(entries.filter(({ updated_values: told }) => told?.method === 'oidc: token_refused').length, 8);
});

function withoutSignature(claims: Readonly<Record<string, unknown>>): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.`;
}
