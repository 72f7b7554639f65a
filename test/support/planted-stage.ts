import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { findFreePort } from '../../src/network/index.ts';
import { openBrowser } from './browser.ts';
import { eventually, type Gateway, startGateway, temporaryFolder } from './gateway.ts';
import { type IdentityProvider, startIdentityProvider } from './identity-provider.ts';
import { ALLOWED, modelAt } from './models-api.ts';
import { chatBody } from './one-upstream.ts';
import { CLIENT, type OpenIdServer, startOpenIdServer } from './openid-server.ts';
import { answer, chatAnswer, chatChunk, DONE, startUpstream, type Upstream } from './upstream.ts';

/** Secrets that the operator gives; those that the gateway makes are added to them as they come. */
export const PLANTED = {
  'the master key': 'sk-canary-master-7h3Kq9ZpWm2RtYx4',
  'the secret key': 'canary-secret-key-5f1e9b7aQeRtZuIoP',
  "the file's provider credential": 'sk-canary-of-the-file-Lm4Nb8Vc2XyW',
  'a stored provider credential': 'sk-canary-stored-entry-Jk7Hg5Fd3SaQ',
  'a stored model’s credential': 'sk-canary-stored-model-Uu6Yy4Tt2RrE',
  'the OpenID client secret': CLIENT.secret,
  'the SCIM token': 'canary-scim-token-Aa1Ss2Dd3Ff4Gg5Hh6Jj7',
  'a password': 'canary tangerine lampshade ferry 90210',
  'a password of before': 'canary violet harbour kettle 31415926',
  'the database password': 'canaryDatabasePasswordQw3Er4Ty5Ui6',
  'the Redis password': 'canaryRedisPasswordZx9Cv8Bn7Mm6',
  'the proxy password': 'canaryProxyPasswordPo0Iu9Yt8Re7',
  'a foreign key': 'sk-canary-foreign-2c4d6e8fGhJkLm',
} as const;

const PROVIDER_KEY = reference('PROVIDER_KEY');

export type Stage = {
  readonly gateway: Gateway;
  readonly upstream: Upstream;
  readonly identity: IdentityProvider;
  readonly openid: OpenIdServer;
  readonly secrets: Record<string, string>;
  /** Answers and errors that were told, by what was asked. */
  readonly told: Map<string, string>;
};

export async function startStage(context: TestContext, env: Readonly<Record<string, string>>): Promise<Stage> {
  const port = await findFreePort('127.0.0.1');
  const closed = await findFreePort('127.0.0.1');
  const openid = await startOpenIdServer(context, `http://127.0.0.1:${port}`);
  const identity = await startIdentityProvider(context);
  const upstream = await startUpstream(context, repeatSecrets);
  const price = { input: 2, output: 10 };
  const config = {
    version: 1,
    credentials: {
      far: { provider: 'openai-compatible', base_url: 'https://far.example/v1', api_key: PROVIDER_KEY },
      // Each has a credential of its own: one that an upstream does not take rests.
      ...Object.fromEntries(
        ANSWERS.map((_, at) => [
          `up-${at}`,
          { provider: 'openai-compatible', base_url: upstream.url, api_key: PROVIDER_KEY },
        ]),
      ),
    },
    models: {
      far: { deployments: [{ use: 'far/m', price }] },
      ...Object.fromEntries(
        ANSWERS.map((_, at) => [`model-${at}`, { deployments: [{ use: `up-${at}/model-${at}`, price }] }]),
      ),
    },
    routing: { retries: 0 },
    defaults: { request_log: { prompts: 'full' } },
    scim: { token: reference('SCIM_TOKEN') },
    jwt: { issuers: [{ issuer: identity.issuer, audience: identity.audience, create_users: true }] },
    sign_on: {
      providers: [
        {
          ...{ id: 'acme', name: 'Acme', issuer: openid.issuer, create_users: true, trust_email: true },
          ...{ client_id: CLIENT.id, client_secret: reference('CLIENT_SECRET') },
        },
      ],
    },
  };
  const gateway = await startGateway(context, {
    config: JSON.stringify(config, null, 1),
    data: temporaryFolder(context),
    args: ['--port', String(port)],
    env: {
      ...ALLOWED,
      WAYBILL_MASTER_KEY: PLANTED['the master key'],
      WAYBILL_SECRET_KEY: PLANTED['the secret key'],
      PROVIDER_KEY: PLANTED["the file's provider credential"],
      SCIM_TOKEN: PLANTED['the SCIM token'],
      CLIENT_SECRET: PLANTED['the OpenID client secret'],
      REDIS_URL: `redis://:${PLANTED['the Redis password']}@127.0.0.1:${closed}`,
      HTTPS_PROXY: `http://someone:${PLANTED['the proxy password']}@127.0.0.1:${closed}`,
      NO_PROXY: '127.0.0.1',
      LOG_LEVEL: 'debug',
      ...env,
    },
  });
  return { gateway, upstream, identity, openid, secrets: { ...PLANTED }, told: new Map() };
}

