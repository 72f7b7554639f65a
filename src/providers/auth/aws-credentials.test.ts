import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { AskAnswer, AskRequest } from '../../network/index.ts';
import { type FakeMachine, fakeSurroundings, json, NOW_MS } from './auth-fixture.ts';
import { type AwsAccount, awsSigner, findAwsCredentials } from './aws-credentials.ts';

const silent: AwsAccount = {
  region: 'eu-central-1',
  bearerKey: null,
  keys: null,
  profile: null,
  roleArn: null,
  externalId: null,
  sessionName: null,
  webIdentityTokenFile: null,
};
const configured = { accessKeyId: 'AKCONFIGURED', secretAccessKey: 's', sessionToken: null };
const EXPIRES = '2026-03-01T13:00:00Z';

function sts({ body, headers }: AskRequest): AskAnswer {
  const fields = new URLSearchParams(body ?? '');
  const signedBy = /Credential=([\w-]+)\//.exec(headers['authorization'] ?? '')?.[1] ?? 'token';
  const id = `${fields.get('RoleArn')}<-${fields.get('WebIdentityToken') ?? signedBy}`;
  return {
    status: 200,
    text: `<AssumeRoleResponse><Credentials><AccessKeyId>${id}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
      <SessionToken>t</SessionToken><Expiration>${EXPIRES}</Expiration></Credentials></AssumeRoleResponse>`,
  };
}

function metadata({ method, url, headers }: AskRequest): AskAnswer | null {
  const { hostname, pathname } = new URL(url);
  if (hostname === '169.254.170.2' || hostname === '127.0.0.1')
    return json({
      AccessKeyId: `of ${headers['authorization'] ?? 'nobody'}`,
      SecretAccessKey: 's',
      Token: 't',
      Expiration: EXPIRES,
    });
  if (hostname !== '169.254.169.254') return null;
  if (method === 'PUT') return { status: 200, text: 'session' };
  assert.equal(headers['x-aws-ec2-metadata-token'], 'session');
  if (pathname.endsWith('/security-credentials/')) return { status: 200, text: 'machine-role\n' };
  const id = pathname.slice(pathname.lastIndexOf('/') + 1);
  return json({ AccessKeyId: id, SecretAccessKey: 's', Token: 't', Expiration: EXPIRES });
}

function everything(request: AskRequest): AskAnswer | null {
  if (request.url.startsWith('https://sts.')) return sts(request);
  if (request.url.startsWith('https://portal.sso.'))
    return json({
      roleCredentials: { accessKeyId: 'of sso', secretAccessKey: 's', sessionToken: 't', expiration: NOW_MS },
    });
  return metadata(request);
}

const files = {
  '/home/me/.aws/config': `
[default]
region = eu-west-1
[profile base]
aws_access_key_id = AKBASE
aws_secret_access_key = secret # of the base
s3 =
  max_concurrent_requests = 20
[profile role]
role_arn = arn:aws:iam::1:role/llm
source_profile = base
[profile chain]
role_arn = arn:aws:iam::1:role/second
source_profile = role
[profile machine]
role_arn = arn:aws:iam::1:role/third
credential_source = Ec2InstanceMetadata
[profile circle]
role_arn = arn:aws:iam::1:role/x
source_profile = circle
[profile program]
credential_process = /bin/true
[profile cluster]
role_arn = arn:aws:iam::1:role/web
web_identity_token_file = /token
`,
  '/home/me/.aws/credentials': '[default]\naws_access_key_id=AKDEFAULT\naws_secret_access_key=s\naws_session_token=t\n',
  '/token': 'web-token\n',
};
const HOME = { HOME: '/home/me' };

type Case = readonly [what: string, machine: FakeMachine, account: Partial<AwsAccount>, accessKeyId: string];

