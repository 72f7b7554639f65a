import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { administrationOf } from '../support/administration.ts';
import { eventually, type Gateway, MASTER_KEY, startGateway } from '../support/gateway.ts';
import { chatBody, gatewayAndUpstream } from '../support/one-upstream.ts';
import {
  answer,
  chatAnswer,
  chatChunk,
  DONE,
  startStream,
  type UpstreamRequest,
  usageChunk,
  write,
} from '../support/upstream.ts';

type Json = Readonly<Record<string, unknown>>;
type Side = { readonly body: Json; readonly bytes: number; readonly cut: boolean };
type Content = {
  readonly state: string;
  readonly prompts: string;
  readonly mode?: string;
  readonly request?: Side;
  readonly answer?: Side | null;
  readonly as_chat?: { readonly request: Json | null; readonly answer: Json | null };
};

const SAID = 'my mother lives at 12 Elm Street';

const script = async (request: UpstreamRequest): Promise<void> => {
  if (JSON.parse(request.body.toString()).stream !== true)
    return answer(request, { body: chatAnswer('It is a fine street.') });
  startStream(request);
  await write(request.socket, chatChunk('It is a '));
  await write(request.socket, chatChunk('fine street.'));
  await write(request.socket, chatChunk('', { finish_reason: 'stop' }));
  await write(request.socket, usageChunk(10, 5) + DONE);
  request.socket.end();
};

const keeping = (settings: string) => ({ more: `defaults: { request_log: { ${settings} } }` });

async function ask(
  gateway: Gateway,
  more: Json = {},
  key?: string,
  headers: Record<string, string> = {},
): Promise<string> {
  const body = chatBody({ messages: [{ role: 'user', content: SAID }], max_tokens: 50, ...more });
  const called = await gateway.post('/v1/chat/completions', body, key, headers);
  assert.equal(called.status, 200, called.text);
  return called.headers.get('x-generation-id') ?? '';
}

async function contentOf(gateway: Gateway, id: string, key?: string): Promise<Content> {
  const { status, text } = await gateway.get(`/reports/content/${id}`, key);
  assert.equal(status, 200, text);
  return JSON.parse(text) as Content;
}

test('nothing is kept unless it is asked for', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, script);
  const id = await ask(gateway);
  assert.deepEqual(await contentOf(gateway, id), { id, state: 'not_kept', prompts: 'off' });
  const [row] = JSON.parse((await gateway.get(`/spend/logs?request_id=${id}`)).text) as Json[];
  assert.deepEqual([row?.['messages'], row?.['response']], [{}, {}]);
  assert.equal((await gateway.get(`/api/v1/generation/content?id=${id}`)).status, 404);
  await gateway.stop();
  for (const file of readdirSync(gateway.data, { recursive: true, withFileTypes: true })) {
    if (file.isFile()) assert.ok(!readFileSync(join(file.parentPath, file.name)).includes('Elm Street'), file.name);
  }
});

test('full: the request as it came and the answer, at our door, LiteLLM’s and OpenRouter’s', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, script, keeping('prompts: full'));
  const id = await ask(gateway);
  const content = await contentOf(gateway, id);
  assert.deepEqual([content.state, content.mode, content.prompts], ['kept', 'full', 'full']);
  assert.deepEqual(content.request?.body, {
    model: 'gpt-4o',
    messages: [{ role: 'user', content: SAID }],
    max_tokens: 50,
  });
  assert.equal(content.answer?.cut, false);
  assert.match(JSON.stringify(content.answer?.body), /It is a fine street\./);

  const [row] = JSON.parse((await gateway.get(`/spend/logs?request_id=${id}`)).text) as Json[];
  assert.deepEqual(row?.['messages'], [{ role: 'user', content: SAID }]);
  assert.deepEqual(row?.['response'], content.answer?.body);
  const one = JSON.parse((await gateway.get(`/spend/logs/ui/${id}`)).text) as Json;
  assert.deepEqual(one['proxy_server_request'], content.request?.body);
  const theirs = JSON.parse((await gateway.get(`/api/v1/generation/content?id=${id}`)).text) as Json;
  assert.deepEqual(theirs, {
    data: {
      input: { messages: [{ role: 'user', content: SAID }] },
      output: { completion: 'It is a fine street.', reasoning: null },
      error: null,
    },
  });
});

