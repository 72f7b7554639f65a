import assert from 'node:assert/strict';
import { createHash, verify, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { selfSigned } from '../../../test/support/self-signed.ts';
import type { AskAnswer, AskRequest } from '../../network/index.ts';
import { type FakeMachine, fakeSurroundings, json, NOW_MS } from './auth-fixture.ts';
import { type AzureAccount, azureSigner, findAzureToken } from './azure-token.ts';

const silent: AzureAccount = {
  apiKey: null,
  tenantId: null,
  clientId: null,
  clientSecret: null,
  certificate: null,
  resource: 'https://cognitiveservices.azure.com',
};
const application = { tenantId: 'tenant', clientId: 'client' };
const environment = { AZURE_TENANT_ID: 'tenant', AZURE_CLIENT_ID: 'client' };

function azure({ url, body, headers }: AskRequest): AskAnswer | null {
  const { hostname, pathname, searchParams } = new URL(url);
  const who = searchParams.get('client_id') ?? 'itself';
  if (hostname === '169.254.169.254' && headers['metadata'] === 'true')
    return json({ access_token: `machine as ${who} for ${searchParams.get('resource')}`, expires_in: '3600' });
  if (hostname === 'localhost')
    return json({ access_token: `app by ${headers['x-identity-header']}`, expires_in: 3600 });
  if (pathname !== '/tenant/oauth2/v2.0/token') return null;
  const fields = new URLSearchParams(body ?? '');
  const proof =
    fields.get('client_secret') ??
    (fields.get('client_assertion')?.includes('.') ? 'JWT' : fields.get('client_assertion'));
  return json({
    access_token: `${hostname} ${fields.get('client_id')} ${proof} ${fields.get('scope')}`,
    expires_in: 3600,
  });
}

const SCOPE = 'https://cognitiveservices.azure.com/.default';
const LOGIN = 'login.microsoftonline.com';

const cases: readonly (readonly [what: string, machine: FakeMachine, account: Partial<AzureAccount>, token: string])[] =
  [
    ['a secret', {}, { ...application, clientSecret: 'secret' }, `${LOGIN} client secret ${SCOPE}`],
    [
      'a secret of the environment',
      { environment: { ...environment, AZURE_CLIENT_SECRET: 's2' } },
      {},
      `${LOGIN} client s2 ${SCOPE}`,
    ],
    [
      'workload identity',
      {
        environment: {
          ...environment,
          AZURE_FEDERATED_TOKEN_FILE: '/t',
          AZURE_AUTHORITY_HOST: 'https://login.azure.us/',
        },
        files: { '/t': 'federated\n' },
      },
      { resource: 'https://ai.azure.com' },
      'login.azure.us client federated https://ai.azure.com/.default',
    ],
    ['the machine', {}, {}, 'machine as itself for https://cognitiveservices.azure.com'],
    [
      'the machine as one of its identities',
      {},
      { clientId: 'mine' },
      'machine as mine for https://cognitiveservices.azure.com',
    ],
    [
      'App Service',
      { environment: { IDENTITY_ENDPOINT: 'http://localhost:42/msi/token', IDENTITY_HEADER: 'h' } },
      {},
      'app by h',
    ],
  ];

test('a token is had from where the identity is', async () => {
  for (const [what, machine, account, token] of cases) {
    const around = fakeSurroundings({ answer: azure, ...machine });
    const { value, expiresMs } = await findAzureToken({ ...silent, ...account }, around);
    assert.equal(value, token, what);
    assert.equal(expiresMs, NOW_MS + 3_600_000, what);
    assert.equal(around.asked[0]?.by, around.asked[0]?.url.startsWith('https:') ? 'ask' : 'askMetadata', what);
  }
});

test('a certificate proves who asks: its thumbprint, the tenant, ten minutes, used once', async (t) => {
  const made = selfSigned(t, 'waybill.test');
  if (made === null) return t.skip('no openssl here to make a certificate');
  const pem = made.cert + made.key;
  const around = fakeSurroundings({ answer: azure });
  const account = { ...silent, ...application, certificate: pem };
  const [token] = await Promise.all([findAzureToken(account, around), findAzureToken(account, around)]);
  assert.equal(token.value, `${LOGIN} client JWT ${SCOPE}`);
  const assertions = around.asked.map(({ body }) => new URLSearchParams(body ?? '').get('client_assertion') ?? '');
  const [header = '', claims = '', signature = ''] = assertions[0]?.split('.') ?? [];
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
  const certificate = new X509Certificate(pem);
  const thumbprint = createHash('sha256').update(certificate.raw).digest('base64url');
  assert.deepEqual(read(header), { alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint });
  const { jti, ...rest } = read(claims);
  const aud = 'https://login.microsoftonline.com/tenant/oauth2/v2.0/token';
  assert.deepEqual(rest, { aud, iss: 'client', sub: 'client', nbf: NOW_MS / 1000, exp: NOW_MS / 1000 + 600 });
  assert.notEqual(jti, read(assertions[1]?.split('.')[1] ?? '').jti);
  const key = { key: certificate.publicKey, padding: 6, saltLength: 32 };
  assert.ok(verify('sha256', Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url')));
});

const faults: readonly (readonly [machine: FakeMachine, account: Partial<AzureAccount>, message: RegExp])[] = [
  [{}, {}, /no Azure credentials; asked were: client secret, certificate/],
  [{}, { clientSecret: 's' }, /needs a tenant id and a client id/],
  [{}, { ...application, certificate: 'x' }, /certificate: it cannot be read/],
  [
    { answer: () => json({ error: 'invalid_client', error_description: 'AADSTS7000215: Invalid secret.' }, 401) },
    { ...application, clientSecret: 'secret' },
    /a token of client, answered 401: invalid_client: AADSTS7000215/,
  ],
  [{ answer: () => ({ status: 502, text: 'Bad gateway' }) }, {}, /managed identity of Azure answered 502: Bad gateway/],
];

test('an error names who was asked', async () => {
  for (const [machine, account, message] of faults)
    await assert.rejects(findAzureToken({ ...silent, ...account }, fakeSurroundings(machine)), message);
});

test('an API key goes out in the header that Azure has for it', () => {
  const call = { method: 'POST', origin: 'https://a.b', path: '/', headers: ['a', 'b'], body: null } as const;
  const sign = azureSigner({ ...silent, apiKey: 'k' }, fakeSurroundings({}));
  assert.deepEqual(sign(call), ['a', 'b', 'api-key', 'k']);
});
