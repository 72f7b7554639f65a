import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { eventually, startGateway, temporaryFolder } from '../support/gateway.ts';
import { ALLOWED, modelAt, modelsApiOf, type Shown, startModelsApi } from '../support/models-api.ts';
import { type PostgresServer, postgresMissing, startPostgres } from '../support/postgres.ts';
import { answer, chatAnswer, startUpstream } from '../support/upstream.ts';

const PLANTED = ['sk-planted-credential-0a1b2c3d', 'sk-planted-entry-4e5f6a7b', 'planted-header-8c9d0e1f'] as const;
const [OF_CREDENTIAL, OF_ENTRY, OF_HEADER] = PLANTED;

test('a model’s life: made, called, changed, fallen back from, deleted; kept over a restart', async (context) => {
  const data = temporaryFolder(context);
  const { gateway, upstream, done, send, call } = await startModelsApi(context, { data, env: { LOG_LEVEL: 'debug' } });
  const said: string[] = [];
  const keyed = async (model: string): Promise<string | undefined> => {
    assert.equal(await call(model), 200);
    return upstream.requests.at(-1)?.headers.authorization;
  };
  await done('POST', '/credentials', {
    credential_name: 'acme',
    credential_values: { api_key: OF_CREDENTIAL, api_base: upstream.url },
    credential_info: { custom_llm_provider: 'openai' },
  });
  const made = await done('POST', '/model/new', {
    model_name: 'fast',
    litellm_params: { model: 'openai/small', litellm_credential_name: 'acme' },
    model_info: { id: 'fast-1' },
  });
  assert.deepEqual([made['model_id'], made['notices']], ['fast-1', undefined]);
  assert.equal(await keyed('fast'), `Bearer ${OF_CREDENTIAL}`);
  assert.equal((JSON.parse(upstream.requests.at(-1)?.body ?? '{}') as Shown)['model'], 'small');

  await done('PATCH', '/model/fast-1/update', { litellm_params: { model: 'openai/large' } });
  assert.equal(await keyed('fast'), `Bearer ${OF_CREDENTIAL}`);
  assert.equal((JSON.parse(upstream.requests.at(-1)?.body ?? '{}') as Shown)['model'], 'large');

  const headers = { extra_headers: { 'x-team': OF_HEADER } };
  await done(
    'POST',
    '/model/new',
    modelAt(upstream.url, 'spare', { api_key: OF_ENTRY, ...headers }, { id: 'spare-1' }),
  );
  await done('POST', '/fallback', { model: 'fast', fallback_models: ['spare'] });
  await done('POST', '/model/block', { model_id: 'fast-1' });
  assert.equal(await keyed('fast'), `Bearer ${OF_ENTRY}`, 'blocked: the other one answers');
  assert.equal(upstream.requests.at(-1)?.headers['x-team'], OF_HEADER);
  await done('POST', '/model/unblock', { model_id: 'fast-1' });
  assert.equal(await keyed('fast'), `Bearer ${OF_CREDENTIAL}`);

  const moved = await done('PATCH', '/model/spare-1/update', { litellm_params: { api_base: `${upstream.url}/../v2` } });
  assert.equal(moved['notices'], undefined, 'the same host: the key goes along');
  const elsewhere = upstream.url.replace('127.0.0.1', '127.0.0.1.');
  said.push((await send('PATCH', '/model/spare-1/update', { litellm_params: { api_base: elsewhere } })).text);
  said.push((await send('POST', '/model/new', { ...modelAt('http://10.0.0.1', 'x', { api_key: OF_ENTRY }) })).text);
  said.push((await send('POST', '/model/new', `{"model_name": "x", "litellm_params": "${OF_ENTRY}`)).text);
  for (const path of [
    '/model/info',
    '/v2/model/info',
    '/credentials',
    '/credentials/by_name/acme',
    '/health',
    '/audit',
  ])
    said.push((await send('GET', path)).text);
  for (const path of ['/credentials/by_model/spare-1', '/metrics', '/openapi.json', '/spend/logs', '/v1/models'])
    said.push((await send('GET', path)).text);

  await gateway.stop();
  const again = modelsApiOf(await startGateway(context, { data, env: { ...ALLOWED, LOG_LEVEL: 'debug' } }));
  assert.equal(await again.call('fast'), 200);
  assert.equal(upstream.requests.at(-1)?.headers.authorization, `Bearer ${OF_CREDENTIAL}`);
  assert.equal((await again.refused('DELETE', '/credentials/acme')).status, 409);
  await again.done('POST', '/model/delete', { id: 'fast-1' });
  await again.done('DELETE', '/credentials/acme');
  assert.equal(await again.call('fast'), 404);
  assert.equal((await again.refused('GET', '/credentials/by_name/acme')).status, 404);
  assert.equal((await again.refused('POST', '/model/delete', { id: 'fast-1' })).status, 404);
  await again.gateway.stop();

  const logs = [gateway, again.gateway].flatMap((each) => [each.output(), each.errors()]);
  const files = globSync('**/*', { cwd: data, withFileTypes: true }).filter((entry) => entry.isFile());
  const kept = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
  assert.ok(kept.length > 0);
  for (const text of [...said, ...logs, ...kept])
    for (const planted of PLANTED) assert.equal(text.includes(planted), false, text.slice(0, 200));
});

