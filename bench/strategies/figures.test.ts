import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Behaviour, type Outcome, simulate } from './world.ts';

const LOAD = { callsPerSecond: 100, seconds: 60 };
const SEEDS = [1, 2, 3];
const good = (id: string): Behaviour => ({ id, medianMs: 300, failing: 0, failureMs: 0, capacity: 60 });

function run(behaviours: readonly Behaviour[]): {
  readonly p95Ms: number;
  readonly failed: number;
  readonly calls: number;
} {
  const outcomes: readonly Outcome[] = SEEDS.map((seed) => simulate('balanced', behaviours, { ...LOAD, seed }));
  const latencies = outcomes.flatMap(({ latenciesMs }) => latenciesMs).sort((a, b) => a - b);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  return { p95Ms: latencies[Math.floor(latencies.length * 0.95)] ?? 0, failed, calls: latencies.length + failed };
}

const healthy = run(['a', 'b', 'c'].map(good));

test('the healthy run is a run', () => {
  assert.ok(healthy.calls > 15_000 && healthy.failed === 0);
  assert.ok(healthy.p95Ms > 400 && healthy.p95Ms < 900, `${healthy.p95Ms}`);
});

/** Refused at once, and after a while of silence. */
for (const failureMs of [5, 2_000])
  test(`with two of three dead, which tell after ${failureMs} ms, all calls are answered, p95 within 1.5 x`, () => {
    const dead = (id: string): Behaviour => ({ ...good(id), failing: 1, failureMs });
    const { p95Ms, failed } = run([good('a'), dead('b'), dead('c')]);
    assert.equal(failed, 0);
    assert.ok(p95Ms <= healthy.p95Ms * 1.5, `${p95Ms} after ${healthy.p95Ms}`);
  });

test('with one ten times slower than the rest, p95 within 1.3 x of the run without it', () => {
  const without = run(['a', 'b', 'c', 'd'].map(good));
  const { p95Ms, failed } = run([...['a', 'b', 'c', 'd'].map(good), { ...good('slow'), medianMs: 3_000 }]);
  assert.equal(failed, 0);
  assert.ok(p95Ms <= without.p95Ms * 1.3, `${p95Ms} after ${without.p95Ms}`);
});
