import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isJsonObject, type JsonObject, systemClock } from '../../std/index.ts';
import { type CallOptions, type Recording, send, sleep } from '../transport-fixture.ts';
import { openSandbox } from './sandbox.ts';
import { sandboxModels } from './sandbox-models.ts';

const sandbox = openSandbox({ clock: systemClock });
const SAY_HELLO = [
  { role: 'system', content: 'be brief' },
  { role: 'user', content: 'first' },
  { role: 'assistant', content: 'one' },
  { role: 'user', content: 'hello there, wide world' },
];

function call(path: string, body: unknown, options: CallOptions = {}): Recording {
  return send(sandbox, 'http://sandbox.invalid', {
    ...options,
    path: `/v1${path}`,
    body: Buffer.from(JSON.stringify(body)),
  });
}

async function plain(path: string, body: unknown): Promise<JsonObject> {
  const answer = call(path, body);
  await answer.done;
  assert.equal(answer.status, 200, answer.text());
  assert.equal(answer.header('content-type'), 'application/json');
  const parsed: unknown = JSON.parse(answer.text());
  assert.ok(isJsonObject(parsed));
  return parsed;
}

async function events(path: string, body: Record<string, unknown>): Promise<readonly JsonObject[]> {
  const answer = call(path, { ...body, stream: true });
  await answer.done;
  assert.equal(answer.header('content-type'), 'text/event-stream; charset=utf-8');
  const lines = answer.text().split('\n\n');
  assert.equal(lines.at(-2), 'data: [DONE]');
  assert.equal(lines.at(-1), '');
  return lines.slice(0, -2).map((line) => JSON.parse(line.replace(/^data: /, '')));
}

/** What is at a path: `at(answer, 'choices.0.message.content')`. */
function at(value: unknown, path: string): unknown {
  let found: unknown = value;
  for (const part of path.split('.'))
    found = Array.isArray(found) ? found[Number(part)] : isJsonObject(found) ? found[part] : undefined;
  return found;
}

test('echo answers with the last user message, in the shape of OpenAI', async () => {
  const answer = await plain('/chat/completions', { model: 'echo', messages: SAY_HELLO });
  assert.match(String(answer['id']), /^chatcmpl-[0-9A-Za-z]{29}$/);
  assert.equal(answer['object'], 'chat.completion');
  assert.equal(answer['model'], 'echo');
  assert.ok(Math.abs(Number(answer['created']) - Date.now() / 1000) < 5);
  assert.equal(at(answer, 'choices.0.message.role'), 'assistant');
  assert.equal(at(answer, 'choices.0.message.content'), 'hello there, wide world');
  assert.equal(at(answer, 'choices.0.finish_reason'), 'stop');
  assert.deepEqual(answer['usage'], { prompt_tokens: 11, completion_tokens: 6, total_tokens: 17 });
});

test('a tool message after the user, and content in parts', async () => {
  const messages = [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'look' },
        { type: 'image_url', image_url: { url: 'https://x.example' } },
        { type: 'text', text: 'here' },
      ],
    },
    { role: 'assistant', content: null, tool_calls: [] },
    { role: 'tool', tool_call_id: 'c', content: 'result' },
  ];
  assert.equal(
    at(await plain('/chat/completions', { model: 'sandbox/echo', messages }), 'choices.0.message.content'),
    'look\nhere',
  );
});

test('the streamed answer says the same, with usage only where it is asked for', async () => {
  const asked = await events('/chat/completions', {
    model: 'echo',
    messages: SAY_HELLO,
    stream_options: { include_usage: true },
  });
  const text = asked.map((event) => at(event, 'choices.0.delta.content') ?? '').join('');
  assert.equal(text, 'hello there, wide world');
  assert.equal(at(asked[0], 'choices.0.delta.role'), 'assistant');
  assert.equal(at(asked.at(-2), 'choices.0.finish_reason'), 'stop');
  assert.deepEqual(at(asked.at(-1), 'choices'), []);
  assert.deepEqual(at(asked.at(-1), 'usage'), { prompt_tokens: 11, completion_tokens: 6, total_tokens: 17 });
  assert.ok(asked.slice(0, -1).every((event) => event['usage'] === null));
  assert.equal(new Set(asked.map((event) => event['id'])).size, 1);
  const unasked = await events('/chat/completions', { model: 'echo', messages: SAY_HELLO });
  assert.ok(unasked.every((event) => !('usage' in event)));
});