const cases: readonly Case[] = [
  ['configured keys', {}, { keys: configured }, 'AKCONFIGURED'],
  [
    'the environment goes before files',
    { files, environment: { ...HOME, AWS_ACCESS_KEY_ID: 'AKENV', AWS_SECRET_ACCESS_KEY: 's' } },
    {},
    'AKENV',
  ],
  ['the default profile', { files, environment: HOME }, {}, 'AKDEFAULT'],
  ['a profile of the environment', { files, environment: { ...HOME, AWS_PROFILE: 'base' } }, {}, 'AKBASE'],
  [
    'a configured profile goes before the environment',
    { files, environment: { ...HOME, AWS_ACCESS_KEY_ID: 'AKENV', AWS_SECRET_ACCESS_KEY: 's' } },
    { profile: 'base' },
    'AKBASE',
  ],
  [
    'files elsewhere',
    {
      files: { '/c': '[x]\naws_access_key_id=AKX\naws_secret_access_key=s' },
      environment: { AWS_SHARED_CREDENTIALS_FILE: '/c' },
    },
    { profile: 'x' },
    'AKX',
  ],
  ['a role of a profile', { files, environment: HOME }, { profile: 'role' }, 'arn:aws:iam::1:role/llm<-AKBASE'],
  [
    'a role of a profile by the machine',
    { files, environment: HOME },
    { profile: 'machine' },
    'arn:aws:iam::1:role/third<-machine-role',
  ],
  [
    'a role of a profile by web identity',
    { files, environment: HOME },
    { profile: 'cluster' },
    'arn:aws:iam::1:role/web<-web-token',
  ],
  [
    'web identity',
    { files, environment: { AWS_WEB_IDENTITY_TOKEN_FILE: '/token', AWS_ROLE_ARN: 'arn:r' } },
    {},
    'arn:r<-web-token',
  ],
  ['a container', { environment: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/x' } }, {}, 'of nobody'],
  [
    'a pod',
    {
      files,
      environment: {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1/v1',
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/token',
      },
    },
    {},
    'of web-token',
  ],
  ['the machine', {}, {}, 'machine-role'],
  ['a configured role', {}, { keys: configured, roleArn: 'arn:r' }, 'arn:r<-AKCONFIGURED'],
];

test('credentials are found where they are, in the order of the SDKs', async () => {
  for (const [what, machine, account, accessKeyId] of cases) {
    const around = fakeSurroundings({ answer: everything, ...machine });
    const { value } = await findAwsCredentials({ ...silent, ...account }, around);
    assert.equal(value.accessKeyId, accessKeyId, what);
  }
});

test('a role of a role is taken on by turns', async () => {
  const around = fakeSurroundings({ answer: everything, files, environment: HOME });
  const { value, expiresMs } = await findAwsCredentials({ ...silent, profile: 'chain' }, around);
  assert.match(value.accessKeyId, /^arn:aws:iam::1:role\/second<-/);
  assert.equal(expiresMs, Date.parse(EXPIRES));
  assert.deepEqual(
    around.asked.map(({ url, body }) => [url, new URLSearchParams(body ?? '').get('RoleArn')]),
    [
      ['https://sts.eu-central-1.amazonaws.com/', 'arn:aws:iam::1:role/llm'],
      ['https://sts.eu-central-1.amazonaws.com/', 'arn:aws:iam::1:role/second'],
    ],
  );
});

test('metadata is asked for by the way that leads there alone', async () => {
  for (const environment of [{}, { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/x' }]) {
    const around = fakeSurroundings({ environment, answer: everything });
    await findAwsCredentials(silent, around);
    assert.ok(around.asked.every(({ by }) => by === 'askMetadata'));
  }
});

const faults: readonly (readonly [machine: FakeMachine, account: Partial<AwsAccount>, message: RegExp])[] = [
  [{}, {}, /no AWS credentials; asked were: environment, profile default, web identity, container, instance metadata/],
  [{ environment: { AWS_EC2_METADATA_DISABLED: 'true' }, answer: everything }, {}, /no AWS credentials/],
  [{}, { profile: 'gone' }, /no profile gone/],
  [{ files, environment: HOME }, { profile: 'circle' }, /circle is its own source/],
  [{ files, environment: HOME }, { profile: 'program' }, /no program is run here/],
  [{ environment: { AWS_WEB_IDENTITY_TOKEN_FILE: '/gone', AWS_ROLE_ARN: 'r' } }, {}, /no file \/gone/],
  [
    { answer: () => ({ status: 403, text: '<Error><Code>AccessDenied</Code><Message>Not you.</Message></Error>' }) },
    { keys: configured, roleArn: 'arn:r' },
    /role arn:r, answered 403: AccessDenied: Not you\./,
  ],
  [{ answer: () => ({ status: 200, text: '<x/>' }) }, { keys: configured, roleArn: 'arn:r' }, /without credentials/],
  [{ environment: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/x' } }, {}, /by container: nobody there/],
  [
    { environment: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/x' }, answer: () => json({ message: 'No task.' }, 404) },
    {},
    /container credentials answered 404: No task\./,
  ],
];

test('an error names who was asked', async () => {
  for (const [machine, account, message] of faults)
    await assert.rejects(findAwsCredentials({ ...silent, ...account }, fakeSurroundings(machine)), message);
});

const call = {
  method: 'POST',
  origin: 'https://bedrock-runtime.eu-central-1.amazonaws.com',
  path: '/model/a%3A0/converse',
  headers: ['content-type', 'application/json'],
  body: Buffer.from('{}'),
} as const;

test('a bearer key is sent as it is; one of the environment only where nothing else is said', () => {
  const environment = { AWS_BEARER_TOKEN_BEDROCK: 'ABSKenv' };
  const headers = (account: Partial<AwsAccount>) =>
    awsSigner({ ...silent, ...account }, 'bedrock', fakeSurroundings({ environment }))(call);
  assert.deepEqual(headers({ bearerKey: 'ABSKown' }), [...call.headers, 'authorization', 'Bearer ABSKown']);
  assert.deepEqual(headers({}), [...call.headers, 'authorization', 'Bearer ABSKenv']);
  const signed = headers({ keys: configured });
  assert.ok(signed instanceof Promise);
});

test('once credentials are at hand a call is signed at once; after they expired they are fetched anew', async () => {
  const around = fakeSurroundings({ answer: everything });
  const sign = awsSigner(silent, 'bedrock', around);
  await Promise.all([sign(call), sign(call)]);
  const questions = around.asked.length;
  assert.equal(questions, 3);
  const headers = sign(call);
  assert.ok(Array.isArray(headers));
  assert.match(String(headers.at(-1)), /Credential=machine-role\/20260301\/eu-central-1\/bedrock\/aws4_request/);
  around.advance(60 * 60_000);
  await sign(call);
  assert.equal(around.asked.length, 2 * questions);
});

test('a sign-in of a person is used until it expires', async () => {
  const cache = `/home/me/.aws/sso/cache/${createHash('sha1').update('corp').digest('hex')}.json`;
  const config = `[profile me]
sso_session = corp
sso_account_id = 1
sso_role_name = dev
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
`;
  const signedIn = (expiresAt: string) =>
    fakeSurroundings({
      answer: everything,
      environment: HOME,
      files: { '/home/me/.aws/config': config, [cache]: JSON.stringify({ accessToken: 'sso-token', expiresAt }) },
    });
  const around = signedIn(EXPIRES);
  const { value } = await findAwsCredentials({ ...silent, profile: 'me' }, around);
  assert.equal(value.accessKeyId, 'of sso');
  assert.equal(around.asked[0]?.headers['x-amz-sso_bearer_token'], 'sso-token');
  const late = findAwsCredentials({ ...silent, profile: 'me' }, signedIn('2026-03-01T11:00:00Z'));
  await assert.rejects(late, /run aws sso login/);
});
