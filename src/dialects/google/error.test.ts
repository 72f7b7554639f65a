import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GatewayError, gatewayErrors } from '../../inference/index.ts';
import { encodeGoogleError, encodeGoogleErrorEvent, statusOfWord, statusWord } from './error.ts';

describe('Google’s errors', () => {
  it('every code of ours has a status word of google.rpc', () => {
    for (const [code, { status }] of Object.entries(gatewayErrors)) {
      assert.notEqual(statusOfWord(statusWord(status)), null, code);
    }
    const statuses = [400, 401, 402, 403, 404, 413, 418, 429, 500, 502, 503, 504, 599];
    assert.deepEqual(statuses.map(statusWord), [
      'INVALID_ARGUMENT',
      'UNAUTHENTICATED',
      'RESOURCE_EXHAUSTED',
      'PERMISSION_DENIED',
      'NOT_FOUND',
      'INVALID_ARGUMENT',
      'INVALID_ARGUMENT',
      'RESOURCE_EXHAUSTED',
      'INTERNAL',
      'UNAVAILABLE',
      'UNAVAILABLE',
      'DEADLINE_EXCEEDED',
      'INTERNAL',
    ]);
    assert.equal(statusOfWord('toString'), null);
  });

  it('says what is at fault, and when to come again', () => {
    const details = { param: 'contents[0]', retryAfterMs: 1_500, metadata: { limit: 10, rule: 'rpm' } };
    const error = new GatewayError('rate_limit_exceeded', 'Too many.', details);
    assert.deepEqual(JSON.parse(encodeGoogleError(error).toString()), {
      error: {
        code: 429,
        message: 'Too many.',
        status: 'RESOURCE_EXHAUSTED',
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
            reason: 'RATE_LIMIT_EXCEEDED',
            domain: 'waybill',
            metadata: { limit: '10', rule: 'rpm' },
          },
          {
            '@type': 'type.googleapis.com/google.rpc.BadRequest',
            fieldViolations: [{ field: 'contents[0]', description: 'Too many.' }],
          },
          { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.5s' },
        ],
      },
    });
  });

  it('a prompt that is too long is told in Google’s words', () => {
    const told = (message: string): unknown =>
      (
        JSON.parse(encodeGoogleError(new GatewayError('context_length_exceeded', message)).toString()) as {
          error: { message: string };
        }
      ).error.message;
    const own = 'The input token count (9) exceeds the maximum number of tokens allowed (8).';
    assert.equal(told(own), own);
    assert.match(
      String(told('prompt is too long')),
      /exceeds the maximum number of tokens allowed\. prompt is too long$/,
    );
  });

  it('in a stream it is one more event', () => {
    const error = new GatewayError('upstream_error', 'Broke.');
    assert.match(encodeGoogleErrorEvent(error, 'sse').toString(), /^data: \{"error":\{"code":502,.*\}\n\n$/);
  });
});
