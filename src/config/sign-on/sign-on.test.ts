import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadForTest } from '../load-for-test.ts';
import { maskedConfiguration } from '../masked-configuration.ts';

const SECRET = 'a-secret-of-the-client-0123456789';

const FILE = `sign_on:
  public_url: https://gateway.example.com
  session: { idle: 30m }
  providers:
    - id: acme
      issuer: https://login.example.com
      client_id: waybill
      client_secret: \${ACME_SECRET}
      claims: { groups: realm_access.roles }
      roles: { platform: proxy_admin }
      email_domains: example.com
      create_users: on
`;

test('a file says who may sign in, and by whom', async () => {
  const { configuration } = await loadForTest({
    files: { 'waybill.yaml': FILE },
    environment: { ACME_SECRET: SECRET },
  });
  assert.ok(configuration);
  const { publicUrl, sessions, providers } = configuration.signOn;
  assert.deepEqual(
    [publicUrl, sessions.idleMs, sessions.absoluteMs],
    ['https://gateway.example.com', 1_800_000, 43_200_000],
  );
  const [acme] = providers;
  assert.deepEqual(
    [
      acme?.name,
      acme?.clientSecret,
      acme?.claims,
      acme?.roles,
      acme?.emailDomains,
      acme?.createsUsers,
      acme?.trustsEmail,
    ],
    [
      'acme',
      SECRET,
      { groups: 'realm_access.roles', email: 'email', name: 'name' },
      { platform: 'proxy_admin' },
      ['example.com'],
      true,
      false,
    ],
  );
  assert.doesNotMatch(JSON.stringify(maskedConfiguration(configuration)), new RegExp(SECRET));
});

test("LiteLLM's variables say it, too; a file's provider of the same id holds", async () => {
  const environment = {
    ...{ PROXY_BASE_URL: 'https://litellm.example.com', ALLOWED_EMAIL_DOMAINS: 'example.com, example.org' },
    ...{ GOOGLE_CLIENT_ID: 'g', GOOGLE_CLIENT_SECRET: SECRET },
    ...{ MICROSOFT_CLIENT_ID: 'm', MICROSOFT_TENANT: 'd0ee' },
    ...{ GENERIC_CLIENT_ID: 'o', GENERIC_AUTHORIZATION_ENDPOINT: 'https://id.example.com/realms/a/auth' },
    GENERIC_SCOPE: 'openid email groups',
  };
  const { configuration } = await loadForTest({ environment });
  const { publicUrl, providers = [] } = configuration?.signOn ?? {};
  assert.equal(publicUrl, 'https://litellm.example.com');
  assert.deepEqual(
    providers.map(({ id, issuer, createsUsers, trustsEmail }) => [id, issuer, createsUsers, trustsEmail]),
    [
      ['google', 'https://accounts.google.com', true, false],
      ['microsoft', 'https://login.microsoftonline.com/d0ee/v2.0', true, true],
      ['sso', null, true, false],
    ],
  );
  assert.deepEqual(providers.map(({ emailDomains }) => emailDomains)[0], ['example.com', 'example.org']);
  assert.deepEqual(providers[2]?.scopes, ['openid', 'email', 'groups']);
  const both = await loadForTest({
    files: { 'waybill.yaml': FILE.replace('id: acme', 'id: google') },
    environment: { ...environment, ACME_SECRET: SECRET },
  });
  const named = both.configuration?.signOn.providers.filter(({ id }) => id === 'google');
  assert.deepEqual(
    named?.map(({ issuer }) => issuer),
    ['https://login.example.com'],
  );
});

test('what would let anybody in is refused or told', async () => {
  const open = await loadForTest({ environment: { GOOGLE_CLIENT_ID: 'g' } });
  assert.equal(open.configuration?.signOn.providers[0]?.createsUsers, false);
  assert.match(String(open.configuration?.notices), /ALLOWED_EMAIL_DOMAINS lets others in/);
  for (const [environment, told] of [
    [{ MICROSOFT_CLIENT_ID: 'm' }, /MICROSOFT_TENANT: expected the id of your directory/],
    [{ MICROSOFT_CLIENT_ID: 'm', MICROSOFT_TENANT: 'common' }, /MICROSOFT_TENANT: expected the id of your directory/],
    [{ GENERIC_CLIENT_ID: 'o' }, /GENERIC_AUTHORIZATION_ENDPOINT: expected a URL/],
    [{ PROXY_BASE_URL: 'gateway' }, /PROXY_BASE_URL: expected a URL/],
  ] as const) {
    const { faults } = await loadForTest({ environment });
    assert.match(faults.join('\n'), told);
  }
  const twice = FILE + FILE.slice(FILE.indexOf('    - id'));
  const { faults } = await loadForTest({ files: { 'waybill.yaml': twice }, environment: { ACME_SECRET: SECRET } });
  const messages = faults.join('\n');
  assert.match(messages, /two providers 'acme'/);
  assert.match(messages, /the issuer 'https:\/\/login.example.com' is there twice/);
});
