import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { MASTER_KEY } from '../support/gateway.ts';
import { gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import { openAiClient, refusalOf } from '../support/openai-client.ts';
import { answer, chatAnswer, type UpstreamRequest } from '../support/upstream.ts';

const ASK = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'hello' }] };
/** Another provider's: a client sends it along without meaning us. */
const FOREIGN = 'sk-proj-0123456789abcdefghij';

/** Every place that a key may stand in; the client's own header is left out where another is used. */
const spellings: Readonly<Record<string, (key: string) => Record<string, string | null>>> = {
  'Authorization: Bearer': (key) => ({ authorization: `Bearer ${key}` }),
  'authorization: bearer': (key) => ({ authorization: `bearer   ${key} ` }),
  'x-api-key': (key) => ({ authorization: null, 'x-api-key': key }),
  'api-key': (key) => ({ authorization: null, 'api-key': key }),
  'x-goog-api-key': (key) => ({ authorization: null, 'x-goog-api-key': key }),
  'x-litellm-api-key': (key) => ({ authorization: null, 'x-litellm-api-key': key }),
  'x-litellm-api-key with Bearer': (key) => ({ authorization: null, 'x-litellm-api-key': `Bearer ${key}` }),
  'beside a foreign Authorization': (key) => ({ authorization: `Bearer ${FOREIGN}`, 'x-api-key': key }),
  'beside an empty one': (key) => ({ authorization: null, 'x-api-key': '', 'api-key': key }),
  'beside Basic': (key) => ({ authorization: 'Basic dTpw', 'x-api-key': key }),
  'the same key twice': (key) => ({ authorization: `Bearer ${key}`, 'x-api-key': key }),
};

function chat(request: UpstreamRequest): Promise<void> {
  return answer(request, { body: chatAnswer('hi') });
}

test('a key is taken from every place where clients put it, and goes no further', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, chat);
  const virtual = await gateway.createKey({ key_alias: 'ours' });
  for (const key of [virtual, MASTER_KEY]) {
    for (const [name, headersOf] of Object.entries(spellings)) {
      const client = openAiClient(gateway, { apiKey: 'unused', defaultHeaders: headersOf(key) });
      const completion = await client.chat.completions.create(ASK);
      assert.equal(completion.choices[0]?.message.content, 'hi', name);
      const listed = await Array.fromAsync(client.models.list());
      assert.deepEqual(
        listed.map(({ id }) => id),
        ['gpt-4o'],
        name,
      );
      const sent = upstream.requests.at(-1)?.headers ?? {};
      assert.equal(sent.authorization, 'Bearer sk-upstream-secret', name);
      const values = JSON.stringify(sent);
      for (const secret of [key, FOREIGN]) assert.ok(!values.includes(secret), name);
    }
  }
  const count = Object.keys(spellings).length;
  assert.equal(upstream.requests.length, 2 * count);
  const rows = await spendRows(gateway);
  assert.equal(
    rows.filter(({ metadata }) => 'user_api_key_alias' in metadata && metadata.user_api_key_alias === 'ours').length,
    count,
  );
  for (const secret of [virtual, MASTER_KEY, FOREIGN]) {
    assert.ok(!JSON.stringify(rows).includes(secret));
    assert.ok(!(gateway.errors() + gateway.output()).includes(secret));
  }
});

test('what is no place for a key is none', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, chat);
  const refused = [
    { defaultHeaders: { authorization: MASTER_KEY } },
    { defaultHeaders: { authorization: `Basic ${MASTER_KEY}` } },
    { defaultHeaders: { authorization: null, 'x-key': MASTER_KEY } },
    { defaultHeaders: { authorization: null }, defaultQuery: { key: MASTER_KEY } },
    { defaultHeaders: { authorization: null, 'x-api-key': `${MASTER_KEY}x` } },
    { defaultHeaders: { authorization: null, 'x-api-key': MASTER_KEY.slice(0, -1) } },
  ];
  for (const options of refused) {
    const refusal = await refusalOf(openAiClient(gateway, options).chat.completions.create(ASK));
    assert.ok(refusal instanceof OpenAI.AuthenticationError, JSON.stringify(options));
  }
  assert.equal(upstream.requests.length, 0);
});

test('two different keys of ours are refused', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, chat);
  const apiKey = await gateway.createKey();
  const client = openAiClient(gateway, { apiKey, defaultHeaders: { 'x-api-key': MASTER_KEY } });
  const refusal = await refusalOf(client.chat.completions.create(ASK));
  assert.ok(refusal instanceof OpenAI.BadRequestError);
  assert.equal(refusal.code, 'conflicting_credentials');
  assert.equal(upstream.requests.length, 0);
});

test('a virtual key: its models, its limit of requests, its budget, its end', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, chat, { more: 'sandbox: on' });
  const clientOf = async (fields: Record<string, unknown>): Promise<OpenAI> =>
    openAiClient(gateway, { apiKey: await gateway.createKey(fields), maxRetries: 2 });

  const narrow = await clientOf({ models: ['sandbox/*'] });
  const denied = await refusalOf(narrow.chat.completions.create(ASK));
  assert.ok(denied instanceof OpenAI.PermissionDeniedError);
  assert.equal(denied.code, 'model_access_denied');
  const allowed = await narrow.chat.completions.create({ ...ASK, model: 'sandbox/echo' });
  assert.equal(allowed.choices[0]?.message.content, 'hello');

  const slow = openAiClient(gateway, { apiKey: await gateway.createKey({ rpm_limit: 1 }) });
  const { response } = await slow.chat.completions.create(ASK).withResponse();
  assert.equal(response.headers.get('x-ratelimit-limit-requests'), '1');
  assert.equal(response.headers.get('x-ratelimit-remaining-requests'), '0');
  const limited = await refusalOf(slow.chat.completions.create(ASK));
  assert.ok(limited instanceof OpenAI.RateLimitError);
  assert.ok(Number(limited.headers?.get('retry-after')) > 0);

  const poor = await clientOf({ max_budget: 0.000_001 });
  const spent = await refusalOf(poor.chat.completions.create({ ...ASK, max_tokens: 1_000 }));
  assert.deepEqual([spent.status, spent.code], [402, 'insufficient_quota']);
  assert.match(spent.message, /Budget has been exceeded! Current cost: /);
  assert.equal(spent.headers?.get('x-should-retry'), 'false');
  assert.equal(upstream.requests.length, 1);

  const apiKey = await gateway.createKey();
  const gone = openAiClient(gateway, { apiKey });
  assert.equal((await gone.chat.completions.create(ASK)).choices.length, 1);
  const deleted = await gateway.post('/key/delete', { keys: [apiKey] });
  assert.equal(deleted.status, 200, deleted.text);
  assert.ok((await refusalOf(gone.chat.completions.create(ASK))) instanceof OpenAI.AuthenticationError);
});
