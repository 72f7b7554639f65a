import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Deployment } from '../../catalog/index.ts';
import { deploymentOf, modelOf } from '../plan-fixture.ts';
import { type Health, openHealth } from './health.ts';
import { openMemories } from './memories.ts';
import type { AttemptReport } from './report.ts';
import type { HealthEvent } from './transition.ts';

const POLICY = { allowedFails: 2, cooldownMs: 5_000 };
const GOOD: AttemptReport = {
  outcome: 'answered',
  retryAfterMs: null,
  firstByteMs: 100,
  durationMs: 0,
  outputTokens: null,
};
const BAD: AttemptReport = { ...GOOD, outcome: 'failed', firstByteMs: null };
const REFUSED: AttemptReport = { ...BAD, outcome: 'credential', status: 401 };
const CREDENTIAL = { credential: 'shared' };
const [a, b] = [deploymentOf('a', CREDENTIAL), deploymentOf('b', CREDENTIAL)];

function call(health: Health, deployment: Deployment, report: AttemptReport, nowMs: number): void {
  health.begin(deployment, nowMs);
  health.end(deployment, report, nowMs + report.durationMs);
}

function watched(): { readonly health: Health; readonly events: HealthEvent[] } {
  const events: HealthEvent[] = [];
  return {
    health: openHealth(
      () => POLICY,
      (event) => events.push(event),
    ),
    events,
  };
}

test('a refused key rests with all that it is for, is told of once, and asked again by one call', () => {
  const { health, events } = watched();
  call(health, a, REFUSED, 0);
  for (const each of [a, b])
    assert.deepEqual(health.standing(each, 1), { state: 'open', untilMs: 10_000, cause: 'credential' });
  assert.equal(health.claim(b, 1), false);
  assert.equal(health.claim(b, 10_000), true);
  assert.equal(health.claim(a, 10_001), false, 'one probe for the whole credential');
  call(health, b, REFUSED, 10_002);
  assert.equal(health.standing(a, 30_001).state, 'open');
  assert.equal(health.claim(a, 30_002), true);
  call(health, a, GOOD, 30_003);
  for (const each of [a, b]) assert.equal(health.standing(each, 30_004).state, 'closed');
  assert.deepEqual(
    events.map(({ type, circuit }) => [type, circuit]),
    [
      ['rests', null],
      ['back', null],
    ],
  );
});

test('without rests it is known all the same who fails, or whose key is refused, until one answers', () => {
  const health = openHealth(() => ({ allowedFails: 1, cooldownMs: 0 }));
  const c = deploymentOf('c', { credential: 'other' });
  const busy: AttemptReport = { ...BAD, outcome: 'limited', retryAfterMs: 60_000 };
  for (const [report, failed] of [
    [BAD, [false, false, true]],
    [busy, [false, false, true]],
    [{ ...BAD, outcome: 'spared' }, [false, false, false]],
  ] as const) {
    const seen = failed.map((_, at) => {
      call(health, c, report, at);
      return health.isFailing(c);
    });
    assert.deepEqual(seen, failed, report.outcome);
    assert.equal(health.standing(c, 3).state, 'closed');
    call(health, c, GOOD, 3);
    assert.equal(health.isFailing(c), false);
  }
  for (let at = 0; at < 3; at++) call(health, a, REFUSED, at);
  assert.deepEqual([health.isFailing(a), health.isFailing(b), health.isFailing(c)], [true, true, false]);
  call(health, b, GOOD, 4);
  assert.equal(health.isFailing(a), false);
});

test('a key that is good for another model rests for this one alone where it is forbidden', () => {
  const { health } = watched();
  call(health, b, GOOD, 0);
  call(health, a, { ...REFUSED, status: 403 }, 10);
  assert.equal(health.standing(a, 11).cause, 'credential');
  assert.equal(health.standing(b, 11).state, 'closed');
  call(health, b, { ...REFUSED, status: 403 }, 20);
  assert.equal(health.standing(deploymentOf('c', CREDENTIAL), 21).state, 'open', 'it was good for this one only');
});

test('a credential that is configured anew is asked at once; the same one rests on', () => {
  const { health, events } = watched();
  const other = deploymentOf('o', { credential: 'other' });
  health.configured(
    new Map([
      ['shared', '1'],
      ['other', '1'],
    ]),
  );
  call(health, a, REFUSED, 0);
  call(health, other, REFUSED, 0);
  health.configured(
    new Map([
      ['shared', '2'],
      ['other', '1'],
    ]),
  );
  assert.equal(health.standing(a, 1).state, 'closed');
  assert.equal(health.standing(other, 1).state, 'open');
  assert.deepEqual(events.at(-1)?.credential, 'shared');
  assert.equal(events.at(-1)?.type, 'back');
});

test('the share of answers leaves out callers, rate limits and rights', () => {
  const { health } = watched();
  const reports: readonly AttemptReport[] = [
    GOOD,
    GOOD,
    GOOD,
    BAD,
    { ...BAD, outcome: 'spared' },
    { ...BAD, outcome: 'limited', retryAfterMs: 10 },
    { ...REFUSED, status: 403 },
  ];
  for (const report of reports) call(health, a, report, 0);
  const { uptime5m, uptime30m, uptime1d, attempts30m, lastFailureMs } = health.stats(a, 1);
  assert.deepEqual([uptime5m, uptime30m, uptime1d, attempts30m, lastFailureMs], [0.75, 0.75, 0.75, 4, 0]);
  assert.equal(health.stats(a, 6 * 60_000).uptime5m, null);
  assert.equal(health.stats(a, 6 * 60_000).uptime30m, 0.75);
  assert.equal(health.stats(a, 2 * 3_600_000).uptime30m, null);
  assert.equal(health.stats(a, 2 * 3_600_000).uptime1d, 0.75);
  assert.equal(health.stats(a, 25 * 3_600_000).uptime1d, null);
});