function reference(name: string): string {
  return `\${${name}}`;
}

type Answering = (request: Upstream['requests'][number], repeated: string) => Promise<void>;

const error = (message: string, code: string | null): string =>
  JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code } });

/** Providers repeat what they were given, in errors of every kind. The model's number says which is answered. */
const ANSWERS: readonly Answering[] = [
  (request) => answer(request, { body: chatAnswer('hello') }),
  (request) => answer(request, { type: 'text/event-stream', body: chatChunk('hello') + DONE }),
  ...[400, 401, 403, 404, 422, 429, 500, 503].flatMap((status): Answering[] => [
    (request, repeated) =>
      answer(request, { status, body: error(`Incorrect API key: ${repeated}`, 'invalid_api_key') }),
    (request, repeated) => answer(request, { status, body: error(`With the headers ${repeated}: bad`, null) }),
    (request, repeated) => answer(request, { status, type: 'text/plain', body: `your request had ${repeated}` }),
  ]),
  (request, repeated) => answer(request, { body: `${repeated} is no JSON` }),
  (request, repeated) =>
    answer(request, { type: 'text/event-stream', body: `data: ${error(`bad: ${repeated}`, null)}\n\n${DONE}` }),
  async (request) => void request.socket.destroy(),
  (request, repeated) =>
    answer(request, {
      type: 'text/event-stream',
      body: `${chatChunk('hello')}data: ${error(`in the middle: ${repeated}`, null)}\n\n${DONE}`,
    }),
  (request, repeated) =>
    answer(request, { body: `${chatAnswer('hello').slice(0, -1)},"error":{"message":"half: ${repeated}"}}` }),
  (request, repeated) =>
    answer(request, {
      type: 'text/event-stream',
      body: `${chatChunk('hello')}data: ${error(`at the end: ${repeated}`, null)}`,
    }),
];

async function repeatSecrets(request: Upstream['requests'][number]): Promise<void> {
  const at = Number(/"model":\s*"model-(\d+)"/.exec(request.body)?.[1]);
  await ANSWERS[at]?.(request, String(request.headers.authorization));
}

/** LiteLLM's answers repeat the key that they were asked about, to whoever gave it. */
const REPEATS_KEY = /^(?:POST \/key\/(?:update|delete)|GET \/key\/info)/;

