import assert from 'node:assert/strict';
import { test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { GatewayError, type GatewayErrorCode } from '../../inference/index.ts';
import { encodeError, encodeErrorEvent, promptTooLong, saysOverflow } from './error.ts';

const CASES: readonly (readonly [upstream: string, ours: string])[] = [
  [
    "This model's maximum context length is 128000 tokens. However, you requested 130500 tokens (129500 in the messages, 1000 in the completion).",
    'prompt is too long: 130500 tokens > 128000 maximum',
  ],
  [
    "This model's maximum context length is 8192 tokens. However, your messages resulted in 10010 tokens.",
    'prompt is too long: 10010 tokens > 8192 maximum',
  ],
  [
    'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
    'prompt is too long: 1200000 tokens > 1048576 maximum',
  ],
  [
    'request (2009 tokens) exceeds the available context size (512 tokens), try increasing it',
    'prompt is too long: 2009 tokens > 512 maximum',
  ],
  ['prompt is too long: 210000 tokens > 200000 maximum', 'prompt is too long: 210000 tokens > 200000 maximum'],
  ['Input is too long for requested model.', 'prompt is too long: Input is too long for requested model.'],
  [
    'input length and `max_tokens` exceed context limit: 190,000 + 20,000 > 200,000, decrease them',
    'prompt is too long: input length and `max_tokens` exceed context limit: 190,000 + 20,000 > 200,000, decrease them',
  ],
];

test("an upstream's overflow is worded as Anthropic words it", () => {
  for (const [upstream, ours] of CASES) {
    assert.equal(saysOverflow(upstream), true, upstream);
    assert.equal(promptTooLong(upstream), ours);
  }
});

test('other refusals are none', () => {
  for (const message of ['temperature: range: 0..1', 'max_tokens: 100000 > 64000, which is the maximum allowed'])
    assert.equal(saysOverflow(message), false, message);
});

const TYPES: readonly (readonly [code: GatewayErrorCode, type: string])[] = [
  ['invalid_request', 'invalid_request_error'],
  ['invalid_api_key', 'authentication_error'],
  ['insufficient_quota', 'billing_error'],
  ['model_access_denied', 'permission_error'],
  ['model_not_found', 'not_found_error'],
  ['payload_too_large', 'request_too_large'],
  ['rate_limit_exceeded', 'rate_limit_error'],
  ['internal_error', 'api_error'],
  ['upstream_error', 'api_error'],
  ['no_deployment', 'overloaded_error'],
  ['upstream_timeout', 'timeout_error'],
];

test("an error is Anthropic's by its status, and keeps what it says", () => {
  for (const [code, type] of TYPES) {
    const metadata = { request_id: 'req_1', limit: 5 };
    const body = JSON.parse(encodeError(new GatewayError(code, 'No.', { metadata })).toString());
    assert.deepEqual(body, { type: 'error', error: { type, message: 'No.', metadata }, request_id: 'req_1' });
  }
});

test('an overflow is told by its code, too', () => {
  const error = new GatewayError('context_length_exceeded', 'Zu lang.', { status: 413 });
  const body = JSON.parse(encodeError(error).toString());
  assert.deepEqual(body.error, { type: 'request_too_large', message: 'prompt is too long: Zu lang.' });
});

test("Anthropic's client knows the errors, in an answer and in a stream", async () => {
  const error = new GatewayError('rate_limit_exceeded', 'Slow down.');
  const client = (status: number, type: string, body: Buffer) =>
    new Anthropic({
      apiKey: 'k',
      maxRetries: 0,
      fetch: async () => new Response(new Uint8Array(body), { status, headers: { 'content-type': type } }),
    });
  const params = { model: 'm', max_tokens: 1, messages: [{ role: 'user' as const, content: 'x' }] };
  await assert.rejects(client(429, 'application/json', encodeError(error)).messages.create(params), (thrown) => {
    return thrown instanceof Anthropic.RateLimitError && thrown.message.includes('Slow down.');
  });
  await assert.rejects(
    client(200, 'text/event-stream', encodeErrorEvent(error, 'sse')).messages.stream(params).finalMessage(),
    (thrown) => thrown instanceof Anthropic.APIError && thrown.message.includes('Slow down.'),
  );
});