test('limits, stops and several choices', async () => {
  const limited = await plain('/chat/completions', { model: 'echo', messages: SAY_HELLO, max_tokens: 2 });
  assert.equal(at(limited, 'choices.0.message.content'), 'hello th');
  assert.equal(at(limited, 'choices.0.finish_reason'), 'length');
  assert.equal(at(limited, 'usage.completion_tokens'), 2);
  const newer = await plain('/chat/completions', { model: 'echo', messages: SAY_HELLO, max_completion_tokens: 1 });
  assert.equal(at(newer, 'choices.0.message.content'), 'hell');
  const stopped = await plain('/chat/completions', { model: 'echo', messages: SAY_HELLO, stop: ['wide', ','] });
  assert.equal(at(stopped, 'choices.0.message.content'), 'hello there');
  const many = await plain('/chat/completions', { model: 'echo', messages: SAY_HELLO, n: 3 });
  assert.equal((many['choices'] as unknown[]).length, 3);
  assert.equal(at(many, 'choices.2.index'), 2);
  assert.equal(at(many, 'usage.completion_tokens'), 18);
  const streamed = await events('/chat/completions', { model: 'echo', messages: SAY_HELLO, n: 2 });
  for (const index of [0, 1]) {
    const mine = streamed.filter((event) => at(event, 'choices.0.index') === index);
    assert.equal(mine.map((event) => at(event, 'choices.0.delta.content') ?? '').join(''), 'hello there, wide world');
  }
});

test('a limit never cuts a character in two', async () => {
  const answer = await plain('/chat/completions', {
    model: 'echo',
    messages: [{ role: 'user', content: 'ééé€' }],
    max_tokens: 2,
  });
  assert.equal(at(answer, 'choices.0.message.content'), 'ééé');
});

const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    parameters: {
      type: 'object',
      properties: {
        city: { type: 'string' },
        unit: { enum: ['celsius', 'fahrenheit'] },
        days: { type: 'integer', minimum: 1 },
        note: { type: 'string' },
      },
      required: ['city', 'unit', 'days'],
    },
  },
};

test('tools calls the first tool, or the one that is named, with arguments its schema allows', async () => {
  const body = {
    model: 'tools',
    messages: SAY_HELLO,
    tools: [weather, { type: 'function', function: { name: 'other' } }],
  };
  const answer = await plain('/chat/completions', body);
  assert.equal(at(answer, 'choices.0.finish_reason'), 'tool_calls');
  assert.equal(at(answer, 'choices.0.message.content'), null);
  assert.equal(at(answer, 'choices.0.message.tool_calls.0.function.name'), 'get_weather');
  assert.equal(
    at(answer, 'choices.0.message.tool_calls.0.function.arguments'),
    '{"city":"text","unit":"celsius","days":1}',
  );
  const named = await plain('/chat/completions', {
    ...body,
    tool_choice: { type: 'function', function: { name: 'other' } },
  });
  assert.equal(at(named, 'choices.0.message.tool_calls.0.function.name'), 'other');
  assert.equal(at(named, 'choices.0.message.tool_calls.0.function.arguments'), '{}');
  const streamed = await events('/chat/completions', body);
  const calls = streamed.map((event) => at(event, 'choices.0.delta.tool_calls.0')).filter(isJsonObject);
  assert.equal(at(calls[0], 'function.name'), 'get_weather');
  assert.equal(
    calls.map((part) => at(part, 'function.arguments')).join(''),
    '{"city":"text","unit":"celsius","days":1}',
  );
});

