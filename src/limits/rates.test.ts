import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RateLimit } from '../inference/index.ts';
import { type Gauge, gaugesOf, usedOf } from './gauge.ts';
import { rateHeaders } from './rate-headers.ts';
import { giveRatesBack, settleRates, type TakenRates, takeRates } from './rates.ts';

const PER_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

const anyLimit = fc.record({
  measure: fc.constantFrom('requests' as const, 'tokens' as const, 'input_tokens' as const, 'output_tokens' as const),
  per: fc.constantFrom('minute' as const, 'hour' as const, 'day' as const),
  limit: fc.integer({ min: 1, max: 60 }),
});

function amountFor({ measure }: RateLimit, input: number, output: number): number {
  if (measure === 'requests') return 1;
  return (measure === 'output_tokens' ? 0 : input) + (measure === 'input_tokens' ? 0 : output);
}

test('no limit is exceeded in any span by what was let in, and a refusal consumes nothing of any', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(anyLimit, { minLength: 1, maxLength: 5, selector: ({ measure, per }) => `${measure} ${per}` }),
      fc.array(fc.tuple(fc.nat(40_000), fc.nat(15), fc.nat(15)), { maxLength: 80 }),
      fc.constantFrom(1, 60, 1_440),
      (limits, calls, pace) => {
        const gauges = gaugesOf({ kind: 'key', id: 'k', model: null }, { budgets: [], limits }, []);
        const taken: { readonly atMs: number; readonly input: number; readonly output: number }[] = [];
        let nowMs = 0;
        for (const [gap, inputTokens, outputTokens] of calls) {
          nowMs += gap * pace;
          const before = gauges.map((gauge) => usedOf(gauge, nowMs));
          const outcome = takeRates(gauges, { inputTokens, outputTokens }, nowMs);
          if (!('waitMs' in outcome)) taken.push({ atMs: nowMs, input: inputTokens, output: outputTokens });
          else {
            assert.deepEqual(
              gauges.map((gauge) => usedOf(gauge, nowMs)),
              before,
            );
            const retry = takeRates(gauges, { inputTokens, outputTokens }, nowMs + outcome.waitMs);
            nowMs += outcome.waitMs;
            // Another limit may be in the way by then, but not the one that was named.
            if ('waitMs' in retry) assert.notEqual(retry.gauge, outcome.gauge);
            else taken.push({ atMs: nowMs, input: inputTokens, output: outputTokens });
          }
        }
        for (const limit of limits) {
          const spanMs = PER_MS[limit.per];
          for (const { atMs } of taken) {
            const inSpan = taken
              .filter((call) => call.atMs >= atMs && call.atMs < atMs + spanMs)
              .map(({ input, output }) => Math.min(limit.limit, amountFor(limit, input, output)));
            assert.ok(inSpan.reduce((sum, amount) => sum + amount, 0) <= limit.limit);
          }
        }
      },
    ),
    { numRuns: 1_000, seed: 11 },
  );
});

test('places are freed once by every end, and no more are taken than there are', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.constantFrom('call', 'end', 'refuse'), { maxLength: 60 }),
      (limit, steps) => {
        const gauges = gaugesOf(
          { kind: 'key', id: 'k', model: null },
          { budgets: [], limits: [{ measure: 'parallel', per: null, limit }] },
          [],
        );
        const running: TakenRates[] = [];
        for (const [index, step] of steps.entries()) {
          if (step === 'call') {
            const outcome = takeRates(gauges, { inputTokens: 1, outputTokens: 1 }, index);
            assert.equal('waitMs' in outcome, running.length >= limit);
            if (!('waitMs' in outcome)) running.push(outcome);
          } else {
            const ended = running.pop();
            if (ended !== undefined && step === 'end') settleRates(ended, null, index);
            else if (ended !== undefined) giveRatesBack(ended, index);
          }
          assert.equal(gauges[0]?.running.calls, running.length);
        }
      },
    ),
    { numRuns: 500, seed: 12 },
  );
});

function tokensPerMinute(limit: number): readonly Gauge[] {
  return gaugesOf(
    { kind: 'key', id: 'k', model: null },
    { budgets: [], limits: [{ measure: 'tokens', per: 'minute', limit }] },
    [],
  );
}