test('a stream is kept as the answer that it comes to, in the dialect of its client', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, script, keeping('prompts: full'));
  const plain = await contentOf(gateway, await ask(gateway, { stream: true }));
  assert.match(JSON.stringify(plain.answer?.body), /"content":"It is a fine street\."/);
  assert.equal(plain.answer?.cut, false);

  const asked = { model: 'gpt-4o', system: 'Be kind.', max_tokens: 50, messages: [{ role: 'user', content: SAID }] };
  const called = await gateway.post('/v1/messages', { ...asked, stream: true });
  const other = await contentOf(gateway, called.headers.get('x-generation-id') ?? '');
  assert.deepEqual(other.request?.body, { ...asked, stream: true });
  assert.equal(other.answer?.body['type'], 'message');
  assert.match(JSON.stringify(other.answer?.body), /"text":"It is a fine street\."/);
  assert.deepEqual(other.as_chat?.request?.['messages'], [
    { role: 'system', content: 'Be kind.' },
    { role: 'user', content: SAID },
  ]);
  const { data } = JSON.parse(
    (await gateway.get(`/api/v1/generation/content?id=${called.headers.get('x-generation-id')}`)).text,
  ) as { data: { output: Json } };
  assert.equal(data.output['completion'], 'It is a fine street.');
});

test('redacted: structure, roles, parameters and names of tools, and no word', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, script, keeping('prompts: redacted'));
  const parameters = { type: 'object', properties: { street: { type: 'string', description: 'secret street' } } };
  const tools = [{ type: 'function', function: { name: 'find_street', description: 'secret', parameters } }];
  const content = await contentOf(gateway, await ask(gateway, { tools, temperature: 0.5 }));
  assert.equal(content.mode, 'redacted');
  assert.deepEqual(content.request?.body, {
    model: 'gpt-4o',
    messages: [{ role: 'user', content: `[${SAID.length} characters]` }],
    max_tokens: 50,
    tools: [
      {
        type: 'function',
        function: {
          name: 'find_street',
          description: '[6 characters]',
          parameters: {
            type: 'object',
            properties: { street: { type: 'string', description: '[13 characters]' } },
          },
        },
      },
    ],
    temperature: 0.5,
  });
  assert.doesNotMatch(JSON.stringify(content), /fine street|Elm|secret/);
});

test('key, team and request let less be kept, and nobody but the operator more', async (context) => {
  const { gateway } = await gatewayAndUpstream(
    context,
    script,
    keeping('prompts: redacted, prompts_teams: { open: full, closed: off }'),
  );
  const { post } = administrationOf(gateway);
  for (const team of ['open', 'closed', 'shy']) {
    await post('/team/new', { team_id: team, ...(team === 'shy' ? { metadata: { keep_prompts: 'off' } } : {}) });
  }
  const modeOf = async (key?: string, more: Json = {}, headers: Record<string, string> = {}) =>
    (await contentOf(gateway, await ask(gateway, more, key, headers))).mode ?? 'off';
  const of = (fields: Json): Promise<string> => gateway.createKey(fields);
  assert.equal(await modeOf(), 'redacted');
  assert.equal(await modeOf(await of({ metadata: { keep_prompts: 'full' } })), 'redacted');
  assert.equal(await modeOf(await of({ metadata: { keep_prompts: 'off' } })), 'off');
  assert.equal(await modeOf(await of({ team_id: 'open' })), 'full');
  assert.equal(await modeOf(await of({ team_id: 'open', metadata: { turn_off_message_logging: true } })), 'redacted');
  assert.equal(await modeOf(await of({ team_id: 'closed' })), 'off');
  assert.equal(await modeOf(await of({ team_id: 'shy' })), 'off');
  const open = await of({ team_id: 'open' });
  assert.equal(await modeOf(open, {}, { 'x-waybill-no-log': '1' }), 'off');
  assert.equal(await modeOf(open, {}, { 'x-litellm-enable-message-redaction': 'true' }), 'redacted');
  assert.equal(await modeOf(open, {}, { 'litellm-disable-message-redaction': 'true' }), 'full');
  assert.equal(await modeOf(open, { 'no-log': true }), 'off');
});

test('what is too long is cut and says so, and stays JSON', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, script, keeping('prompts: full, prompts_max_bytes: 2KiB'));
  const image = `data:image/png;base64,${'A'.repeat(50_000)}`;
  const messages = [
    {
      role: 'user',
      content: [
        { type: 'text', text: SAID },
        { type: 'image_url', image_url: { url: image } },
      ],
    },
  ];
  const { request } = await contentOf(gateway, await ask(gateway, { messages }));
  assert.equal(request?.cut, true);
  assert.ok((request?.bytes ?? 0) > 50_000);
  assert.ok(JSON.stringify(request?.body).length <= 2_048);
  assert.match(JSON.stringify(request?.body), /12 Elm Street.*more characters/);
});

