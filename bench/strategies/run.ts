import { type StrategyId, strategyIds } from '../../src/routing/index.ts';
import { type Behaviour, type Outcome, simulate } from './world.ts';

/** Prices are the same and none is measured but by its calls: what is left is latency and failure. */
const COMPARED: readonly StrategyId[] = strategyIds.filter((id) => !/price|usage|throughput/.test(id));
const SEEDS = [1, 2, 3, 4, 5];
const LOAD = { callsPerSecond: 100, seconds: 60 };

const good = (id: string): Behaviour => ({ id, medianMs: 300, failing: 0, failureMs: 0, capacity: 20 });
const WORLDS: readonly (readonly [name: string, behaviours: readonly Behaviour[]])[] = [
  ['five good ones', ['a', 'b', 'c', 'd', 'e'].map(good)],
  ['one of five ten times slower', [...['a', 'b', 'c', 'd'].map(good), { ...good('slow'), medianMs: 3_000 }]],
  [
    'one of five fails half of its calls, fast',
    [...['a', 'b', 'c', 'd'].map(good), { ...good('failing'), failing: 0.5, failureMs: 20 }],
  ],
  [
    'one slow, one failing, three good',
    [
      ...['a', 'b', 'c'].map(good),
      { ...good('slow'), medianMs: 3_000 },
      { ...good('failing'), failing: 0.5, failureMs: 20 },
    ],
  ],
];

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Of all seeds together. */
function row(id: StrategyId, outcomes: readonly Outcome[]): readonly string[] {
  const latencies = outcomes.flatMap(({ latenciesMs }) => latenciesMs).sort((a, b) => a - b);
  const calls = outcomes.reduce((sum, { latenciesMs, failed }) => sum + latenciesMs.length + failed, 0);
  const attempts = outcomes.reduce((sum, outcome) => sum + outcome.attempts, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  const share = (name: string): string => {
    const chosen = outcomes.reduce((sum, outcome) => sum + (outcome.chosen[name] ?? 0), 0);
    return outcomes.some((outcome) => outcome.chosen[name] !== undefined)
      ? `${((chosen / calls) * 100).toFixed(1)} %`
      : '';
  };
  const times = [0.5, 0.95, 0.99].map((each) => percentile(latencies, each).toFixed(0));
  return [id, ...times, (attempts / calls).toFixed(3), share('slow'), share('failing'), String(failed)];
}

const HEAD = [
  'strategy',
  'p50 ms',
  'p95 ms',
  'p99 ms',
  'attempts a call',
  'to the slow one',
  'to the failing one',
  'failed',
];

for (const [name, behaviours] of WORLDS) {
  process.stdout.write(`\n${name}\n\n| ${HEAD.join(' | ')} |\n|${' --- |'.repeat(HEAD.length)}\n`);
  for (const id of COMPARED) {
    const outcomes = SEEDS.map((seed) => simulate(id, behaviours, { ...LOAD, seed }));
    process.stdout.write(`| ${row(id, outcomes).join(' | ')} |\n`);
  }
}
