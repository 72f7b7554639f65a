import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeSurroundings, json } from './auth/auth-fixture.ts';
import type { EndpointCredential } from './endpoint.ts';
import { openSigners } from './open-signers.ts';

const CALL = { method: 'POST', origin: 'https://x.example', path: '/', headers: [], body: null } as const;

function credential(differences: Partial<EndpointCredential>): EndpointCredential {
  return {
    name: 'main',
    provider: 'bedrock',
    baseUrl: null,
    apiKey: null,
    auth: 'api-key',
    headers: {},
    options: { region: 'us-east-1' },
    ...differences,
  };
}

test('who holds a key, or is no cloud, signs nothing', () => {
  const signers = openSigners(fakeSurroundings({}));
  assert.equal(signers(credential({ apiKey: 'ABSK' })), null);
  assert.equal(signers(credential({ auth: 'none' })), null);
  assert.equal(signers(credential({ auth: 'caller' })), null);
  assert.equal(signers(credential({ provider: 'openai' })), null);
  assert.equal(signers(credential({ provider: 'azure', auth: 'api-key', apiKey: 'k' })), null);
});

test('one signer for one account, whatever it is called and whenever it is asked for', () => {
  const signers = openSigners(fakeSurroundings({}));
  const own = signers(credential({}));
  assert.ok(own !== null);
  assert.equal(signers(credential({ name: 'other' })), own);
  assert.notEqual(signers(credential({ options: { region: 'eu-west-1' } })), own);
});

test("AWS: the file's keys before those of the environment, at once", () => {
  const environment = { AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'e', AWS_BEARER_TOKEN_BEDROCK: 'ABSKenv' };
  const signers = openSigners(fakeSurroundings({ environment }));
  const keys = { region: 'us-east-1', access_key_id: 'AKIAFILE', secret_access_key: 'f', session_token: 't' };
  const signed = signers(credential({ options: keys }))?.(CALL);
  return Promise.resolve(signed).then((headers) => {
    assert.match(headers?.at(-1) ?? '', /Credential=AKIAFILE\/\d{8}\/us-east-1\/bedrock\//);
    assert.ok(headers?.includes('t'));
  });
});

test('AWS: a role by a token in a file', async () => {
  const xml = `<AssumeRoleWithWebIdentityResponse><Credentials><AccessKeyId>ASIA</AccessKeyId>
<SecretAccessKey>s</SecretAccessKey><SessionToken>st</SessionToken><Expiration>2030-01-01T00:00:00Z</Expiration>
</Credentials></AssumeRoleWithWebIdentityResponse>`;
  const around = fakeSurroundings({ files: { '/token': 'jwt' }, answer: () => ({ status: 200, text: xml }) });
  const role = { role_arn: 'arn:aws:iam::1:role/llm', role_session_name: 'gateway', web_identity_token_file: '/token' };
  const headers = await openSigners(around)(credential({ options: { region: 'eu-central-1', ...role } }))?.(CALL);
  assert.match(headers?.at(-1) ?? '', /Credential=ASIA\//);
  const asked = new URLSearchParams(around.asked[0]?.body ?? '');
  assert.deepEqual(
    [asked.get('Action'), asked.get('RoleSessionName'), asked.get('WebIdentityToken')],
    ['AssumeRoleWithWebIdentity', 'gateway', 'jwt'],
  );
});

test('Google: a document, or the file that holds it', async () => {
  const document = JSON.stringify({ type: 'authorized_user', client_id: 'c', client_secret: 's', refresh_token: 'r' });
  const answer = () => json({ access_token: 'ya29', expires_in: 3600 });
  const signers = openSigners(fakeSurroundings({ files: { '/gcp.json': document }, answer }));
  for (const account of [document, '/gcp.json']) {
    const options = { project: 'acme', location: 'global', service_account: account };
    const headers = await signers(credential({ provider: 'vertex', options }))?.(CALL);
    assert.deepEqual(headers, ['authorization', 'Bearer ya29']);
  }
});

test('Azure: tokens are asked for in the name of what is called', async () => {
  for (const [provider, scope] of [
    ['azure', 'https://cognitiveservices.azure.com/.default'],
    ['azure-ai', 'https://ai.azure.com/.default'],
  ] as const) {
    const around = fakeSurroundings({ answer: () => json({ access_token: 'eyJ', expires_in: 3600 }) });
    const options = { resource: 'acme', tenant_id: 't', client_id: 'c', client_secret: 's' };
    const headers = await openSigners(around)(credential({ provider, auth: 'entra', options }))?.(CALL);
    assert.deepEqual(headers, ['authorization', 'Bearer eyJ']);
    assert.equal(new URLSearchParams(around.asked[0]?.body ?? '').get('scope'), scope);
  }
});
