import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Configuration } from '../configuration.ts';
import { loadForTest, type TestLoading, testProviders } from '../load-for-test.ts';
import { readStored, type StoredVerdict } from './read-stored.ts';
import type { StoredModels } from './stored-models.ts';

const FILE = `credentials:
  house: { provider: openai-compatible, base_url: "https://house.example/v1", api_key: sk-house }
models:
  mine: { deployments: [house/m] }
  other: { deployments: [house/o], fallbacks: { error: [mine] } }
`;

async function fileOf(text = FILE, environment: TestLoading['environment'] = {}): Promise<Configuration> {
  const { configuration, faults } = await loadForTest({ files: { 'waybill.yaml': text }, environment });
  assert.deepEqual(faults, []);
  assert.ok(configuration !== null);
  return configuration;
}

const NOTHING: StoredModels = { deployments: [], credentials: [], fallbacks: [], groups: [] };
const options = { providers: testProviders, refusal: () => null };

type Json = Readonly<Record<string, unknown>>;

function verdictOf(
  file: Configuration,
  params: Json,
  info: Json = {},
  credentials: StoredModels['credentials'] = [],
  model = 'new',
): StoredVerdict {
  const stored = { ...NOTHING, credentials, deployments: [{ id: 'd1', model, params, info }] };
  const verdict = readStored(file, stored, options).deployments.get('d1');
  assert.ok(verdict !== undefined);
  return verdict;
}

const ACME = { name: 'acme', values: { api_key: 'sk-acme', api_base: 'https://acme.example/v1' }, provider: 'openai' };

test('an entry means what it would mean in a model_list', async () => {
  const file = await fileOf();
  const { configuration, deployments } = readStored(
    file,
    {
      ...NOTHING,
      credentials: [ACME],
      deployments: [
        { id: 'a', model: 'new', params: { model: 'openai/x', litellm_credential_name: 'acme', rpm: 5 }, info: {} },
        { id: 'b', model: 'new', params: { model: 'groq/y', api_key: 'gsk', foo: 1 }, info: { access_groups: ['g'] } },
      ],
      groups: [{ name: 'beta', models: ['new', 'mine'] }],
      fallbacks: [{ model: 'mine', type: 'general', targets: ['new'] }],
    },
    options,
  );
  const made = configuration.models.find(({ name }) => name === 'new');
  assert.deepEqual(
    made?.deployments.map(({ id, credential, upstreamModel, limits }) => [id, credential, upstreamModel, limits.rpm]),
    [
      ['a', 'acme', 'x', 5],
      ['b', 'api-b', 'y', null],
    ],
  );
  assert.deepEqual(made.accessGroups, ['g', 'beta']);
  const mine = configuration.models.find(({ name }) => name === 'mine');
  assert.deepEqual([mine?.accessGroups, mine?.fallbacks], [['beta'], { error: ['new'], rate_limit: ['new'] }]);
  const acme = configuration.credentials.find(({ name }) => name === 'acme');
  assert.deepEqual([acme?.apiKey, acme?.baseUrl, acme?.origin], ['sk-acme', 'https://acme.example/v1', 'api']);
  assert.deepEqual(deployments.get('a'), { faults: [], off: null, notices: [] });
  assert.deepEqual(deployments.get('b')?.notices, ['litellm_params.foo is not honoured: it is not known here']);
});

test('the file wins', async () => {
  const file = await fileOf();
  const entry = { model: 'groq/y', api_key: 'gsk' };
  assert.equal(verdictOf(file, entry, {}, [], 'mine').off, "the file defines 'mine' (waybill.yaml:4:3)");
  const { configuration, cycles } = readStored(
    file,
    {
      ...NOTHING,
      deployments: [{ id: 'd', model: 'mine', params: entry, info: {} }],
      fallbacks: [
        { model: 'other', type: 'general', targets: ['gone'] },
        { model: 'mine', type: 'general', targets: ['other'] },
      ],
    },
    options,
  );
  assert.deepEqual(configuration.models[0]?.deployments, file.models[0]?.deployments);
  assert.deepEqual(configuration.models[1]?.fallbacks, { error: ['mine'], rate_limit: ['gone'] });
  assert.deepEqual(configuration.models[0]?.fallbacks, {}, 'a circle with the file: left out');
  assert.equal(cycles.length, 1);
  assert.equal(configuration.credentials.length, file.credentials.length, 'nobody goes out by it');
});