test('a key that is dropped with its address is not sent to the new one', async (context) => {
  const { upstream, done, call } = await startModelsApi(context);
  const other = await startUpstream(context, (request) => answer(request, { body: chatAnswer('hi') }));
  await done('POST', '/model/new', modelAt(upstream.url, 'm', { api_key: OF_ENTRY }, { id: 'm-1' }));
  const moved = await done('POST', '/model/update', {
    model_info: { id: 'm-1' },
    litellm_params: { api_base: other.url },
  });
  assert.deepEqual(moved['notices'], ['litellm_params.api_key was dropped: it was for another address; send it again']);
  assert.equal(await call('m'), 200);
  assert.equal(other.requests[0]?.headers.authorization, undefined);
  await done('PATCH', '/model/m-1/update', { litellm_params: { api_base: upstream.url, api_key: OF_CREDENTIAL } });
  const shown = await done('PATCH', '/model/m-1/update', { litellm_params: { api_key: '****2c3d', rpm: 9 } });
  assert.deepEqual((shown['litellm_params'] as Shown)['api_key'], '****2c3d', 'a mask stands for what it masks');
  assert.equal(await call('m'), 200);
  assert.equal(upstream.requests.at(-1)?.headers.authorization, `Bearer ${OF_CREDENTIAL}`);
});

test('in force in every worker when it is answered', async (context) => {
  const { upstream, done, call } = await startModelsApi(context, { args: ['--workers', '2'] });
  const calls = async (): Promise<number[]> => {
    const statuses = await Promise.all(Array.from({ length: 8 }, () => call('shared')));
    return [...new Set(statuses)];
  };
  for (let round = 0; round < 3; round++) {
    const { model_id: id } = await done('POST', '/model/new', modelAt(upstream.url, 'shared'));
    // A worker that hangs for 100 ms is not waited for; what it knows then, it knows a moment later.
    await eventually(async () => assert.deepEqual(await calls(), [200]));
    await done('POST', '/model/delete', { id });
    await eventually(async () => assert.deepEqual(await calls(), [404]));
  }
});

suite('models of several instances', { skip: postgresMissing() }, () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.stop());

  test('what one makes, the other calls', async (context) => {
    const url = await server.createDatabase();
    const env = { DATABASE_URL: url, WAYBILL_SECRET_KEY: 'one-secret-of-thirty-two-letters!' };
    const one = await startModelsApi(context, { env });
    const other = modelsApiOf(await startGateway(context, { env: { ...ALLOWED, ...env } }));
    await one.done('POST', '/model/new', modelAt(one.upstream.url, 'm', { api_key: OF_ENTRY }, { id: 'm-1' }));
    await eventually(async () => assert.equal(await other.call('m'), 200));
    assert.equal(one.upstream.requests.at(-1)?.headers.authorization, `Bearer ${OF_ENTRY}`);
    await other.done('POST', '/model/delete', { id: 'm-1' });
    await eventually(async () => assert.equal(await one.call('m'), 404));
  });
});
