import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReceivedRequest, UpstreamTarget } from '../dialect.ts';
import { ollamaGenerate } from './index.ts';

const { chat } = ollamaGenerate;
const TARGET: UpstreamTarget = {
  model: 'm',
  maxOutputTokens: null,
  outputLimit: 'both',
  facts: { maxOutput: null, thinking: null, takesSampling: null },
};

function receive(body: object): ReceivedRequest {
  const bytes = Buffer.from(JSON.stringify({ model: 'm', ...body }));
  return ollamaGenerate.readRequest(bytes, { model: null, stream: null, framing: 'ndjson' });
}

test('a prompt is a turn, and comes back with all that is only Ollama’s', () => {
  const body = {
    model: 'm',
    prompt: 'def f(',
    suffix: 'return x',
    system: 'Write Python.',
    template: '{{ .Prompt }}',
    raw: true,
    context: [1, 2],
    images: ['/9j/x'],
    format: 'json',
    think: false,
    keep_alive: 0,
    options: { seed: 1, num_ctx: 2 },
    stream: false,
  };
  const request = chat?.decodeRequest(receive(body));
  assert.ok(request !== undefined);
  assert.deepEqual(
    request.messages.map(({ role, content }) => [role, content.map(({ type }) => type)]),
    [
      ['system', ['text']],
      ['user', ['text', 'image']],
    ],
  );
  assert.deepEqual(chat?.encodeRequest(request, TARGET), { body, headers: [], warnings: [] });
});

test('of a conversation the last turn is left, and that is said', () => {
  const request = chat?.decodeRequest(receive({ prompt: 'last' }));
  assert.ok(request !== undefined);
  const earlier = { role: 'user', content: [{ type: 'text', text: 'first' }], name: null } as const;
  const encoded = chat?.encodeRequest({ ...request, messages: [earlier, ...request.messages] }, TARGET);
  assert.equal(encoded?.body['prompt'], 'last');
  assert.deepEqual(
    encoded?.warnings.map(({ field }) => field),
    ['messages'],
  );
});

test('an answer keeps its context', () => {
  const body = {
    model: 'm',
    created_at: '2026-01-01T00:00:00Z',
    response: 'x',
    done: true,
    done_reason: 'stop',
    context: [1],
  };
  const response = chat?.decodeResponse(body);
  assert.ok(response);
  const received = receive({ prompt: 'x' });
  const request = chat?.decodeRequest(received);
  assert.ok(request);
  const again = chat?.encodeResponse(response, { received, request, exchangeId: 'e', startedS: 0 });
  assert.deepEqual([again?.['context'], again?.['response']], [[1], 'x']);
  assert.equal(chat?.decodeResponse({ message: { content: 'x' } }), null);
});
