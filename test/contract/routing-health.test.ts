import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Deployment } from '../../src/catalog/index.ts';
import { LearnedLimits } from '../../src/limits/index.ts';
import {
  type AttemptReport,
  type Health,
  type HealthSharing,
  openHealth,
  openHealthSharing,
} from '../../src/routing/index.ts';
import { deploymentOf } from '../../src/routing/plan-fixture.ts';
import type { Database } from '../../src/store/index.ts';
import { onBothDatabases } from './on-both-databases.ts';

const GOOD: AttemptReport = {
  outcome: 'answered',
  retryAfterMs: null,
  firstByteMs: 200,
  durationMs: 0,
  outputTokens: null,
};
const BAD: AttemptReport = { ...GOOD, outcome: 'failed', firstByteMs: null };
const REFUSED: AttemptReport = { ...BAD, outcome: 'credential', status: 401 };
const VERSIONS = new Map([['c', 'v1']]);
const [a, b] = [deploymentOf('a'), deploymentOf('b')];

/** A process of its own, whose clock runs as the machine's does and began at another time. */
function processOf(database: Database, writer: string, aheadMs: number, versions = VERSIONS) {
  const nowMs = (): number => performance.now() + aheadMs;
  const learned = new LearnedLimits();
  const health = openHealth(() => ({ allowedFails: 2, cooldownMs: 60_000 }), undefined, { learned });
  health.configured(versions);
  return { health, learned, nowMs, sharing: openHealthSharing(health, database, writer, nowMs) };
}

function call({ health, nowMs }: { health: Health; nowMs: () => number }, to: Deployment, report: AttemptReport): void {
  health.begin(to, nowMs());
  health.end(to, report, nowMs());
}

async function refreshed(...processes: readonly { readonly sharing: HealthSharing }[]): Promise<void> {
  for (const { sharing } of processes) await sharing.refresh();
}