test('no credential is kept: not of a header, not of a member, not what looks like a key', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, script, keeping('prompts: full'));
  const [key, member, token] = [await gateway.createKey(), 'planted-member-0123456789', 'planted-token-0123456789'];
  const tools = [{ type: 'mcp', server_url: 'https://tools.example', headers: { 'x-token': token } }];
  const messages = [{ role: 'user', content: `use ${key} please` }];
  const id = await ask(gateway, { api_key: member, tools, messages }, key, { 'x-secret': 'planted-header-0123456789' });
  const content = JSON.stringify(await contentOf(gateway, id));
  assert.match(content, /please/);
  for (const secret of [key, member, token, 'planted-header']) assert.ok(!content.includes(secret), secret);
});

test('who reads it: callers their own, operators all and on the record, administrators where the file lets them', async (context) => {
  for (const readers of ['own', 'tenant'] as const) {
    const { gateway } = await gatewayAndUpstream(
      context,
      script,
      keeping(`prompts: full, prompts_readers: ${readers}`),
    );
    const { post } = administrationOf(gateway);
    for (const user of ['chief', 'one', 'other', 'stranger'])
      await post('/user/new', { user_id: user, auto_create_key: false });
    await post('/user/new', { user_id: 'viewer', user_role: 'proxy_admin_viewer', auto_create_key: false });
    for (const team of ['a', 'b']) await post('/team/new', { team_id: team });
    const members = [
      { role: 'admin', user_id: 'chief' },
      { role: 'user', user_id: 'one' },
      { role: 'user', user_id: 'other' },
    ];
    await post('/team/member_add', { team_id: 'a', member: members });
    await post('/team/member_add', { team_id: 'b', member: [{ role: 'admin', user_id: 'stranger' }] });
    const keys = Object.fromEntries(
      await Promise.all(
        ['chief', 'one', 'other', 'stranger', 'viewer'].map(async (user) => {
          const team = user === 'viewer' ? {} : { team_id: user === 'stranger' ? 'b' : 'a' };
          return [user, await gateway.createKey({ user_id: user, ...team })] as const;
        }),
      ),
    );
    const id = await ask(gateway, {}, keys['one']);
    const stateOf = async (user: string): Promise<string | number> => {
      const { status, text } = await gateway.get(`/reports/content/${id}`, keys[user]);
      return status === 200 ? (JSON.parse(text) as Content).state : status;
    };
    assert.equal(await stateOf('one'), 'kept');
    assert.equal(await stateOf('chief'), readers === 'tenant' ? 'kept' : 'withheld');
    assert.equal(await stateOf('other'), 404);
    assert.equal(await stateOf('stranger'), 404);
    assert.equal(await stateOf('viewer'), 'withheld');
    for (const user of ['other', 'stranger', 'viewer']) {
      assert.equal((await gateway.get(`/api/v1/generation/content?id=${id}`, keys[user])).status, 404);
      assert.doesNotMatch((await gateway.get(`/spend/logs?request_id=${id}`, keys[user])).text, /Elm/);
      assert.doesNotMatch((await gateway.get(`/spend/logs/ui/${id}`, keys[user])).text, /Elm/);
    }
    const readings = async (): Promise<number> => {
      const { text } = await gateway.get(`/audit?object_id=${id}`);
      return (text.match(/"content\.read"/g) ?? []).length;
    };
    const before = await readings();
    assert.equal(before, readers === 'tenant' ? 1 : 0);
    assert.equal((await contentOf(gateway, id)).state, 'kept');
    assert.equal(await readings(), before + 1);
  }
});

test('it leaves when its time is over, and its call stays', async (context) => {
  const chat = { model: 'sandbox/echo', messages: [{ role: 'user', content: SAID }] };
  const config = (settings: string) => `version: 1\nsandbox: true\ndefaults: { request_log: { ${settings} } }\n`;
  const first = await startGateway(context, { config: config('prompts: full') });
  const id = (await first.post('/v1/chat/completions', chat)).headers.get('x-generation-id') ?? '';
  assert.equal((await contentOf(first, id)).state, 'kept');
  await first.stop();
  const next = await startGateway(context, { data: first.data, config: config('prompts_retention: 1ms') });
  await eventually(async () => assert.equal((await contentOf(next, id)).state, 'not_kept'));
});

