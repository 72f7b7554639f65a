import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonSchema, maskedConfiguration, readEnvironment } from '../index.ts';
import { loadForTest } from '../load-for-test.ts';

test('flag, then WAYBILL_PORT, then PORT, then the file, then the default', async () => {
  const files = { 'waybill.yaml': 'server: { port: 4004, host: 127.0.0.4, data: data, workers: 4 }\n' };
  const portOf = async (flags: { port?: string }, environment: Record<string, string>) =>
    (await loadForTest({ files, flags, environment })).configuration?.server.port;
  assert.equal(await portOf({ port: '4001' }, { WAYBILL_PORT: '4002', PORT: '4003' }), 4001);
  assert.equal(await portOf({}, { WAYBILL_PORT: '4002', PORT: '4003' }), 4002);
  assert.equal(await portOf({}, { PORT: '4003' }), 4003);
  assert.equal(await portOf({}, {}), 4004);
  const { configuration } = await loadForTest({});
  assert.deepEqual(configuration?.server, {
    host: '127.0.0.1',
    port: 4000,
    dataDir: '/home/test/.local/share/waybill',
    workers: 1,
    maxBodyBytes: 33_554_432,
    drainTimeoutMs: 30_000,
    journal: 'local',
    suspenseMs: 900_000,
  });
  const other = await loadForTest({
    files,
    environment: { WAYBILL_HOST: '127.0.0.2', WAYBILL_WORKERS: '2', WAYBILL_DATA: '/d' },
  });
  const { host, workers, dataDir } = other.configuration?.server ?? {};
  assert.deepEqual([host, workers, dataDir], ['127.0.0.2', 2, '/d']);
  const relative = await loadForTest({ files });
  assert.match(relative.configuration?.server.dataDir ?? '', /\/waybill-config-\w+\/data$/);
});

test('the journal mode: flag, variable, file; the database must be one that is elsewhere', async () => {
  const files = { 'waybill.yaml': 'server: { journal: local-sync, suspense: 1h }' };
  const environment = {
    DATABASE_URL: 'postgres://h/d',
    WAYBILL_MASTER_KEY: 'sk-1234567890abcdef',
    WAYBILL_SECRET_KEY: 's'.repeat(32),
  };
  const modeOf = async (input: Parameters<typeof loadForTest>[0]) =>
    (await loadForTest(input)).configuration?.server.journal;
  assert.equal(await modeOf({ files }), 'local-sync');
  assert.equal(await modeOf({ files, environment: { ...environment, WAYBILL_JOURNAL: 'db' } }), 'db');
  assert.equal(await modeOf({ files, environment: { WAYBILL_JOURNAL: 'db' }, flags: { journal: 'local' } }), 'local');
  assert.equal((await loadForTest({ files })).configuration?.server.suspenseMs, 3_600_000);
  assert.match((await loadForTest({ flags: { journal: 'db' } })).faults.join(), /journal mode db needs Postgres/);
  assert.deepEqual((await loadForTest({ environment: { WAYBILL_JOURNAL: 'disk' } })).faults, [
    "WAYBILL_JOURNAL: expected one of local, local-sync, db, got 'disk'",
  ]);
});