onBothDatabases('the health of deployments', (open) => {
  it('what opens in one process rests in the others, for what is left of it', async () => {
    const { main } = await open();
    const [one, two] = [processOf(main, 'one', 0), processOf(main, 'two', 5_000_000)];
    await refreshed(one, two);
    call(one, a, BAD);
    call(one, a, BAD);
    await refreshed(one, two);
    const { state, untilMs, cause } = two.health.standing(a, two.nowMs());
    assert.deepEqual([state, cause], ['open', 'failures']);
    const leftMs = untilMs - two.nowMs();
    assert.ok(leftMs > 50_000 && leftMs <= 60_000, `${leftMs}`);
    assert.equal(two.health.standing(b, two.nowMs()).state, 'closed');
  });

  it('a credential that one process was refused with is not tried by the others', async () => {
    const { main } = await open();
    const [one, two] = [processOf(main, 'one', 0), processOf(main, 'two', 0)];
    call(one, a, REFUSED);
    await refreshed(one, two);
    assert.deepEqual(two.health.standing(b, two.nowMs()).cause, 'credential');
  });

  it('nor does it come back to the one that told it, once that one knows better', async () => {
    const { main } = await open();
    const [one, two] = [processOf(main, 'one', 0), processOf(main, 'two', 0)];
    call(one, a, BAD);
    call(one, a, BAD);
    await refreshed(one, two);
    one.health.probed(a, 'well', one.nowMs());
    assert.equal(one.health.claim(a, one.nowMs()), true);
    call(one, a, GOOD);
    call(two, b, GOOD);
    await refreshed(two, one, two, one);
    assert.equal(two.health.standing(a, two.nowMs()).state, 'half-open', 'what it was told of is over');
    assert.equal(one.health.standing(a, one.nowMs()).state, 'closed');
  });

  it('what is told of another version of a credential is not believed', async () => {
    const { main } = await open();
    const [old, fresh] = [processOf(main, 'old', 0), processOf(main, 'fresh', 0, new Map([['c', 'v2']]))];
    call(old, a, REFUSED);
    await refreshed(old, fresh);
    assert.equal(fresh.health.standing(a, fresh.nowMs()).state, 'closed');
  });

  it('statistics are those of all, of one that has just started and of one that is no more', async () => {
    const { main } = await open();
    const [one, two] = [processOf(main, 'one', 0), processOf(main, 'two', 0)];
    for (let calls = 0; calls < 3; calls++) call(one, a, GOOD);
    call(two, a, { ...GOOD, firstByteMs: 400 });
    for (let calls = 0; calls < 4; calls++) call(two, b, BAD);
    await refreshed(one, two, one);
    const later = processOf(main, 'later', 0);
    await refreshed(later);
    for (const { health, nowMs } of [one, later]) {
      const { uptime5m, firstByteMs, attempts30m, peakEwmaMs } = health.stats(a, nowMs());
      assert.deepEqual([uptime5m, attempts30m], [1, 4]);
      assert.ok(Math.abs((firstByteMs?.p50 ?? 0) / 200 - 1) < 0.05, `${firstByteMs?.p50}`);
      assert.ok(Math.abs((firstByteMs?.p99 ?? 0) / 400 - 1) < 0.05, `${firstByteMs?.p99}`);
      assert.ok((peakEwmaMs ?? 0) > 150);
      assert.equal(health.stats(b, nowMs()).uptime30m, 0);
    }
  });

  it('what one has learned of a rate limit the others begin with, and so does one that starts anew', async () => {
    const { main } = await open();
    const [one, two] = [processOf(main, 'one', 0), processOf(main, 'two', 5_000_000)];
    const limited: AttemptReport = { ...BAD, outcome: 'limited' };
    call(one, a, limited);
    one.learned.throttled(a.circuit, 10, one.nowMs());
    await refreshed(one, two);
    assert.deepEqual([one.learned.callsOf(a.circuit), two.learned.callsOf(a.circuit)], [7, 7]);
    assert.equal(two.learned.callsOf(b.circuit), null);
    const { throttledAgoMs = -1 } = two.learned.told(a.circuit, two.nowMs()) ?? {};
    assert.ok(throttledAgoMs >= 0 && throttledAgoMs < 60_000, `${throttledAgoMs}`);
    const [later, other] = [processOf(main, 'later', 9_000), processOf(main, 'other', 0, new Map([['c', 'v2']]))];
    await refreshed(later, other);
    assert.deepEqual([later.learned.callsOf(a.circuit), other.learned.callsOf(a.circuit)], [7, null]);
  });

  it('the rest that one process has doubled is doubled on by the others', async () => {
    const { main } = await open();
    const [one, two] = [processOf(main, 'one', 0), processOf(main, 'two', 0)];
    const limited: AttemptReport = { ...BAD, outcome: 'limited' };
    // The four rests before it are over.
    let atMs = one.nowMs() - 7_504;
    const fail = (nowMs: number): void => {
      one.health.claim(a, nowMs);
      one.health.begin(a, nowMs);
      one.health.end(a, limited, nowMs);
    };
    for (const restMs of [500, 1_000, 2_000, 4_000]) {
      fail(atMs);
      atMs += restMs + 1;
    }
    fail(atMs);
    await refreshed(one, two);
    const { untilMs, cause } = two.health.standing(a, two.nowMs());
    assert.equal(cause, 'rate_limit');
    two.health.claim(a, untilMs);
    two.health.begin(a, untilMs);
    two.health.end(a, limited, untilMs);
    const next = two.health.standing(a, untilMs);
    assert.ok(next.untilMs - untilMs > 15_000, `${next.untilMs - untilMs}`);
  });

  it('what could not be told is told when the database is back', async () => {
    const { main } = await open();
    const down = { ...main, write: () => Promise.reject(new Error('down')) };
    let isDown = true;
    const flaky: Database = { ...main, write: (statements) => (isDown ? down : main).write(statements) };
    const [one, two] = [processOf(flaky, 'one', 0), processOf(main, 'two', 0)];
    call(one, a, REFUSED);
    await assert.rejects(one.sharing.refresh(), /down/);
    isDown = false;
    await refreshed(one, two);
    assert.equal(two.health.standing(a, two.nowMs()).cause, 'credential');
  });
});