test('tools without tools, forbidden, or after the tool has answered, talks', async () => {
  const none = await plain('/chat/completions', { model: 'tools', messages: SAY_HELLO });
  assert.equal(at(none, 'choices.0.message.content'), 'No tool was offered.');
  const forbidden = await plain('/chat/completions', {
    model: 'tools',
    messages: SAY_HELLO,
    tools: [weather],
    tool_choice: 'none',
  });
  assert.equal(at(forbidden, 'choices.0.finish_reason'), 'stop');
  const after = await plain('/chat/completions', {
    model: 'tools',
    messages: [...SAY_HELLO, { role: 'tool', tool_call_id: 'c', content: '21 degrees' }],
    tools: [weather],
  });
  assert.equal(at(after, 'choices.0.message.content'), 'The tool answered: 21 degrees');
});

test('a response format is kept', async () => {
  const format = {
    type: 'json_schema',
    json_schema: {
      name: 'x',
      schema: {
        type: 'object',
        properties: { ok: { type: 'boolean' }, list: { type: 'array', items: { type: 'number' }, minItems: 2 } },
        required: ['ok', 'list'],
      },
    },
  };
  const answer = await plain('/chat/completions', { model: 'echo', messages: SAY_HELLO, response_format: format });
  assert.equal(at(answer, 'choices.0.message.content'), '{"ok":false,"list":[0,0]}');
  const object = await plain('/chat/completions', {
    model: 'echo',
    messages: SAY_HELLO,
    response_format: { type: 'json_object' },
  });
  assert.deepEqual(JSON.parse(String(at(object, 'choices.0.message.content'))), { answer: 'hello there, wide world' });
});

test('lorem is written at 20 words a second, and stops when nobody wants it', async () => {
  const times: number[] = [];
  const answer = call(
    '/chat/completions',
    { model: 'lorem', messages: SAY_HELLO, stream: true },
    { onData: () => times.push(performance.now()) },
  );
  await sleep(560);
  answer.handle.abort();
  assert.equal(answer.failure?.kind, 'aborted');
  const seen = answer.chunks.length;
  assert.ok(seen >= 9 && seen <= 13, `${seen} events in 560 ms`);
  await sleep(120);
  assert.equal(answer.chunks.length, seen);
  const whole = await plain('/chat/completions', { model: 'lorem', messages: SAY_HELLO, max_tokens: 5 });
  assert.equal(at(whole, 'choices.0.message.content'), 'Lorem ipsum dolor si');
});

test('a paused stream waits', async () => {
  const answer = call(
    '/chat/completions',
    { model: 'echo', messages: SAY_HELLO, stream: true },
    { onData: () => answer.handle.pause() },
  );
  await sleep(30);
  assert.equal(answer.chunks.length, 1);
  while (!answer.ended) {
    answer.handle.resume();
    await sleep(1);
  }
  assert.ok(answer.text().endsWith('data: [DONE]\n\n'));
});

test('text completions: prompts, choices, streams', async () => {
  const answer = await plain('/completions', { model: 'echo', prompt: ['one two', 'three'], n: 2 });
  assert.equal(answer['object'], 'text_completion');
  assert.deepEqual(
    (answer['choices'] as unknown[]).map((choice) => at(choice, 'text')),
    ['one two', 'one two', 'three', 'three'],
  );
  assert.deepEqual(answer['usage'], { prompt_tokens: 4, completion_tokens: 8, total_tokens: 12 });
  const streamed = await events('/completions', {
    model: 'echo',
    prompt: 'one two',
    stream_options: { include_usage: true },
  });
  assert.equal(streamed.map((event) => at(event, 'choices.0.text') ?? '').join(''), 'one two');
  assert.equal(at(streamed.at(-2), 'choices.0.finish_reason'), 'stop');
  assert.equal(at(streamed.at(-1), 'usage.total_tokens'), 4);
});

