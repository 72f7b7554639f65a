import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChatRequest, GatewayError, type StreamPart } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { anthropicMessages } from '../anthropic-messages/index.ts';
import type { ChatTranslation } from '../dialect.ts';
import { bedrockInvoke } from './index.ts';
import { overBedrock } from './over-bedrock.ts';

const address = { model: 'us.anthropic.claude-opus-4-8', stream: true, framing: 'aws-event-stream' } as const;
const asked = {
  anthropic_version: 'bedrock-2023-05-31',
  anthropic_beta: ['context-1m-2025-08-07'],
  max_tokens: 100,
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
};
const target = {
  model: address.model,
  maxOutputTokens: 100,
  outputLimit: 'both',
  facts: { maxOutput: null, thinking: null, takesSampling: null },
} as const;

function read(body: JsonObject) {
  return bedrockInvoke.readRequest(Buffer.from(JSON.stringify(body)), address);
}

function anthropic(): ChatTranslation {
  assert.ok(anthropicMessages.chat !== null);
  return anthropicMessages.chat;
}

test('the model and whether to stream are of the address; a body of another maker is refused', () => {
  const received = read(asked);
  assert.deepEqual(
    [received.dialect, received.model, received.stream, received.maxOutput],
    ['bedrock-invoke', address.model, true, 100],
  );
  const { anthropic_version: _version, ...other } = asked;
  assert.throws(() => read(other), /'anthropic_version' to 'bedrock-2023-05-31'/);
});

test('betas of the body stay there, and those of a header come to them', () => {
  const inner = anthropic();
  const withHeader: ChatTranslation = {
    ...inner,
    encodeRequest: (request, to) => ({
      ...inner.encodeRequest(request, to),
      headers: ['x-other', '1', 'anthropic-beta', 'web-fetch-2025-09-10,context-1m-2025-08-07'],
    }),
  };
  const { decodeRequest, encodeRequest } = overBedrock(withHeader);
  const request: ChatRequest = { ...decodeRequest(read(asked)), serviceTier: 'default' };
  const { body, headers, warnings } = encodeRequest(request, target);
  assert.deepEqual(body, {
    ...asked,
    anthropic_beta: ['context-1m-2025-08-07', 'web-fetch-2025-09-10'],
  });
  assert.deepEqual(headers, ['x-other', '1']);
  assert.deepEqual(
    warnings.map(({ field }) => field),
    ['serviceTier'],
  );
});

test("chunks hold Anthropic's events, in base64; an exception is an error", () => {
  const { decodeStream } = overBedrock(anthropic());
  const steps = decodeStream();
  const chunk = (event: JsonObject) => ({
    name: 'chunk',
    data: JSON.stringify({ bytes: Buffer.from(JSON.stringify(event)).toString('base64'), p: 'abc' }),
  });
  const events = [
    chunk({ type: 'message_start', message: { id: 'm', model: 'c', content: [], usage: { input_tokens: 1 } } }),
    chunk({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    chunk({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Grüße' } }),
    { name: 'chunk', data: '{"p":"no bytes"}' },
    { name: 'chunk', data: 'not JSON' },
    { name: 'newEvent', data: '{}' },
    { name: 'modelTimeoutException', data: '{"message":"Too slow."}' },
  ];
  const parts = [...events.flatMap((event) => steps.push(event)), ...steps.end()];
  assert.deepEqual(
    parts.filter(({ type }) => type === 'delta' || type === 'error'),
    [
      { type: 'delta', choice: 0, block: 0, text: 'Grüße' },
      { type: 'error', message: 'Too slow.', code: 'modelTimeoutException', status: 408 },
    ],
  );
});

test('a stream that an upstream broke off ends in an exception', () => {
  const translation = overBedrock(anthropic());
  const received = read(asked);
  const context = { received, request: translation.decodeRequest(received), exchangeId: 'x', startedS: 0 };
  const steps = translation.encodeStream(context);
  const parts: StreamPart[] = [
    { type: 'start', id: null, model: null, createdS: null, serviceTier: null },
    { type: 'error', message: 'It broke.', code: null, status: 500 },
  ];
  const events = parts.flatMap((part) => steps.push(part));
  assert.deepEqual(events.at(-1), { name: 'modelStreamErrorException', data: '{"message":"It broke."}' });
  assert.ok(events.slice(0, -1).every(({ name }) => name === 'chunk'));
});

test('an error of ours is an exception of Bedrock', () => {
  const error = new GatewayError('model_not_found', 'No such model.');
  const told = JSON.parse(bedrockInvoke.encodeError(error).toString());
  assert.deepEqual(told, { __type: 'ResourceNotFoundException', message: 'No such model.' });
});
