import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { administrationOf } from '../support/administration.ts';
import { eventually } from '../support/gateway.ts';
import { chatBody, gatewayAndUpstream } from '../support/one-upstream.ts';
import { answer, chatAnswer } from '../support/upstream.ts';

type Refused = { readonly status: number; readonly param: string | null; readonly message: string };

async function scene(context: TestContext, more = '') {
  const hi = (request: Parameters<typeof answer>[0]) => answer(request, { body: chatAnswer('hi') });
  const { gateway, upstream } = await gatewayAndUpstream(context, hi, { more });
  const call = async (key: string | undefined, more: Readonly<Record<string, unknown>> = {}): Promise<Refused> => {
    const { status, text } = await gateway.post('/v1/chat/completions', chatBody(more), key);
    const { error } = JSON.parse(text) as { error?: { param: string | null; message: string } };
    return { status, param: error?.param ?? null, message: error?.message ?? '' };
  };
  return { gateway, upstream, call, ...administrationOf(gateway) };
}

test('a call that lacks what its key demands is refused by the name of what is missing', async (context) => {
  const { gateway, upstream, call, get, post } = await scene(context);
  const key = await gateway.createKey({ key_alias: 'careful', enforced_params: ['user', 'metadata.ticket'] });
  const { info } = (await get('/key/info', key)) as { info: { enforced_params: unknown } };
  assert.deepEqual(info.enforced_params, ['user', 'metadata.ticket']);
  const without = await call(key, { metadata: { ticket: 'T-1' } });
  assert.deepEqual([without.status, without.param], [400, 'user']);
  assert.match(without.message, /Missing required parameter: 'user'\. Requests of the key 'careful' must have it\./);
  for (const metadata of [undefined, {}, { ticket: '' }, { ticket: null }, 'ticket'])
    assert.deepEqual(
      (await call(key, { user: 'ann', ...(metadata === undefined ? {} : { metadata }) })).param ?? '',
      'metadata.ticket',
    );
  assert.equal(upstream.requests.length, 0, 'nothing went out');
  assert.equal((await call(key, { user: 'ann', metadata: { ticket: 'T-1' } })).status, 200);
  const messages = await gateway.post('/v1/messages', chatBody({ max_tokens: 5 }), key);
  assert.equal(messages.status, 400);
  assert.match(messages.text, /"type":"error".*Missing required parameter: 'user'/, "in the caller's dialect");

  await post('/key/update', { key, enforced_params: null });
  assert.equal((await call(key)).status, 200);
});

test("what a team demands holds for all of its keys, beside the key's own", async (context) => {
  const { gateway, call, get, post } = await scene(context);
  await post('/team/new', { team_id: 'payments', enforced_params: ['user'] });
  const key = await gateway.createKey({ team_id: 'payments', enforced_params: ['seed'] });
  assert.deepEqual([(await call(key, { user: 'ann' })).param, (await call(key, { seed: 0 })).param], ['seed', 'user']);
  assert.equal((await call(key, { user: 'ann', seed: 0 })).status, 200);
  const { team_info: team } = (await get('/team/info?team_id=payments')) as { team_info: { enforced_params: unknown } };
  assert.deepEqual(team.enforced_params, ['user']);
  await post('/team/update', { team_id: 'payments', enforced_params: [] });
  await eventually(async () => assert.equal((await call(key, { seed: 0 })).status, 200));
  assert.equal((await call(await gateway.createKey())).status, 200, 'nobody else is concerned');
});

test('what the configuration demands holds for every call, the administrator’s as well', async (context) => {
  const { gateway, call, upstream } = await scene(context, 'enforced_params: [metadata.ticket]');
  const key = await gateway.createKey({ enforced_params: ['user'] });
  const refused = await call(key, { user: 'ann' });
  assert.deepEqual([refused.status, refused.param], [400, 'metadata.ticket']);
  assert.match(refused.message, /Requests of this gateway must have it\./);
  assert.equal((await call(key, { metadata: { ticket: 'T-1' } })).param, 'user', "the key's own hold beside it");
  assert.equal((await call(undefined)).param, 'metadata.ticket');
  assert.equal(upstream.requests.length, 0, 'nothing went out');
  assert.equal((await call(key, { user: 'ann', metadata: { ticket: 'T-1' } })).status, 200);
});

test('names that are none are refused where they are given', async (context) => {
  const { refused } = await scene(context);
  for (const enforced_params of ['user', [''], ['a..b'], ['.a'], ['a b'], [1]])
    for (const path of ['/key/generate', '/team/new']) {
      const [status, message] = await refused(path, { enforced_params });
      assert.deepEqual([status, /enforced_params/.test(message)], [400, true], `${path} ${message}`);
    }
});