test('faulty flags and variables are faults', async () => {
  const { faults } = await loadForTest({
    flags: { port: 'x', workers: '0', providers: ['opnai', 'openai'] },
    environment: { LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://x/y', REDIS_URL: 'tcp://x', GROQ_API_KEY_FILE: 'nowhere' },
  });
  assert.deepEqual(faults, [
    "--port: expected a whole number, 0 to 65535, got 'x'",
    "--workers: expected a whole number, 1 to 1024, got '0'",
    'GROQ_API_KEY_FILE: cannot read nowhere: there is no such file',
    "--providers: there is no provider 'opnai': did you mean 'openai'?",
    "--providers: the provider 'openai' has no key: set OPENAI_API_KEY, or define a credential for it",
    'DATABASE_URL: expected a URL of Postgres: postgres://user:password@host:5432/database',
    'REDIS_URL: expected a URL such as redis://:password@host:6379',
    "LOG_LEVEL: expected one of debug, info, warn, error, silent, got 'loud'",
  ]);
});

test('a missing file is a fault', async () => {
  assert.deepEqual((await loadForTest({ flags: { config: 'no.yaml' } })).faults, [
    'cannot read no.yaml: there is no such file',
  ]);
});

test('references: variables, defaults, files, _FILE; once, in text, not in keys', async () => {
  const { configuration, faults } = await loadForTest({
    files: {
      'waybill.yaml': `credentials:
  a: { provider: openai, api_key: "\${A}", headers: { x-one: "\${B:-b b}", x-two: "p-\${A}-s", x-three: "\${EMPTY:-}" } }
  b: { provider: openai, api_key: "\${file:keys/b}" }
  c: { provider: openai, api_key: "\${C}" }
server: { port: "\${P}" }
`,
      'keys/b': '  sk-b \n',
      'keys/c': 'sk-c\n',
    },
    environment: { A: '${B}', P: '4321', C_FILE: 'keys/c' },
  });
  assert.deepEqual(faults, []);
  assert.deepEqual(
    configuration?.credentials.map((credential) => credential.apiKey),
    ['${B}', 'sk-b', 'sk-c'],
  );
  assert.deepEqual(configuration.credentials[0]?.headers, { 'x-one': 'b b', 'x-two': 'p-${B}-s', 'x-three': '' });
  assert.equal(configuration.server.port, 4321);
  assert.deepEqual(
    configuration.source.files.map((path) => path.split('/').at(-1)),
    ['waybill.yaml', 'b', 'c'],
  );
});

test('faulty references are faults at their place', async () => {
  const { faults } = await loadForTest({
    files: { 'waybill.yaml': 'log_level: ${lo g}\nserver:\n  data: ${file:nowhere}\n  host: ${NO_HOST}\n' },
  });
  assert.deepEqual(faults, [
    'waybill.yaml:1:12: line 1: expected ${NAME}, ${NAME:-default} or ${file:PATH}, got ${lo g}',
    'waybill.yaml:3:9: line 3: cannot read nowhere: there is no such file',
    'waybill.yaml:4:9: line 4: the variable NO_HOST is not set: set it, or write ${NO_HOST:-default}',
  ]);
});

test('included files add names and settings; paths in them are relative to them', async () => {
  const { configuration, faults } = await loadForTest({
    files: {
      'waybill.yaml': 'include: [more/*.yaml, "${EXTRA}"]\nserver: { port: 1 }\nmodels: { a: openai/a }\n',
      'more/one.yaml':
        'version: 1\nserver: { host: 127.0.0.9 }\nmodels: { b: k/b }\ncredentials: { k: { provider: openai, api_key: "${file:key}" } }\n',
      'more/two.yaml': 'models: { c: openai/c }\n',
      'more/key': 'sk-k',
      'extra.json': '{"models": {"d": "openai/d"}}',
    },
    environment: { OPENAI_API_KEY: 'sk-o', EXTRA: 'extra.json' },
  });
  assert.deepEqual(faults, []);
  assert.deepEqual(
    configuration?.models.map((model) => [model.name, model.at]),
    [
      ['a', 'waybill.yaml:3:11'],
      ['b', 'more/one.yaml:3:11'],
      ['c', 'more/two.yaml:1:11'],
      ['d', 'extra.json:1:13'],
    ],
  );
  assert.equal(configuration.credentials[0]?.apiKey, 'sk-k');
  assert.deepEqual([configuration.server.host, configuration.server.port], ['127.0.0.9', 1]);
});

test('circles, names in two files, missing and faulty includes are faults; the rest is still checked', async () => {
  const { faults } = await loadForTest({
    files: {
      'waybill.yaml':
        'include: [one.yaml, none.yaml, bad.yaml]\nmodels: { a: openai/a }\nrouting: { retries: 1 }\nlog_level: loud\n',
      'one.yaml': 'include: waybill.yaml\nmodels: { a: openai/x }\nrouting: { retries: 2 }\n',
      'bad.yaml': 'a: [\n',
    },
    environment: { OPENAI_API_KEY: 'sk-o' },
  });
  assert.deepEqual(faults, [
    'waybill.yaml:1:21: line 1: cannot read none.yaml: there is no such file',
    "waybill.yaml:4:12: line 4: expected one of debug, info, warn, error, silent, got 'loud'",
    'one.yaml:1:10: line 1: the files include each other: waybill.yaml -> one.yaml -> waybill.yaml',
    "one.yaml:2:11: line 2: the model 'a' is already defined at waybill.yaml:2:11",
    "one.yaml:3:12: line 3: 'routing.retries' is already defined at waybill.yaml:3:12",
    faults[5],
  ]);
  assert.match(faults[5] ?? '', /^bad\.yaml:2:1: line 2: not valid YAML/);
});

test('ambient providers are on when they are named', async () => {
  const environment = { GITHUB_TOKEN: 'ghp', AWS_ACCESS_KEY_ID: 'AKIA', AWS_REGION: 'eu-west-1' };
  const named = await loadForTest({ environment, flags: { providers: ['github-models', 'bedrock'] } });
  assert.deepEqual(
    named.configuration?.credentials.map(({ name, apiKey, auth }) => [name, apiKey, auth]),
    [
      ['github-models', 'ghp', 'api-key'],
      ['bedrock', null, 'api-key'],
    ],
  );
  assert.deepEqual(named.configuration?.credentials[1]?.options, { region: 'eu-west-1' });
  assert.deepEqual(named.configuration?.cloudVariables, { AWS_ACCESS_KEY_ID: 'AKIA', HOME: '/home/test' });
  const inFile = await loadForTest({ environment, files: { 'waybill.yaml': 'models: { m: github-models/gpt }\n' } });
  assert.deepEqual(
    inFile.configuration?.credentials.map(({ name }) => name),
    ['github-models'],
  );
  assert.deepEqual(inFile.configuration?.cloudVariables, {});
});

test("a cloud's key in the environment is for its own credentials, whose own identity comes first", async () => {
  const { configuration } = await loadForTest({
    environment: { AZURE_API_KEY: 'az', AWS_BEARER_TOKEN_BEDROCK: 'ABSK', AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI' },
    files: {
      'waybill.yaml': `credentials:
  azure: { base_url: "https://acme.openai.azure.com" }
  entra: { provider: azure, resource: acme, tenant_id: t, client_id: c, client_secret: very-secret-secret }
  bedrock: { region: us-east-1 }
  role: { provider: bedrock, region: us-east-1, role_arn: "arn:aws:iam::1:role/llm" }
`,
    },
  });
  assert.ok(configuration);
  assert.deepEqual(
    configuration.credentials.filter(({ origin }) => origin === 'file').map(({ auth, apiKey }) => [auth, apiKey]),
    [
      ['api-key', 'az'],
      ['entra', null],
      ['api-key', 'ABSK'],
      ['api-key', null],
    ],
  );
  const printed = JSON.stringify(maskedConfiguration(configuration));
  assert.match(printed, /AWS_SECRET_ACCESS_KEY/);
  assert.doesNotMatch(printed, /wJalrXUtnFEMI|very-secret|ABSK/);
});

test('the sandbox is there when nothing else is, or when it is asked for', async () => {
  const names = async (text: string, environment: Record<string, string> = { OPENAI_API_KEY: 'sk-o' }) =>
    (await loadForTest({ files: { 'waybill.yaml': text }, environment })).configuration?.credentials.map(
      ({ name, origin }) => `${name} ${origin}`,
    );
  assert.deepEqual(await names('', {}), ['sandbox default']);
  assert.deepEqual(await names(''), ['openai environment']);
  assert.deepEqual(await names('sandbox: on'), ['openai environment', 'sandbox default']);
  assert.deepEqual(await names('models: { echo: sandbox/echo }'), ['sandbox default', 'openai environment']);
  assert.deepEqual(await names('credentials: { toy: { provider: sandbox } }'), ['toy file', 'openai environment']);
});

test('Postgres needs keys; what belongs to Prisma is left out of its URL', async () => {
  const url = 'postgres://u:p%40ss@db:5432/waybill?schema=public&sslmode=require&connection_limit=5';
  const without = await loadForTest({ environment: { DATABASE_URL: url } });
  assert.deepEqual(without.faults, [
    'WAYBILL_MASTER_KEY is not set: with Postgres the master key must be given',
    'WAYBILL_SECRET_KEY is not set: with Postgres the secret key must be given',
  ]);
  const environment = { DATABASE_URL: url, LITELLM_MASTER_KEY: 'sk-long-and-secret', LITELLM_SALT_KEY: 'salt' };
  const { configuration } = await loadForTest({ environment });
  assert.equal(configuration?.store.databaseUrl, 'postgres://u:p%40ss@db:5432/waybill?sslmode=require');
  assert.ok(
    configuration.notices.includes('DATABASE_URL: schema, connection_limit are parameters of Prisma and left out'),
  );
  assert.deepEqual(configuration.secrets, {
    masterKey: { value: 'sk-long-and-secret', from: 'LITELLM_MASTER_KEY' },
    secretKey: 'salt',
    newSecretKey: null,
    litellmKeys: ['salt', 'sk-long-and-secret'],
  });
});

test('a well-known master key is taken on loopback only', async () => {
  const environment = { WAYBILL_MASTER_KEY: 'sk-1234' };
  const here = await loadForTest({ environment });
  assert.ok(
    here.configuration?.notices.includes(
      'WAYBILL_MASTER_KEY: this master key is well known: it is taken on 127.0.0.1 only',
    ),
  );
  const open = await loadForTest({ environment, flags: { host: '0.0.0.0' } });
  assert.match(
    open.faults.join(),
    /^WAYBILL_MASTER_KEY: this master key is well known: expected a secret one to listen on 0\.0\.0\.0/,
  );
});

test('proxies in either case, redis in parts', async () => {
  const environment = {
    https_proxy: 'http://p:1',
    HTTP_PROXY: 'http://p:2',
    no_proxy: 'a,b',
    REDIS_HOST: 'r',
    REDIS_PASSWORD: 'p w',
  };
  const { configuration } = await loadForTest({ environment });
  assert.deepEqual(configuration?.network, {
    ca: [],
    httpProxy: 'http://p:2',
    httpsProxy: 'http://p:1',
    noProxy: 'a,b',
    privateHosts: [],
  });
  assert.equal(configuration.store.redisUrl, 'redis://:p%20w@r:6379');
});

test('the value is frozen, and printed without secrets', async () => {
  const { configuration } = await loadForTest({
    files: {
      'waybill.yaml':
        'credentials: { a: { provider: openai, api_key: sk-abcdefghijklmnop, headers: { x-key: topsecretvalue } } }\n',
    },
    environment: {
      WAYBILL_MASTER_KEY: 'sk-master-abcdefgh1234',
      WAYBILL_SECRET_KEY: 'short',
      DATABASE_URL: 'postgres://u:hidden@db/x',
    },
  });
  assert.ok(
    configuration !== null && Object.isFrozen(configuration) && Object.isFrozen(configuration.credentials[0]?.headers),
  );
  const text = JSON.stringify(maskedConfiguration(configuration));
  for (const secret of ['sk-abcdefghijklmnop', 'topsecretvalue', 'sk-master-abcdefgh1234', 'short', 'hidden'])
    assert.ok(!text.includes(secret), secret);
  for (const shown of ['"****mnop"', '"****1234"', '"secretKey":"****"', 'postgres://u:****@db/x'])
    assert.ok(text.includes(shown), shown);
});

test('the JSON Schema describes files as they are written', () => {
  const schema = JSON.stringify(jsonSchema());
  for (const part of ['"budget_exceeded_status_code"', '"additionalProperties":false', 'USD per million input tokens'])
    assert.ok(schema.includes(part), part);
  assert.ok(typeof readEnvironment() === 'object');
});
