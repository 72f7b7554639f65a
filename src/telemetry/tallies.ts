import type { ExchangeEvent } from './event.ts';

/** Upper bounds in seconds: answers take from milliseconds to minutes. */
export const SECONDS = [0.005, 0.02, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300] as const;

/** Past this many names the rest share one series: wildcards take any name. */
const MAX_MODELS = 1_000;

/** How many observations fell into each bucket (not cumulated; one more than `SECONDS`), and their sum. */
export type Distribution = { readonly buckets: Float64Array; sum: number };

/** What is counted of one model at one provider. */
export type ModelTally = {
  readonly model: string;
  readonly provider: string;
  readonly byStatus: Map<number, number>;
  readonly byError: Map<string, number>;
  costNanoUsd: number;
  inputTokens: number;
  outputTokens: number;
  unpriced: number;
  readonly latency: Distribution;
  readonly firstByte: Distribution;
};

export type AttemptTally = {
  readonly deployment: string;
  readonly provider: string;
  readonly outcome: string;
  count: number;
};

export type BudgetTally = { readonly scope: string; readonly reached: string; count: number };

export type Tallies = {
  /** A budget of such a scope reached something that is told once in its window. */
  readonly countBudget: (scope: string, reached: string) => void;
  readonly budgets: () => Iterable<BudgetTally>;
  readonly record: (event: ExchangeEvent) => void;
  readonly models: () => Iterable<ModelTally>;
  readonly attempts: () => Iterable<AttemptTally>;
};

/**
 * Counts settled exchanges, a few additions each; somebody may ask for them later. Keys and users are no dimensions: a
 * million of them would be a million series.
 */
export function openTallies(): Tallies {
  const models = new Map<string, ModelTally>();
  const attempts = new Map<string, AttemptTally>();
  const budgets = new Map<string, BudgetTally>();
  const names = new Set<string>();
  return {
    countBudget: (scope, reached) => {
      const name = `${scope} ${reached}`;
      const known = budgets.get(name);
      if (known === undefined) budgets.set(name, { scope, reached, count: 1 });
      else known.count++;
    },
    budgets: () => budgets.values(),
    models: () => models.values(),
    attempts: () => attempts.values(),
    record: (event) => {
      const tally = tallyOf(models, modelName(event, names), event.provider ?? 'none');
      add(tally.byStatus, event.status);
      if (event.outcome !== 'completed') add(tally.byError, event.errorCode ?? event.outcome);
      for (const { deployment, provider, outcome } of event.attempts) {
        const name = `${deployment} ${outcome}`;
        const known = attempts.get(name);
        if (known === undefined) attempts.set(name, { deployment, provider, outcome, count: 1 });
        else known.count++;
      }
      if (event.deployment === null) return;
      tally.costNanoUsd += Number(event.costNanoUsd);
      tally.inputTokens += event.usage.inputTokens;
      tally.outputTokens += event.usage.outputTokens;
      if (!event.priced) tally.unpriced++;
      observe(tally.latency, event.durationMs / 1000);
      if (event.firstByteMs !== null) observe(tally.firstByte, event.firstByteMs / 1000);
    },
  };
}

/** A name that nobody serves gets no series of its own. */
function modelName(event: ExchangeEvent, names: Set<string>): string {
  if (event.deployment === null || event.requestedModel === null) return 'unknown';
  if (names.size < MAX_MODELS) names.add(event.requestedModel);
  return names.has(event.requestedModel) ? event.requestedModel : 'other';
}

function tallyOf(models: Map<string, ModelTally>, model: string, provider: string): ModelTally {
  const name = `${provider} ${model}`;
  const known = models.get(name);
  if (known !== undefined) return known;
  const counts = { costNanoUsd: 0, inputTokens: 0, outputTokens: 0, unpriced: 0 };
  const opened = {
    model,
    provider,
    byStatus: new Map(),
    byError: new Map(),
    ...counts,
    latency: distribution(),
    firstByte: distribution(),
  };
  models.set(name, opened);
  return opened;
}

function distribution(): Distribution {
  return { buckets: new Float64Array(SECONDS.length + 1), sum: 0 };
}

function observe(into: Distribution, seconds: number): void {
  let bucket = 0;
  while (bucket < SECONDS.length && seconds > (SECONDS[bucket] ?? 0)) bucket++;
  into.buckets[bucket] = (into.buckets[bucket] ?? 0) + 1;
  into.sum += seconds;
}

function add<Name>(counts: Map<Name, number>, name: Name): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