test('first bytes and throughput over five minutes; percentiles may be a second old, a peak counts at once', () => {
  const { health } = watched();
  for (let calls = 0; calls < 100; calls++)
    call(health, a, { ...GOOD, firstByteMs: 200, durationMs: 2_000, outputTokens: 100 }, 0);
  const { firstByteMs, throughput, peakEwmaMs } = health.stats(a, 2_000);
  assert.ok(Math.abs((firstByteMs?.p50 ?? 0) - 200) < 10 && Math.abs((throughput?.p99 ?? 0) - 50) < 3);
  assert.equal(Math.round(peakEwmaMs ?? 0), 200);
  call(health, a, { ...GOOD, firstByteMs: 5_000 }, 2_010);
  assert.equal(health.stats(a, 2_011).peakEwmaMs, 5_000);
  assert.ok((health.stats(a, 32_010).peakEwmaMs ?? 0) < 300, 'three times ten seconds later it has faded');
  call(health, a, { ...BAD, durationMs: 3 }, 33_000);
  assert.ok((health.stats(a, 34_500).peakEwmaMs ?? 0) > 150, 'a quick failure makes nobody quick');
});

test('one far worse than its peers is put last for a while, then looked at again', () => {
  const { health } = watched();
  const group = ['x', 'y', 'z'].map((id) => deploymentOf(id, { credential: id }));
  const model = modelOf(...group);
  const [x, y, z] = group as [Deployment, Deployment, Deployment];
  for (let round = 0; round < 40; round++) {
    for (const each of [x, y]) {
      health.begin(each, 0, model);
      health.end(each, GOOD, 0);
    }
    health.begin(z, 0, model);
    health.end(z, round % 3 === 0 ? BAD : GOOD, 0);
  }
  health.compare(1);
  assert.deepEqual([...health.outliers()], [z.circuit]);
  assert.equal(health.standing(z, 1).state, 'closed');
  health.compare(40_002);
  assert.deepEqual([...health.outliers()], []);
});

test('no more deployments than so many are remembered, and those in flight always are', () => {
  const memories = openMemories(50);
  const health = openHealth(() => POLICY, undefined, { memories });
  const busy = deploymentOf('busy');
  health.begin(busy, 0);
  for (let index = 0; index < 500; index++) call(health, deploymentOf(`d${index}`), GOOD, index);
  assert.ok([...memories.all()].length <= 51);
  assert.equal(health.inFlight(busy), 1);
  health.end(busy, GOOD, 500);
  assert.equal(health.inFlight(busy), 0);
  assert.equal(health.stats(deploymentOf('d499'), 501).uptime5m, 1);
});

test('of a process that starts over and over, the last ones are remembered', () => {
  const { health } = watched();
  const teller = openHealth(() => POLICY);
  for (const each of [health, teller]) each.configured(new Map([['shared', '1']]));
  call(teller, a, GOOD, 0);
  const [told] = teller.tell(true, 1).filter(({ circuit }) => circuit !== null);
  assert.ok(told);
  health.hear(
    Array.from({ length: 100 }, (_, index) => ({ ...told, writer: `w${index}` })),
    2,
  );
  assert.equal(health.stats(a, 3).attempts30m, 32);
});

test('what asking without a caller shows: rests end earlier, a refused key rests, a limit knows itself', () => {
  const { health } = watched();
  call(health, a, BAD, 0);
  call(health, a, BAD, 1);
  health.probed(a, 'unknown', 2);
  assert.equal(health.standing(a, 2).state, 'open');
  health.probed(a, 'well', 3);
  assert.equal(health.standing(a, 3).state, 'half-open');
  call(health, b, { ...BAD, outcome: 'limited', retryAfterMs: 60_000 }, 4);
  health.probed(b, 'well', 5);
  assert.equal(health.standing(b, 5).state, 'open');
  health.probed(b, 'credential', 6);
  assert.equal(health.standing(a, 7).cause, 'credential');
});

test('the last failure stays known in the upstream’s words, and what is none of the deployment’s does not replace it', () => {
  const health = openHealth(() => POLICY);
  assert.equal(health.lastFailure(a), null);
  call(health, a, { ...BAD, outcome: 'limited', status: 429, error: 'slow down' }, 5);
  call(health, a, { ...BAD, outcome: 'spared', status: 400, error: 'the caller’s own' }, 6);
  call(health, a, GOOD, 7);
  assert.deepEqual(health.lastFailure(a), { kind: 'rate_limit', status: 429, error: 'slow down', atMs: 5 });
  call(health, a, { ...BAD, timedOut: true, error: 'nothing came within 30 s' }, 8);
  assert.deepEqual(health.lastFailure(a), {
    kind: 'timeout',
    status: null,
    error: 'nothing came within 30 s',
    atMs: 8,
  });
});
