import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { test } from 'node:test';
import type { AskAnswer, AskRequest } from '../../network/index.ts';
import { type FakeMachine, fakeSurroundings, json, NOW_MS } from './auth-fixture.ts';
import { findGoogleToken, type GoogleAccount, googleSigner } from './google-token.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

const serviceAccount = {
  type: 'service_account',
  client_email: 'llm@p.iam.gserviceaccount.com',
  private_key: pem,
  private_key_id: 'k1',
  token_uri: 'https://oauth2.googleapis.com/token',
};
const person = { type: 'authorized_user', client_id: 'c', client_secret: 's', refresh_token: 'r' };
const external = {
  type: 'external_account',
  audience: '//iam.googleapis.com/pool',
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  token_url: 'https://sts.googleapis.com/v1/token',
};
const ACT_AS = 'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/x:generateAccessToken';

const silent: GoogleAccount = { json: null, file: null };

/** Answers with the question's own facts for a token. */
function google({ url, body, headers }: AskRequest): AskAnswer | null {
  const { hostname, pathname } = new URL(url);
  if (hostname === 'metadata.google.internal' && headers['metadata-flavor'] === 'Google')
    return json({ access_token: 'of the machine', expires_in: 3599, token_type: 'Bearer' });
  if (hostname === 'iamcredentials.googleapis.com')
    return json({ accessToken: `acting for ${headers['authorization']}`, expireTime: '2026-03-01T13:00:00Z' });
  if (hostname === 'issuer.example.com') return json({ id_token: 'subject by url' });
  if (!pathname.endsWith('/token')) return null;
  const fields = new URLSearchParams(body ?? '');
  const proof = fields.get('refresh_token') ?? fields.get('subject_token') ?? 'assertion';
  return json({ access_token: `for ${proof}`, expires_in: 3600 });
}

const cases: readonly (readonly [
  what: string,
  machine: FakeMachine,
  account: Partial<GoogleAccount>,
  token: string,
])[] = [
  ['a service account', {}, { json: JSON.stringify(serviceAccount) }, 'for assertion'],
  ['a file', { files: { '/sa.json': JSON.stringify(serviceAccount) } }, { file: '/sa.json' }, 'for assertion'],
  [
    'the variable',
    { files: { '/adc': JSON.stringify(person) }, environment: { GOOGLE_APPLICATION_CREDENTIALS: '/adc' } },
    {},
    'for r',
  ],
  [
    "gcloud's file",
    {
      files: { '/h/.config/gcloud/application_default_credentials.json': JSON.stringify(person) },
      environment: { HOME: '/h' },
    },
    {},
    'for r',
  ],
  ['the machine', { environment: { HOME: '/h' } }, {}, 'of the machine'],
  [
    'federation by a file',
    { files: { '/t': 'subject\n' } },
    { json: JSON.stringify({ ...external, credential_source: { file: '/t' } }) },
    'for subject',
  ],
  [
    'federation by an address',
    {},
    {
      json: JSON.stringify({
        ...external,
        service_account_impersonation_url: ACT_AS,
        credential_source: {
          url: 'https://issuer.example.com/token',
          format: { type: 'json', subject_token_field_name: 'id_token' },
        },
      }),
    },
    'acting for Bearer for subject by url',
  ],
  [
    'a person who may act for an account',
    {},
    {
      json: JSON.stringify({
        type: 'impersonated_service_account',
        service_account_impersonation_url: ACT_AS,
        source_credentials: person,
      }),
    },
    'acting for Bearer for r',
  ],
];

test('a token is had from where the credential is', async () => {
  for (const [what, machine, account, token] of cases) {
    const { value, expiresMs } = await findGoogleToken(
      { ...silent, ...account },
      fakeSurroundings({ answer: google, ...machine }),
    );
    assert.equal(value, token, what);
    assert.ok(expiresMs !== null && expiresMs > NOW_MS + 3_500_000, what);
  }
});

test("an assertion is signed with the account's key, for an hour, for the token service alone", async () => {
  // As a variable often holds it: line feeds written out.
  const written = { ...serviceAccount, private_key: pem.replaceAll('\n', '\\n') };
  const around = fakeSurroundings({ answer: google });
  await findGoogleToken({ ...silent, json: JSON.stringify(written) }, around);
  const [question] = around.asked;
  assert.equal(question?.url, serviceAccount.token_uri);
  const [header = '', claims = '', signature = ''] = (
    new URLSearchParams(question?.body ?? '').get('assertion') ?? ''
  ).split('.');
  const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
  assert.deepEqual(read(header), { alg: 'RS256', typ: 'JWT', kid: 'k1' });
  assert.deepEqual(read(claims), {
    iss: serviceAccount.client_email,
    scope: 'https://www.googleapis.com/auth/cloud-platform',
    aud: serviceAccount.token_uri,
    iat: NOW_MS / 1000,
    exp: NOW_MS / 1000 + 3600,
  });
  const signed = Buffer.from(`${header}.${claims}`);
  assert.ok(
    verify(
      'sha256',
      signed,
      createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })),
      Buffer.from(signature, 'base64url'),
    ),
  );
});

const faults: readonly (readonly [machine: FakeMachine, account: Partial<GoogleAccount>, message: RegExp])[] = [
  [{}, {}, /no Google credentials; asked were: GOOGLE_APPLICATION_CREDENTIALS/],
  [{}, { file: '/gone' }, /no file \/gone/],
  [{}, { json: '[]' }, /the Google credential is not a JSON object/],
  [{}, { json: '{"type":"other"}' }, /its type must be one of service_account/],
  [{}, { json: JSON.stringify({ ...serviceAccount, private_key: 'x' }) }, /the private key cannot be read/],
  [{}, { json: JSON.stringify({ ...external, credential_source: { executable: {} } }) }, /by file or url is known/],
  [
    { answer: () => json({ error: 'invalid_grant', error_description: 'Token has been revoked.' }, 400) },
    { json: JSON.stringify(person) },
    /answered 400: invalid_grant: Token has been revoked\./,
  ],
  [{ answer: () => json({}) }, { json: JSON.stringify(person) }, /without access_token/],
];

test('an error names who was asked, and holds no secret', async () => {
  for (const [machine, account, message] of faults) {
    await assert.rejects(findGoogleToken({ ...silent, ...account }, fakeSurroundings(machine)), (error: Error) => {
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /PRIVATE KEY|"refresh_token"/);
      return true;
    });
  }
});

test('a token at hand is put on a call at once', async () => {
  const sign = googleSigner(silent, fakeSurroundings({ answer: google }));
  const call = { method: 'POST', origin: 'https://a.b', path: '/', headers: ['a', 'b'], body: null } as const;
  const first = await sign(call);
  assert.deepEqual(first, ['a', 'b', 'authorization', 'Bearer of the machine']);
  assert.deepEqual(sign(call), first);
});
