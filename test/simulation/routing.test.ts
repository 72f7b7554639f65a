import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usualBreaker } from '../../src/routing/index.ts';
import { seeded } from '../support/seeded.ts';
import { MAX_ATTEMPTS, type Outcome, simulate, worldOf } from './routing-world.ts';

/** `TEST_SEED=17 npm test -- test/simulation` plays that world alone. */
const ONLY = process.env['TEST_SEED'];
const SEEDS = ONLY === undefined ? Array.from({ length: 2_000 }, (_, index) => index + 1) : [Number(ONLY)];

test('whatever the weather, each call ends once, wholly and in the books', async () => {
  for (const seed of SEEDS) {
    const outcome = await worldOf(seed);
    for (const check of [everyCallEnds, nothingIsGluedOn, booksAreEven, attemptsAreBounded, theWellAnswer]) {
      try {
        check(outcome);
      } catch (error) {
        throw new Error(`world ${seed} (TEST_SEED=${seed} plays it alone): ${check.name}`, { cause: error });
      }
    }
  }
});

/** Strategies under which every deployment that is well has its share. */
const SHARING = ['balanced', 'weighted', 'least-busy', 'round-robin', 'two-choices'] as const;
const OUTAGES = ['unreachable', 'errors', 'throttles', 'hangs', 'dies-before-content'] as const;

test('a deployment that is well again has calls within two seconds of its rest, and nobody starves', async () => {
  for (const [nth, weather] of OUTAGES.entries()) {
    for (const strategy of SHARING) {
      const untilMs = 12_000;
      const bad = { id: 'd1', medianMs: 100, periods: [{ fromMs: 5_000, untilMs, weather }] };
      const upstreams = [bad, ...['d0', 'd2'].map((id) => ({ id, medianMs: 100, periods: [] }))];
      let restedMs = untilMs;
      const outcome = await simulate(
        {
          upstreams,
          strategy,
          calls: 900,
          lengthMs: 30_000,
          watch: (time, rooms, deployments) =>
            void time.after(untilMs, () => {
              const recovering = deployments.find(({ id }) => id === bad.id);
              if (recovering !== undefined)
                restedMs = Math.max(untilMs, rooms.health.standing(recovering, untilMs).untilMs);
            }),
        },
        seeded(nth),
      );
      const back = outcome.sent.filter(({ upstream, atMs }) => upstream === bad.id && atMs >= restedMs);
      assert.ok(
        (back[0]?.atMs ?? Number.POSITIVE_INFINITY) <= restedMs + 2_000,
        `${strategy}, ${weather}: ${back[0]?.atMs}`,
      );
      const late = outcome.sent.filter(({ atMs }) => atMs > restedMs + 2_000);
      for (const { id } of upstreams) {
        const share = late.filter(({ upstream }) => upstream === id).length / late.length;
        assert.ok(share > 0.1, `${strategy}, ${weather}: ${id} has ${share} of the calls`);
      }
    }
  }
});

const USUAL = { allowedFails: 3, cooldownMs: 5_000 };

/** With rests, with none, and with so many failures allowed that there are none. */
const BREAKERS = [
  ['errors', 60, USUAL],
  ['errors', 60, { ...USUAL, cooldownMs: 0 }],
  ['throttles', 15, { ...USUAL, cooldownMs: 0 }],
  ['errors', 15, { ...USUAL, allowedFails: 1e6, breaker: { ...usualBreaker, sample: 1e6 } }],
] as const;
for (const [weather, seconds, health] of BREAKERS)
  test(`500 calls a second that all fail for ${seconds} s take at most 1.12 attempts each: ${weather}, cooldown ${health.cooldownMs} ms after ${health.allowedFails}`, async () => {
    const [calls, lengthMs] = [500 * seconds, 1_000 * seconds];
    const periods = [{ fromMs: 0, untilMs: 2 * lengthMs, weather }];
    const upstreams = ['d0', 'd1', 'd2'].map((id) => ({ id, medianMs: 20, periods }));
    const { seen, sent } = await simulate({ upstreams, strategy: 'balanced', calls, lengthMs, health }, seeded(1));
    assert.equal(seen.length, calls);
    assert.ok(seen.every(({ ends, status }) => ends === 1 && status >= 429));
    assert.ok(sent.length > 0 && sent.length / calls <= 1.12, `${sent.length / calls}`);
  });

test('with cooldown 0s one of three that is well answers every call, whatever the others cost', async () => {
  const [calls, lengthMs] = [2_000, 20_000];
  const periods = [{ fromMs: 0, untilMs: 2 * lengthMs, weather: 'errors' }] as const;
  const upstreams = ['d0', 'd1', 'd2'].map((id) => ({ id, medianMs: 20, periods: id === 'd2' ? [] : periods }));
  const health = { ...USUAL, cooldownMs: 0 };
  const { seen, sent } = await simulate({ upstreams, strategy: 'balanced', calls, lengthMs, health }, seeded(1));
  assert.deepEqual(
    seen.filter(({ ends, status }) => ends !== 1 || status !== 200),
    [],
  );
  assert.ok(sent.length / calls <= 2.12, `${sent.length / calls}`);
});

function everyCallEnds({ seen }: Outcome): void {
  for (const { call, ends, status, text, cut } of seen) {
    assert.equal(ends, 1, `${call} ended ${ends} times`);
    assert.ok(status >= 200, `${call} has no status`);
    if (status !== 200 || cut) continue;
    const isStream = text.startsWith('data:');
    if (isStream)
      assert.ok(text.endsWith('data: [DONE]\n\n') !== text.includes('"error"'), `${call}: ${text.slice(-300)}`);
  }
}

/** One deployment's content in an answer, and no attempt once it has begun. */
function nothingIsGluedOn({ seen, sent }: Outcome): void {
  for (const { call, text, contentAtMs } of seen) {
    assert.ok(new Set([...text.matchAll(/(d\d+):/g)].map(([, id]) => id)).size <= 1, `${call}: ${text}`);
    if (contentAtMs === null) continue;
    const late = sent.filter((attempt) => attempt.call === call && attempt.atMs > contentAtMs);
    assert.deepEqual(late, [], `${call} had content at ${contentAtMs}`);
  }
}

function booksAreEven({ seen, events, pot, rooms, deployments }: Outcome): void {
  assert.equal(events.length, seen.length);
  assert.equal(new Set(events.map(({ id }) => id)).size, events.length);
  assert.equal(pot.held, 0, 'everything held is resolved');
  assert.equal(
    pot.posted,
    events.reduce((sum, { chargeNanoUsd }) => sum + Number(chargeNanoUsd), 0),
  );
  for (const deployment of deployments) {
    assert.equal(rooms.health.inFlight(deployment), 0, `${deployment.id} has calls in flight`);
    assert.equal(rooms.queue.waiting(deployment.id), 0);
  }
}

function attemptsAreBounded({ seen, sent }: Outcome): void {
  for (const { call } of seen) {
    const own = sent.filter((attempt) => attempt.call === call).length;
    assert.ok(own <= MAX_ATTEMPTS, `${call} took ${own} attempts`);
  }
}

/** One deployment is well all the time: nobody gets an error unless it broke off in mid-answer. */
function theWellAnswer({ seen }: Outcome): void {
  for (const { call, status, text } of seen) {
    if (status === 200 && text.includes('"error"')) continue;
    assert.equal(status, 200, `${call}: ${text}`);
  }
}