test('embeddings: unit length, deterministic, as many numbers as asked for, in both encodings', async () => {
  const input = ['the cat sat on the mat', 'a cat on a mat', 'quarterly revenue rose'];
  const answer = await plain('/embeddings', { model: 'embed', input });
  const vectors = [0, 1, 2].map((index) => at(answer, `data.${index}.embedding`) as number[]);
  for (const vector of vectors) {
    assert.equal(vector.length, 256);
    assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-5);
  }
  const likeness = (left: number, right: number): number =>
    (vectors[left] ?? []).reduce((sum, value, index) => sum + value * (vectors[right]?.[index] ?? 0), 0);
  assert.ok(likeness(0, 1) > 0.3 && Math.abs(likeness(0, 2)) < 0.2);
  const again = await plain('/embeddings', { model: 'embed', input: input[0], encoding_format: 'base64' });
  const bytes = Buffer.from(String(at(again, 'data.0.embedding')), 'base64');
  assert.deepEqual(
    Array.from({ length: 256 }, (_, index) => bytes.readFloatLE(index * 4)),
    vectors[0]?.map((value) => Math.fround(value)),
  );
  const short = await plain('/embeddings', { model: 'embed', input: [[1, 2, 3]], dimensions: 8 });
  assert.equal((at(short, 'data.0.embedding') as number[]).length, 8);
  assert.deepEqual(answer['usage'], { prompt_tokens: 16, total_tokens: 16 });
});

test('a name may hold the answer, or the failure', async () => {
  const answer = await plain('/chat/completions', { model: 'say/100%25%20sure%2A', messages: SAY_HELLO });
  assert.equal(at(answer, 'choices.0.message.content'), '100% sure*');
  const streamed = await events('/chat/completions', { model: 'say/so it is 100%', messages: SAY_HELLO });
  assert.equal(streamed.map((event) => at(event, 'choices.0.delta.content') ?? '').join(''), 'so it is 100%');
  const completed = await plain('/completions', { model: 'say/yes', prompt: ['one', 'two'] });
  assert.equal(at(completed, 'choices.1.text'), 'yes');
});

test('refusals have the shape and status of OpenAI', async () => {
  const refusals: readonly [string, unknown, number, string | null][] = [
    ['/chat/completions', { model: 'nothing', messages: SAY_HELLO }, 404, 'model_not_found'],
    ['/chat/completions', { model: 'fail/rate_limit', messages: SAY_HELLO }, 429, 'rate_limit_exceeded'],
    ['/chat/completions', { model: 'fail/error', messages: SAY_HELLO }, 500, 'server_error'],
    ['/chat/completions', { model: 'fail/otherwise', messages: SAY_HELLO }, 404, 'model_not_found'],
    ['/chat/completions', { model: 'echo', messages: [] }, 400, null],
    ['/chat/completions', { model: 'echo' }, 400, null],
    ['/chat/completions', { model: 'embed', messages: SAY_HELLO }, 404, 'unsupported_operation'],
    ['/embeddings', { model: 'echo', input: 'x' }, 404, 'unsupported_operation'],
    ['/embeddings', { model: 'embed', input: [] }, 400, null],
    ['/embeddings', { model: 'embed', input: 'x', dimensions: 0 }, 400, null],
    ['/completions', { model: 'echo' }, 400, null],
    [
      '/chat/completions',
      { model: 'echo', messages: [{ role: 'user', content: 'x'.repeat(600_000) }] },
      400,
      'context_length_exceeded',
    ],
    ['/chat/completions', 'no object', 400, null],
  ];
  for (const [path, body, status, code] of refusals) {
    const answer = call(path, body);
    await answer.done;
    assert.equal(answer.status, status, path);
    assert.equal(at(JSON.parse(answer.text()), 'error.code'), code);
    assert.ok(String(at(JSON.parse(answer.text()), 'error.message')).length > 10);
  }
});

test('every model that is listed answers to its own operation', async () => {
  for (const model of sandboxModels) {
    const isEmbedding = model.dialect === 'openai-embeddings';
    await plain(isEmbedding ? '/embeddings' : '/chat/completions', {
      model: model.id,
      messages: SAY_HELLO,
      input: 'x',
      max_tokens: 3,
    });
    assert.ok(model.usdPerMillionInput > 0 && model.contextWindow > 0);
  }
});
