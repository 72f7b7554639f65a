import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnswerHeaders } from '../answer-headers.ts';
import { classify } from './classify.ts';

const error = (message: string, code: string | null = null): unknown => ({ error: { message, type: 'x', code } });

test('how long an upstream asks to be left alone', () => {
  const wait = (headers: Record<string, string>): number | null =>
    classify({ status: 429, headers: new AnswerHeaders(headers, false), body: Buffer.alloc(0) }).retryAfterMs;
  const date = 'Wed, 21 Oct 2026 07:28:00 GMT';
  assert.equal(wait({}), null);
  assert.equal(wait({ 'retry-after': '3' }), 3000);
  assert.equal(wait({ 'retry-after': '0.25' }), 250);
  assert.equal(wait({ 'retry-after': '30', 'retry-after-ms': '120' }), 120);
  assert.equal(wait({ 'retry-after': 'Wed, 21 Oct 2026 07:28:30 GMT', date }), 30_000);
  assert.equal(wait({ 'retry-after': 'Wed, 21 Oct 2026 07:27:00 GMT', date }), 0);
  assert.equal(wait({ 'retry-after': 'Wed, 21 Oct 2026 07:28:30 GMT' }), null);
  assert.equal(wait({ 'retry-after': '1m30s' }), 90_000);
  assert.equal(wait({ 'retry-after': '-5' }), null);
  assert.equal(wait({ 'retry-after': 'soon' }), null);
  assert.equal(wait({ 'retry-after': '999999999' }), 3_600_000);
  assert.equal(classify({ status: 429, headers: null, body: Buffer.alloc(0) }).retryAfterMs, null);
});

const NOW_MS = Date.parse('2026-10-21T07:28:00Z');

function waitOf(headers: Record<string, string>, body: unknown = '', status = 429): number | null {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return classify({ status, headers: new AnswerHeaders(headers, false), body: bytes }, NOW_MS).retryAfterMs;
}

test('where a limit names no wait, when it is whole again', () => {
  const cases: readonly [Record<string, string>, number | null][] = [
    // OpenAI, Azure, Groq: durations as Go writes them; the limit that is used up counts, else the first to be whole.
    [{ 'x-ratelimit-reset-requests': '1s', 'x-ratelimit-reset-tokens': '6m0s' }, 1_000],
    [
      { 'x-ratelimit-reset-requests': '1s', 'x-ratelimit-reset-tokens': '6m0s', 'x-ratelimit-remaining-tokens': '0' },
      360_000,
    ],
    [{ 'x-ratelimit-reset-requests': '120ms' }, 120],
    [{ 'x-ratelimit-reset-tokens': '7.66s' }, 7_660],
    [{ 'x-ratelimit-reset-requests': '1h2m3.5s' }, 3_600_000],
    // Seconds, and times in seconds or milliseconds since 1970 (OpenRouter).
    [{ 'x-ratelimit-reset': '30' }, 30_000],
    [{ 'x-ratelimit-reset': String(NOW_MS / 1000 + 5) }, 5_000],
    [{ 'x-ratelimit-reset': String(NOW_MS + 5_500) }, 5_500],
    // Anthropic: RFC 3339.
    [{ 'anthropic-ratelimit-tokens-reset': '2026-10-21T07:28:12Z' }, 12_000],
    [
      {
        'anthropic-ratelimit-requests-reset': '2026-10-21T07:28:02Z',
        'anthropic-ratelimit-requests-remaining': '49',
        'anthropic-ratelimit-input-tokens-reset': '2026-10-21T07:28:40Z',
        'anthropic-ratelimit-input-tokens-remaining': '0',
      },
      40_000,
    ],
    // The answer's own date is its clock.
    [{ 'x-ratelimit-reset': String(NOW_MS + 5_500), date: 'Wed, 21 Oct 2026 07:28:05 GMT' }, 500],
    [{ 'retry-after': '3', 'x-ratelimit-reset': '30' }, 3_000],
    [{ 'x-ratelimit-reset': 'soon' }, null],
    [{ 'retry-after': '-5' }, null],
  ];
  for (const [headers, expected] of cases) assert.equal(waitOf(headers), expected, JSON.stringify(headers));
  assert.equal(waitOf({ 'x-ratelimit-reset-requests': '1s' }, '', 500), null, 'it limits nothing');
});

test('what a body says of the wait', () => {
  const retryInfo = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.074824224s' };
  const cases: readonly [unknown, number | null][] = [
    [{ error: { code: 429, status: 'RESOURCE_EXHAUSTED', details: [{ reason: 'X' }, retryInfo] } }, 34_075],
    [[{ error: { status: 'RESOURCE_EXHAUSTED', details: [{ ...retryInfo, retryDelay: '34s' }] } }], 34_000],
    [
      { error: { message: 'Rate limit', metadata: { headers: { 'X-RateLimit-Reset': String(NOW_MS + 1_000) } } } },
      1_000,
    ],
    [error('Rate limit reached … Please try again in 1m30.5s. Visit …', 'rate_limit_exceeded'), 90_500],
    [error('Rate limit reached … Please try again in 20ms.', 'rate_limit_exceeded'), 20],
    [error('… exceeded call rate limit … Please retry after 30 seconds.', '429'), 30_000],
    [error('Try again later.'), null],
    ['Please try again in 20ms', null],
  ];
  for (const [body, expected] of cases) assert.equal(waitOf({}, body), expected, JSON.stringify(body));
});