test('nothing of the file or the machine goes where an entry says', async () => {
  const file = await fileOf(FILE, { OPENAI_API_KEY: 'sk-env', AWS_REGION: 'eu-west-1' });
  const elsewhere = { api_base: 'https://evil.example/v1' };
  const off = (params: Json, credentials?: StoredModels['credentials']) => verdictOf(file, params, {}, credentials).off;
  // The usual key, at the provider's own address: as with a file.
  assert.equal(off({ model: 'openai/x' }), null);
  assert.equal(off({ model: 'openai/x', api_key: 'os.environ/OPENAI_API_KEY' }), null);
  const { configuration } = readStored(
    file,
    { ...NOTHING, deployments: [{ id: 'd', model: 'new', params: { model: 'openai/x', ...elsewhere }, info: {} }] },
    options,
  );
  assert.equal(configuration.credentials.find(({ origin }) => origin === 'api')?.apiKey, null);
  const refused: readonly (readonly [Json, RegExp])[] = [
    [{ model: 'openai/x', api_key: 'os.environ/OPENAI_API_KEY', ...elsewhere }, /the environment is for the file/],
    [{ model: 'openai/x', api_key: 'os.environ/WAYBILL_MASTER_KEY' }, /the environment is for the file/],
    [{ model: 'openai/x', litellm_credential_name: 'house', ...elsewhere }, /the file's: it stands without/],
    [{ model: 'openai/x', litellm_credential_name: 'nobody' }, /there is no credential 'nobody'/],
    [{ model: 'groq/x', litellm_credential_name: 'house' }, /is for openai-compatible, not for groq/],
    [{ model: 'bedrock/x', aws_region_name: 'eu-west-1' }, /no identity of its own/],
    [{ model: 'bedrock/x', aws_role_name: 'arn:aws:iam::1:role/r', ...elsewhere }, /no identity of its own/],
    [{ model: 'bedrock/x', aws_profile_name: 'admin' }, /a profile is the machine's/],
    [{ model: 'vertex_ai/x', vertex_project: 'p', vertex_credentials: '/etc/passwd' }, /expected the JSON/],
    [{ model: 'vertex_ai/x', vertex_credentials: { type: 'external_account' } }, /others are for the file/],
    [
      { model: 'vertex_ai/x', vertex_credentials: { type: 'service_account', token_uri: 'https://evil.example/t' } },
      /token_uri is not Google's/,
    ],
    [{ model: 'azure/x', tenant_id: 't', client_id: 'c', ...elsewhere }, /client_secret is missing/],
  ];
  for (const [params, why] of refused) assert.match(off(params) ?? 'on', why, JSON.stringify(params));
});

test('a credential goes to its own provider and address', async () => {
  const file = await fileOf();
  const off = (params: Json) => verdictOf(file, { litellm_credential_name: 'acme', ...params }, {}, [ACME]).off;
  assert.equal(off({ model: 'openai/x' }), null);
  assert.equal(off({ model: 'openai/x', api_base: 'https://acme.example/v2' }), null);
  assert.match(off({ model: 'openai/x', api_base: 'https://evil.example' }) ?? '', /is for another address/);
  assert.match(off({ model: 'groq/x' }) ?? '', /is for openai, not for groq/);
});

test('what is wrong is named by its field, and keeps none of the others from their work', async () => {
  const file = await fileOf();
  const good = { id: 'good', model: 'new', params: { model: 'groq/y', api_key: 'gsk' }, info: {} };
  const bad = { ...good, id: 'bad', params: { ...good.params, rpm: 'many', weight: -1 } };
  const { configuration, deployments } = readStored(file, { ...NOTHING, deployments: [bad, good] }, options);
  assert.deepEqual(deployments.get('bad')?.faults, [
    'litellm_params.rpm: expected a whole number, 1 or greater',
    'litellm_params.weight: expected a number, 0 or greater',
  ]);
  const made = configuration.models.find(({ name }) => name === 'new');
  assert.deepEqual(
    made?.deployments.map(({ id }) => id),
    ['good'],
  );
  const blocked = readStored(file, { ...NOTHING, deployments: [{ ...good, info: { blocked: true } }] }, options);
  assert.equal(blocked.deployments.get('good')?.off, 'model_info.blocked');
  assert.deepEqual(blocked.configuration.models.find(({ name }) => name === 'new')?.deployments, []);
});

test('rpm is a limit, and a share beside a LiteLLM file', async () => {
  const deployments = [
    { id: 'a', model: 'new', params: { model: 'groq/a', api_key: 'k', rpm: 6 }, info: {} },
    { id: 'b', model: 'new', params: { model: 'groq/b', api_key: 'k', rpm: 3 }, info: {} },
  ];
  const read = (file: Configuration) =>
    readStored(file, { ...NOTHING, deployments }, options)
      .configuration.models.at(-1)
      ?.deployments.map(({ weight, limits }) => [weight, limits.rpm]);
  assert.deepEqual(read(await fileOf()), [
    [1, 6],
    [1, 3],
  ]);
  assert.deepEqual(read(await fileOf('model_list: []\n')), [
    [6, null],
    [3, null],
  ]);
});
