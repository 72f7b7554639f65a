import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { exportSPKI, importJWK } from 'jose';
import { administrationOf } from '../support/administration.ts';
import { eventually, type Gateway } from '../support/gateway.ts';
import { type IdentityProvider, startIdentityProvider } from '../support/identity-provider.ts';
import { chatBody, errorOf, gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import { answer, chatAnswer } from '../support/upstream.ts';

type More = { readonly issuer?: string; readonly models?: string };

async function start(context: TestContext, { issuer = '', models = '' }: More = {}) {
  const provider = await startIdentityProvider(context);
  const more = `jwt:
  issuers:
    - issuer: "${provider.issuer}"
      audience: ${provider.audience}
      create_users: on
      claims: { team: team, teams: groups, organization: org, roles: realm_access.roles, customer: client }
${issuer}
${models}`;
  const { gateway } = await gatewayAndUpstream(context, (request) => answer(request, { body: chatAnswer('hi') }), {
    more,
  });
  return { provider, gateway, ...administrationOf(gateway) };
}

function call(gateway: Gateway, token: string, body = chatBody()) {
  return gateway.post('/v1/chat/completions', body, token);
}

async function refusal(gateway: Gateway, token: string): Promise<string> {
  const { status, text } = await call(gateway, token);
  return `${status} ${errorOf(text).message}`;
}

for (const alg of ['RS256', 'ES256', 'EdDSA']) {
  test(`a token signed with ${alg} calls for its user and its team, whose limits hold`, async (context) => {
    const { provider, gateway, post, get } = await start(context);
    await post('/team/new', { team_id: 'payments' });
    const token = await provider.token({ sub: 'alice', email: 'Alice@example.com', team: 'payments' }, alg);
    assert.equal((await call(gateway, token)).status, 200);
    const [row] = await spendRows(gateway);
    assert.deepEqual([row?.['user'], row?.['team_id']], ['alice', 'payments']);
    const { user_info: user } = await get('/user/info?user_id=alice');
    assert.equal((user as { user_email: string }).user_email, 'alice@example.com', 'it was made by the first call');
    const { audit_logs: entries } = (await get('/audit?object_id=alice')) as { audit_logs: { changed_by: string }[] };
    assert.deepEqual(
      entries.map((entry) => entry.changed_by),
      ['jwt'],
    );
    await post('/team/update', { team_id: 'payments', max_budget: 0.0000001 });
    assert.equal((await call(gateway, token)).status, 402);
  });
}

test('keys are asked for once, and a token is known again by every carrier', async (context) => {
  const { provider, gateway } = await start(context);
  const token = await provider.token({ sub: 'alice' });
  for (const name of ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key', 'x-litellm-api-key']) {
    const value = name === 'authorization' ? `Bearer ${token}` : token;
    const { status, text } = await gateway.post('/v1/chat/completions', chatBody(), '', { [name]: value });
    assert.equal(status, 200, `${name}: ${text}`);
  }
  assert.deepEqual(provider.asked(), ['/realms/acme/.well-known/openid-configuration', '/realms/acme/certs']);
  const key = await gateway.createKey();
  const both = await gateway.post('/v1/chat/completions', chatBody(), token, { 'x-api-key': key });
  assert.equal(both.status, 400, 'two different callers in one request');
});

test('what does not fit is refused, and the refusal names the claim', async (context) => {
  const issuer = '      email_domains: [example.com]\n      require: { azp: [cli, ci] }\n';
  const { provider, gateway } = await start(context, { issuer });
  const good = { sub: 'alice', email: 'alice@example.com', azp: 'cli' };
  assert.equal((await call(gateway, await provider.token(good))).status, 200);
  const now = Math.floor(Date.now() / 1000);
  for (const [claims, expected] of [
    [{ aud: 'another' }, /^401 .*'aud' is none of 'waybill'/],
    [{ exp: now - 3600 }, /^401 .*expired at/],
    [{ exp: undefined }, /^401 .*'exp' is missing/],
    [{ nbf: now + 3600 }, /^401 .*'nbf'/],
    [{ iss: 'https://elsewhere.example.com' }, /^401 Incorrect API key/],
    [{ azp: 'browser' }, /^403 .*'azp' is not 'cli' or 'ci'/],
    [{ email: 'alice@example.org' }, /^403 .*'email' is no address at example\.com/],
    [{ email_verified: false }, /^403 .*'email_verified'/],
    [{ sub: undefined }, /^403 .*'sub', 'team', 'groups'/],
    [{ team: 'nobody' }, /^403 .*'team', 'groups' names 'nobody'/],
    [{ org: 'nobody' }, /^403 .*'org' names the organization 'nobody'/],
  ] as const) {
    assert.match(await refusal(gateway, await provider.token({ ...good, ...claims })), expected);
  }
});

test('no forgery is taken', async (context) => {
  const { provider, gateway } = await start(context);
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = await provider.token({ sub: 'alice' });
  const [header = '', payload = '', signature = ''] = token.split('.');
  const [jwk] = provider.publicKeys();
  assert.ok(jwk !== undefined);
  const pem = await exportSPKI((await importJWK(jwk, 'RS256')) as CryptoKey);
  const signed = (head: object, secret: string): string => {
    const text = `${part(head)}.${payload}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
  const admin = part({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: 'root' });
  const { kid = '' } = jwk;
  for (const [what, forged] of [
    ['no algorithm', `${part({ alg: 'none', kid })}.${payload}.`],
    ['no algorithm, with a signature', `${part({ alg: 'none', kid })}.${payload}.${signature}`],
    ['None', `${part({ alg: 'None', kid })}.${payload}.${signature}`],
    ['the public key as a secret', signed({ alg: 'HS256', kid }, pem)],
    ['the modulus as a secret', signed({ alg: 'HS256', kid }, jwk.n ?? '')],
    ['other claims', `${header}.${admin}.${signature}`],
    ['a key of its own', signed({ alg: 'HS256', jwk: { kty: 'oct', k: 'AAAA' } }, '')],
    ['a path for a key', await provider.token({ sub: 'alice' }, 'RS256', { kid: '../../../../dev/null' })],
    ['a query for a key', await provider.token({ sub: 'alice' }, 'RS256', { kid: "x' UNION SELECT 'key" })],
    ['keys from elsewhere', await provider.token({}, 'RS256', { kid: 'x', jku: `${gateway.url}/keys` })],
    [
      'an unknown critical header',
      await provider.token({}, 'RS256', { crit: ['b64'], b64: false }).catch(() => 'eyJ.x.y'),
    ],
    ['another algorithm', `${part({ alg: 'ES256', kid })}.${payload}.${signature}`],
    ['rubbish', 'eyJhbGciOiJSUzI1NiJ9.e30.x'],
    ['no JSON', 'eyJ.eyJ.eyJ'],
  ] as const) {
    assert.equal((await call(gateway, forged)).status, 401, what);
  }
  const huge = await provider.token({ sub: 'alice', filler: 'x'.repeat(12_000) });
  assert.ok([401, 431].includes((await call(gateway, huge)).status), 'a token of more than 12,000 letters');
  assert.equal((await call(gateway, token)).status, 200, 'and the real one still is');
});

test('whoever is blocked or removed is out at once, token or not', async (context) => {
  const { provider, gateway, post } = await start(context);
  await post('/team/new', { team_id: 'payments' });
  const token = await provider.token({ sub: 'alice', team: 'payments' });
  assert.equal((await call(gateway, token)).status, 200);
  await post('/team/block', { team_id: 'payments' });
  assert.match(await refusal(gateway, token), /^401 The team 'payments'/);
  await post('/team/unblock', { team_id: 'payments' });
  assert.equal((await call(gateway, token)).status, 200);
  await post('/user/delete', { user_ids: ['alice'] });
  assert.match(await refusal(gateway, token), /^403 .*'alice', who was removed after it was issued/);
  const later = Math.floor(Date.now() / 1000) + 2;
  const fresh = await provider.token({ sub: 'alice', team: 'payments', iat: later });
  assert.equal((await call(gateway, fresh)).status, 200, 'the provider knows her again');
});

test('of several teams the first that may call the model is taken', async (context) => {
  const { provider, gateway, post } = await start(context);
  await post('/team/new', { team_id: 'small', models: ['another'] });
  await post('/team/new', { team_id: 'blocked' });
  await post('/team/block', { team_id: 'blocked' });
  await post('/team/new', { team_id: 'large' });
  const token = await provider.token({ sub: 'alice', groups: ['unknown', 'blocked', 'small', 'large'] });
  assert.equal((await call(gateway, token)).status, 200);
  assert.equal((await spendRows(gateway))[0]?.['team_id'], 'large');
  const none = await provider.token({ sub: 'alice', groups: ['small'] });
  assert.match(await refusal(gateway, none), /^403 /);
});

test('scopes and roles say what a token may, and its customer whom it is for', async (context) => {
  const issuer = `      scopes: { llm: { models: [gpt-4o] }, other: { models: [another] }, list: { routes: [/v1/models] } }
`;
  const { provider, gateway } = await start(context, { issuer });
  const token = await provider.token({ sub: 'alice', scope: 'openid llm', client: 'acme' });
  assert.equal((await call(gateway, token, chatBody({ user: 'somebody-else' }))).status, 200);
  assert.equal((await spendRows(gateway))[0]?.['end_user'], 'acme');
  assert.match(
    await refusal(gateway, await provider.token({ sub: 'alice', scope: 'openid' })),
    /^403 .*'llm', 'other'/,
  );
  assert.match(await refusal(gateway, await provider.token({ sub: 'alice', scope: 'other' })), /^403 /);
  assert.match(await refusal(gateway, await provider.token({ sub: 'alice', scope: 'list' })), /^403 /);
  const listed = await gateway.get('/v1/models', await provider.token({ sub: 'alice', scope: 'list' }));
  assert.equal(listed.status, 200);
});

test('a user is known by the address that the provider has verified, and by no other', async (context) => {
  const { provider, gateway, post } = await start(context);
  await post('/user/new', { user_id: 'u-1', user_email: 'alice@example.com', auto_create_key: false });
  await post('/user/new', { user_id: 'u-2', sso_user_id: 'okta|2', auto_create_key: false });
  const claims = { sub: 'okta|1', email: 'alice@example.com' };
  assert.match(
    await refusal(gateway, await provider.token(claims)),
    /^403 .*'email' names the address of another user/,
  );
  assert.equal((await call(gateway, await provider.token({ ...claims, email_verified: true }))).status, 200);
  assert.equal((await spendRows(gateway))[0]?.['user'], 'u-1');
  assert.equal((await call(gateway, await provider.token({ sub: 'okta|2' }))).status, 200);
  assert.equal((await spendRows(gateway))[0]?.['user'], 'u-2');
});

test('a LiteLLM file takes tokens by its own settings', async (context) => {
  const provider: IdentityProvider = await startIdentityProvider(context);
  const { gateway } = await gatewayAndUpstream(context, (request) => answer(request, { body: chatAnswer('hi') }), {
    config: `model_list: [{ model_name: gpt-4o, litellm_params: { model: gpt-4o, mock_response: hi } }]
general_settings:
  enable_jwt_auth: true
  litellm_jwtauth: { user_id_jwt_field: sub, user_id_upsert: true, team_ids_jwt_field: groups }
`,
    env: { JWT_PUBLIC_KEY_URL: provider.keysUrl, JWT_AUDIENCE: provider.audience },
  });
  await administrationOf(gateway).post('/team/new', { team_id: 'engineering' });
  const token = await provider.token({ sub: 'bob', groups: ['engineering'] });
  assert.equal((await call(gateway, token)).status, 200);
  assert.equal((await call(gateway, await provider.token({ sub: 'bob', aud: 'another' }))).status, 401);
  await provider.rotate();
  const next = await provider.token({ sub: 'bob', groups: ['engineering'] });
  await eventually(async () => assert.equal((await call(gateway, next)).status, 200), 20_000);
  assert.equal((await call(gateway, token)).status, 401, 'its key was withdrawn');
});

test('the role that a claim gives decides what a token administers, and what it makes is no more', async (context) => {
  const issuer = `      roles: { boss: proxy_admin, dev: internal_user, guest: internal_user_viewer }
      scopes: { all: {}, small: { models: [gpt-4o] } }
`;
  const { provider, gateway, post } = await start(context, { issuer });
  const token = (sub: string, role: string, more: Readonly<Record<string, unknown>> = {}) =>
    provider.token({ sub, scope: 'all', realm_access: { roles: [role] }, ...more });
  const ask = async (path: string, body: unknown, key: string) => {
    const { status, text } = await gateway.post(path, body, key);
    return { status, json: JSON.parse(text) as Readonly<Record<string, unknown>>, text };
  };
  const boss = await token('bob', 'boss');
  assert.equal((await ask('/team/new', { team_id: 'payments' }, boss)).status, 200);
  assert.equal((await gateway.get('/user/list', boss)).status, 200);
  const made = await ask('/key/generate', {}, await token('carol', 'dev', { team: 'payments' }));
  assert.equal(made.status, 200, made.text);
  assert.deepEqual([made.json['user_id'], made.json['team_id']], ['carol', null]);
  assert.equal((await ask('/team/new', {}, await token('carol', 'dev'))).status, 403);
  assert.equal((await ask('/key/generate', {}, await token('dave', 'guest'))).status, 403);
  const small = await token('carol', 'dev', { scope: 'small' });
  assert.deepEqual((await ask('/key/generate', {}, small)).json['models'], ['gpt-4o']);
  assert.equal(paramOf((await ask('/key/generate', { models: ['another'] }, small)).json), 'models');
  await post('/user/new', { user_id: 'erin', user_role: 'proxy_admin', auto_create_key: false });
  const less = await ask('/key/generate', {}, await token('erin', 'dev'));
  assert.deepEqual([less.status, paramOf(less.json)], [403, 'user_id'], less.text);
  assert.equal((await ask('/key/generate', {}, await token('erin', 'boss'))).status, 200);
});

function paramOf({ error }: Readonly<Record<string, unknown>>): unknown {
  return (error as { readonly param?: unknown } | undefined)?.param;
}