/** Asks, and keeps what is told. */
async function ask(stage: Stage, method: string, path: string, key: string, body?: unknown): Promise<string> {
  const response = await fetch(stage.gateway.url + path, {
    method,
    redirect: 'manual',
    headers: {
      'content-type': 'application/json',
      'x-api-key': PLANTED['a foreign key'],
      ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok || !REPEATS_KEY.test(`${method} ${path}`))
    stage.told.set(`the answer ${stage.told.size} to ${method} ${path.split('?')[0]} (${response.status})`, text);
  return text;
}

export async function makeCalls(stage: Stage): Promise<void> {
  const { gateway, secrets, identity } = stage;
  const virtual = await gateway.createKey({ key_alias: `canary ${Object.keys(secrets).length}`, max_budget: 100 });
  secrets[`virtual key ${Object.keys(secrets).length}`] = virtual;
  const jwt = await identity.token({ sub: 'ann', email: 'ann@example.com', email_verified: true });
  // Its signature: the claims before it are who somebody is, and are told.
  secrets[`JWT ${Object.keys(secrets).length}`] = jwt.slice(jwt.lastIndexOf('.') + 1);
  for (const [at] of ANSWERS.entries()) {
    for (const path of ['/v1/chat/completions', '/v1/messages', '/api/v1/chat/completions']) {
      const body = chatBody({ model: `model-${at}`, stream: at % 2 === 1, max_tokens: 5 });
      await ask(stage, 'POST', path, at % 5 === 0 ? jwt : virtual, body);
    }
  }
  const expired = await identity.token({ sub: 'ann', exp: 1 });
  secrets[`JWT ${Object.keys(secrets).length}`] = expired.slice(expired.lastIndexOf('.') + 1);
  for (const key of [expired, `${virtual}x`, `${virtual.slice(0, -1)}_`, PLANTED['a foreign key'], '']) {
    await ask(stage, 'POST', '/v1/chat/completions', key, chatBody());
  }
  await ask(stage, 'POST', '/v1/chat/completions', virtual, chatBody({ model: 'far' }));
  await ask(stage, 'POST', '/v1/chat/completions', virtual, chatBody({ model: virtual }));
  await ask(stage, 'POST', '/v1/chat/completions', virtual, `{"model": "${virtual}", oops`);
  await ask(stage, 'POST', `/v1beta/models/none:generateContent?key=${virtual}`, '', '{}');
}

export async function makeChanges(stage: Stage): Promise<void> {
  const { gateway, secrets, upstream } = stage;
  const master = PLANTED['the master key'];
  const post = (path: string, body: unknown): Promise<string> => ask(stage, 'POST', path, master, body);
  const virtual = await gateway.createKey({ key_alias: 'to be changed' });
  secrets['a changed virtual key'] = virtual;
  await post('/team/new', { team_id: 'red' });
  await post('/credentials', {
    credential_name: 'kept',
    credential_values: { api_key: PLANTED['a stored provider credential'], api_base: upstream.url },
    credential_info: { custom_llm_provider: 'openai' },
  });
  const entry = { api_key: PLANTED['a stored model’s credential'] };
  await post('/model/new', modelAt(upstream.url, 'kept-model', entry, { id: 'kept' }));
  await post('/model/update', { model_info: { id: 'kept' }, litellm_params: { ...entry, rpm: 5 } });
  await post('/model/new', modelAt('http://169.254.169.254/', 'bad-model', entry, { id: 'bad' }));
  await post('/credentials', { credential_name: 'kept', credential_values: entry });
  for (const body of [{ key: virtual, max_budget: 50 }, { key: virtual, max_budget: 'much' }, { key: `${virtual}x` }])
    await post('/key/update', body);
  await post('/key/generate', { key: virtual });
  await post('/key/block', { key: virtual });
  await post('/key/unblock', { key: virtual });
  await ask(stage, 'GET', `/key/info?key=${virtual}`, master);
  const rotated = JSON.parse((await gateway.post('/key/regenerate', { key: virtual }, master)).text) as { key: string };
  secrets['a rotated virtual key'] = rotated.key;
  const gone = await gateway.createKey({ team_id: 'red' });
  secrets['a removed virtual key'] = gone;
  await post('/key/delete', { keys: [gone] });
  for (const path of ['/scim/v2/Users', '/scim/v2/Groups', '/scim/v2/None']) {
    const body = { userName: 'scim@example.com', displayName: 'scim' };
    await ask(stage, 'POST', path, PLANTED['the SCIM token'], body);
    await ask(stage, 'GET', path, PLANTED['the SCIM token']);
  }
}

export async function signIn(stage: Stage): Promise<void> {
  const { gateway, openid, secrets, told } = stage;
  const master = PLANTED['the master key'];
  const user = { user_id: 'bob', user_email: 'bob@example.com', auto_create_key: false };
  await ask(stage, 'POST', '/user/new', master, user);
  const invited = JSON.parse((await gateway.post('/invitation/new', { user_id: 'bob' }, master)).text) as {
    invitation_link: string;
  };
  const token = invited.invitation_link.split('token=')[1] ?? '';
  secrets['an invitation'] = token;
  const browser = openBrowser(gateway.url);
  const say = async (path: string, body: unknown): Promise<void> => {
    const { status, text, cookies } = await browser.post(path, body);
    told.set(`the answer ${told.size} to ${path} (${status})`, text);
    for (const cookie of cookies) {
      const session = /^waybill_session=(wbs_\w+)/.exec(cookie)?.[1];
      if (session !== undefined) secrets[`session ${Object.keys(secrets).length}`] = session;
    }
  };
  await say('/auth/invitation/accept', { token, password: 'short' });
  await say('/auth/invitation/accept', { token, password: PLANTED['a password of before'] });
  await say('/auth/invitation/accept', { token, password: PLANTED['a password of before'] });
  const passwords = { current_password: PLANTED['a password of before'], password: PLANTED['a password'] };
  await say('/auth/password', passwords);
  await say('/auth/sign-in', { email: 'bob@example.com', password: PLANTED['a password of before'] });
  await say('/auth/sign-in', { email: 'bob@example.com', password: PLANTED['a password'] });
  await say('/auth/sign-in', { email: PLANTED['a password'], password: 'bob@example.com' });
  await say('/auth/sign-in', { master_key: `${master}x` });
  await say('/auth/sign-in', { master_key: master });
  openid.signInAs({ sub: 'eve', email: 'eve@example.com', email_verified: true, name: 'Eve' });
  for (const isForged of [false, true]) {
    const started = await browser.get('/auth/oidc/start?provider=acme');
    const { callback } = await openid.passThrough(started.headers.get('location') ?? '');
    const ended = await browser.get(isForged ? callback.replace('code=', 'code=x') : callback);
    told.set(`the return from the provider ${isForged}`, `${ended.text}${ended.headers.get('location')}`);
    for (const cookie of ended.cookies) {
      const session = /^waybill_session=(wbs_\w+)/.exec(cookie)?.[1];
      if (session !== undefined) secrets[`session ${Object.keys(secrets).length}`] = session;
    }
  }
}

/** Every address that can be read without naming anything, as the API describes itself. */
export async function readEverything(stage: Stage): Promise<number> {
  const master = PLANTED['the master key'];
  const { paths } = JSON.parse((await stage.gateway.get('/openapi.json', master)).text) as {
    paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  const readable = Object.entries(paths).flatMap(([path, methods]) => ('get' in methods ? [path] : []));
  const plain = readable.filter((path) => !path.includes('{') && path !== '/auth/oidc/start');
  const days = 'start_date=2020-01-01&end_date=2099-01-01';
  for (const path of plain) await ask(stage, 'GET', path, master);
  for (const path of plain.filter((each) => /report|spend|activity|logs|list/.test(each)))
    await ask(stage, 'GET', `${path}?format=csv&${days}&return_full_object=true`, master);
  for (const id of ['bob', 'kept']) {
    for (const path of readable.filter((each) => each.includes('{')))
      await ask(stage, 'GET', path.replaceAll(/\{[^}]*\}/g, id), master);
  }
  for (const path of ['/metrics', '/health', '/health?probe=true', '/ui/', '/docs', '/audit?page_size=100'])
    await ask(stage, 'GET', path, master);
  const { data } = JSON.parse(await ask(stage, 'GET', '/reports/logs?limit=1000', master)) as {
    data: { id: string }[];
  };
  // Kept compressed: in the files nothing of it would be found.
  for (const { id } of data) await ask(stage, 'GET', `/reports/content/${id}`, master);
  assert.ok([...stage.told.values()].some((text) => text.includes('"state":"kept"')));
  return plain.length;
}

/** A configuration with a fault beside each secret is loaded, refused, and told of in the log. */
export async function loadFaulty({ gateway }: Stage, write: (text: string) => void): Promise<void> {
  const lines = Object.values(PLANTED).map(
    (secret, at) => `  c${at}: { provider: openai, api_key: "${secret}", oops: 1 }`,
  );
  write(`version: 1\ncredentials:\n${lines.join('\n')}\n`);
  const before = gateway.errors().length;
  gateway.child.kill('SIGHUP');
  await eventually(() => assert.match(gateway.errors().slice(before), /oops/));
  write(
    `version: 1\nmaster_key: ${PLANTED['the master key']}\ncredentials: { a: { api_key: ${PLANTED['a foreign key']} "x" }\n`,
  );
  const then = gateway.errors().length;
  gateway.child.kill('SIGHUP');
  await eventually(() => assert.notEqual(gateway.errors().length, then));
}
