import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttemptOutcome } from '../attempts/answer.ts';
import { withoutSent } from './without-sent.ts';

const HEADERS = ['authorization', 'Bearer sk-of-the-operator', 'accept', 'application/json', 'x-api-key', 'short'];
const verdict = {
  verdict: 'stop',
  cause: 'error',
  code: 'invalid_request',
  cooldown: false,
  retryAfterMs: null,
} as const;

function failed(message: string, body: string | Buffer | null): AttemptOutcome & { kind: 'failed' } {
  const refusal =
    body === null ? null : { status: 400, contentType: 'text/plain', body: Buffer.from(body), isMade: false };
  return { kind: 'failed', verdict, refusal, message, origin: null } as AttemptOutcome & { kind: 'failed' };
}

function told(outcome: AttemptOutcome): readonly [message: string, body: string | undefined] {
  assert.ok(outcome.kind === 'failed');
  return [outcome.message, outcome.refusal?.body.toString('latin1')];
}

test('a credential that was sent is taken out of message and body, wherever and however often', () => {
  const text = 'with Bearer sk-of-the-operator, or sk-of-the-operator: short';
  const without = 'with Bearer [secret], or [secret]: short';
  assert.deepEqual(told(withoutSent(failed(text, text), HEADERS)), [without, without]);
  assert.deepEqual(told(withoutSent(failed(text, null), HEADERS)), [without, undefined]);
  assert.deepEqual(told(withoutSent(failed('no', text), HEADERS)), ['no', without]);
});

test('other bytes come back as they went', () => {
  const body = Buffer.concat([Buffer.from([0, 0xff, 0xc3]), Buffer.from('sk-of-the-operator'), Buffer.from([0x80])]);
  const [, seen] = told(withoutSent(failed('no', body), HEADERS));
  assert.equal(seen, '\0\xff\xc3[secret]\x80');
  const untouched = failed('no', 'application/json is nothing that was sent in secret');
  assert.equal(withoutSent(untouched, HEADERS), untouched);
});
