import type { Lane } from './options.ts';

export type Sample = {
  readonly lane: Lane;
  readonly target: string;
  readonly round: number;
  readonly figures: Readonly<Record<string, number>>;
  readonly errors: readonly string[];
};

export type Statistic = {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  readonly samples: number;
};

/** By target, then by `lane.figure`. */
export type Summary = Readonly<Record<string, Readonly<Record<string, Statistic>>>>;

/** The lanes whose percentiles only mean something beside those of a direct call. */
const COMPARED_WITH_DIRECT: readonly Lane[] = ['latency', 'first-byte'];
const COMPARED_FIGURES = ['p50_us', 'p99_us'];

function statistic(values: readonly number[]): Statistic {
  const sorted = values.toSorted((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? upper;
  return { median: (lower + upper) / 2, lowest: sorted[0] ?? 0, highest: sorted.at(-1) ?? 0, samples: sorted.length };
}

/** Against the direct call of the same round: what slows the machine for a while slows both. */
function withAdded(sample: Sample, valid: readonly Sample[]): Record<string, number> {
  const figures = { ...sample.figures };
  if (!COMPARED_WITH_DIRECT.includes(sample.lane)) return figures;
  const base = valid.find(
    ({ target, lane, round }) => target === 'direct' && lane === sample.lane && round === sample.round,
  );
  if (base === undefined) return figures;
  for (const name of COMPARED_FIGURES) {
    const [own, direct] = [sample.figures[name], base.figures[name]];
    if (own !== undefined && direct !== undefined) figures[`added_${name}`] = own - direct;
  }
  return figures;
}

export function summarise(samples: readonly Sample[]): Summary {
  const valid = samples.filter((sample) => sample.errors.length === 0);
  const values = new Map<string, Map<string, number[]>>();
  for (const sample of valid) {
    const ofTarget = values.get(sample.target) ?? new Map<string, number[]>();
    values.set(sample.target, ofTarget);
    for (const [name, value] of Object.entries(withAdded(sample, valid))) {
      const key = `${sample.lane}.${name}`;
      ofTarget.set(key, [...(ofTarget.get(key) ?? []), value]);
    }
  }
  const targets = [...values].map(([target, figures]) => {
    const statistics = [...figures].map(([name, list]) => [name, statistic(list)] as const);
    return [target, Object.fromEntries(statistics)] as const;
  });
  return Object.fromEntries(targets);
}