test('a LiteLLM file keeps prompts as it says', async (context) => {
  const config = (more: string) => `model_list:
  - { model_name: echo, litellm_params: { model: openai/x, mock_response: hello, api_key: sk-none } }
general_settings: { store_prompts_in_spend_logs: true }
${more}`;
  const modeWith = async (scope: TestContext, more: string): Promise<string | undefined> => {
    const gateway = await startGateway(scope, { config: config(more) });
    const called = await gateway.post('/v1/chat/completions', {
      model: 'echo',
      messages: [{ role: 'user', content: SAID }],
    });
    return (await contentOf(gateway, called.headers.get('x-generation-id') ?? '')).mode;
  };
  assert.equal(await modeWith(context, ''), 'full');
  assert.equal(await modeWith(context, 'litellm_settings: { turn_off_message_logging: true }\n'), 'redacted');
});

test('each dialect’s stream is kept as that dialect’s plain answer', async (context) => {
  const gateway = await startGateway(context, {
    config: 'version: 1\nsandbox: true\ndefaults: { request_log: { prompts: full } }\n',
  });
  const messages = [{ role: 'user', content: SAID }];
  const asked: readonly (readonly [path: string, body: Json, holds: RegExp])[] = [
    ['/v1/chat/completions', { model: 'sandbox/echo', messages, stream: true }, /"object":"chat.completion"/],
    [
      '/v1/responses',
      { model: 'sandbox/echo', input: SAID, stream: true },
      /"object":"response".*"status":"completed"/,
    ],
    ['/v1/messages', { model: 'sandbox/echo', messages, max_tokens: 50, stream: true }, /"type":"message"/],
    [
      '/v1beta/models/sandbox%2Fecho:streamGenerateContent?alt=sse',
      { contents: [{ role: 'user', parts: [{ text: SAID }] }] },
      /"candidates":/,
    ],
    ['/api/chat', { model: 'sandbox/echo', messages }, /"done":true/],
    ['/v1/completions', { model: 'sandbox/echo', prompt: SAID, stream: true }, /"object":"text_completion"/],
  ];
  for (const [path, body, holds] of asked) {
    const called = await gateway.post(path, body);
    assert.equal(called.status, 200, `${path}: ${called.text}`);
    const content = await contentOf(gateway, called.headers.get('x-generation-id') ?? '');
    assert.match(JSON.stringify(content.answer?.body), holds, path);
    assert.match(JSON.stringify(content.answer?.body), /Elm Street/, path);
    assert.match(JSON.stringify(content.as_chat?.request?.['messages']), /"role":"user".*Elm Street/, path);
    assert.match(JSON.stringify(content.as_chat?.answer?.['choices']), /Elm Street/, path);
  }
});

test('several processes keep theirs in one place', async (context) => {
  const config = 'version: 1\nsandbox: true\ndefaults: { request_log: { prompts: full } }\n';
  const gateway = await startGateway(context, { config, args: ['--workers', '2'] });
  const chat = { model: 'sandbox/echo', messages: [{ role: 'user', content: SAID }] };
  const ids = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const called = await gateway.post('/v1/chat/completions', chat);
      return called.headers.get('x-generation-id') ?? '';
    }),
  );
  for (const id of ids) await eventually(async () => assert.equal((await contentOf(gateway, id)).state, 'kept'));
});

test('a reload is heeded from the next call on', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, script, keeping('prompts: off'));
  assert.equal((await contentOf(gateway, await ask(gateway))).state, 'not_kept');
  const file = gateway.configFile ?? '';
  writeFileSync(file, readFileSync(file, 'utf8').replace('prompts: off', 'prompts: full'));
  gateway.child.kill('SIGHUP');
  await eventually(async () => assert.equal((await contentOf(gateway, await ask(gateway))).state, 'kept'));
});

test('a stream whose client left is kept as far as it came', async (context) => {
  const { gateway } = await gatewayAndUpstream(
    context,
    async (request) => {
      startStream(request);
      await write(request.socket, chatChunk('It is a '));
    },
    keeping('prompts: full'),
  );
  const abort = new AbortController();
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${MASTER_KEY}` },
    body: chatBody({ stream: true }),
    signal: abort.signal,
  });
  const reader = response.body?.getReader();
  await reader?.read();
  abort.abort();
  await reader?.read().catch(() => undefined);
  const id = response.headers.get('x-generation-id') ?? '';
  await eventually(async () => {
    const { status, text } = await gateway.get(`/reports/content/${id}`);
    assert.equal(status, 200);
    assert.match(text, /It is a /);
  });
});