function took(gauges: readonly Gauge[], inputTokens: number, outputTokens: number, nowMs: number): TakenRates {
  const outcome = takeRates(gauges, { inputTokens, outputTokens }, nowMs);
  return 'waitMs' in outcome ? assert.fail('refused') : outcome;
}

test('what was expected is replaced by what was used, in the second in which it was taken', () => {
  const gauges = tokensPerMinute(1_000);
  const [gauge] = gauges;
  assert.ok(gauge !== undefined);
  const taken = took(gauges, 400, 600, 0);
  assert.ok('waitMs' in takeRates(gauges, { inputTokens: 1, outputTokens: 0 }, 5_000));
  settleRates(taken, { inputTokens: 90, outputTokens: 10 }, 30_000);
  assert.equal(usedOf(gauge, 30_000), 100);
  assert.equal(usedOf(gauge, 60_000), 0, 'it was taken a minute ago');
  const late = took(gauges, 100, 0, 70_000);
  settleRates(late, { inputTokens: 100, outputTokens: 300 }, 100_000);
  assert.equal(usedOf(gauge, 131_000), 300, 'what came on top counts from when it is known');
});

test('a call that is larger than a limit passes alone, and one that was given back was never there', () => {
  const gauges = tokensPerMinute(100);
  const [gauge] = gauges;
  assert.ok(gauge !== undefined);
  const taken = took(gauges, 5_000, 0, 0);
  assert.equal(usedOf(gauge, 0), 100);
  giveRatesBack(taken, 1_000);
  assert.equal(usedOf(gauge, 1_000), 0);
  settleRates(took(gauges, 1, 0, 2_000), { inputTokens: 250, outputTokens: 0 }, 3_000);
  const refused = takeRates(gauges, { inputTokens: 1, outputTokens: 0 }, 4_000);
  assert.ok('waitMs' in refused && refused.waitMs <= 60_000 && refused.waitMs > 58_000);
});

test('headers tell what remains, in LiteLLM’s names and in OpenAI’s', () => {
  const gauges = gaugesOf(
    { kind: 'key', id: 'k', model: 'openai/gpt 4' },
    {
      budgets: [],
      limits: [
        { measure: 'requests', per: 'minute', limit: 3 },
        { measure: 'requests', per: 'hour', limit: 2 },
        { measure: 'tokens', per: 'minute', limit: 100 },
        { measure: 'parallel', per: null, limit: 4 },
      ],
    },
    [],
  );
  took(gauges, 10, 20, 0);
  const flat = rateHeaders(gauges, 0);
  const headers = Object.fromEntries(flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1]]] : [])));
  assert.deepEqual(headers, {
    'x-ratelimit-model_per_key-limit-requests': '3',
    'x-ratelimit-model_per_key-remaining-requests': '2',
    'x-litellm-key-remaining-requests-openai-gpt-4': '2',
    'x-ratelimit-model_per_key-limit-requests-per-hour': '2',
    'x-ratelimit-model_per_key-remaining-requests-per-hour': '1',
    'x-ratelimit-model_per_key-limit-tokens': '100',
    'x-ratelimit-model_per_key-remaining-tokens': '70',
    'x-litellm-key-remaining-tokens-openai-gpt-4': '70',
    'x-ratelimit-model_per_key-limit-max_parallel_requests': '4',
    'x-ratelimit-model_per_key-remaining-max_parallel_requests': '3',
    'x-ratelimit-limit-requests': '2',
    'x-ratelimit-remaining-requests': '1',
    'x-ratelimit-reset-requests': '1h0m0s',
    'x-ratelimit-limit-tokens': '100',
    'x-ratelimit-remaining-tokens': '70',
    'x-ratelimit-reset-tokens': '1m0s',
  });
});

test('what was counted stays counted when a limit changes', () => {
  const before = tokensPerMinute(100);
  took(before, 60, 0, 0);
  const limits = [
    { measure: 'tokens', per: 'minute', limit: 50 },
    { measure: 'requests', per: 'minute', limit: 5 },
  ] as const;
  const after = gaugesOf({ kind: 'key', id: 'k', model: null }, { budgets: [], limits }, before);
  assert.deepEqual(
    after.map((gauge) => usedOf(gauge, 1_000)),
    [60, 0],
  );
});
