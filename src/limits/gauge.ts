import type { Allowance, RateLimit, RateMeasure } from '../inference/index.ts';
import { litellmWord, type Scope } from './scope.ts';
import { countInWindow, openWindow, type SlidingWindow } from './sliding-window.ts';

const PER_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** LiteLLM's words for what is measured; tokens of one direction are ours. */
const TYPES: Readonly<Record<RateMeasure, string>> = {
  requests: 'requests',
  tokens: 'tokens',
  input_tokens: 'input_tokens',
  output_tokens: 'output_tokens',
  parallel: 'max_parallel_requests',
};

/** One rate limit of one scope, and what of it is used. */
export type Gauge = {
  readonly limit: RateLimit;
  /** null: calls at the same time. */
  readonly window: SlidingWindow | null;
  readonly running: { calls: number };
  /** As messages tell it: `api_key: a1B2c3`. */
  readonly described: string;
  readonly type: string;
  /** Names of the headers that tell the limit and what remains of it. */
  readonly limitHeader: string;
  readonly remainingHeader: string;
  /** LiteLLM's other name for what remains to a key of a model; null: it has none. */
  readonly otherRemainingHeader: string | null;
};

/** What was counted stays counted when a limit changes. */
export function gaugesOf(scope: Scope, { limits }: Allowance, former: readonly Gauge[]): Gauge[] {
  const running = former.find(({ window }) => window === null)?.running ?? { calls: 0 };
  return limits.map((limit) => {
    const { measure, per } = limit;
    const word = litellmWord(scope);
    const { model } = scope;
    const id = scope.id.replace('\n', ':');
    const type = per === null || per === 'minute' ? TYPES[measure] : `${TYPES[measure]}_per_${per}`;
    const same = former.find((gauge) => gauge.limit.measure === measure && gauge.limit.per === per);
    const inHeader = type.replaceAll('_', measure === 'parallel' ? '_' : '-');
    const hasOtherName =
      scope.kind === 'key' && model !== null && per === 'minute' && (measure === 'requests' || measure === 'tokens');
    return {
      limit,
      window: per === null ? null : (same?.window ?? openWindow(PER_MS[per])),
      running,
      described: model === null ? `${word}: ${id}` : `${word}: ${id}:${model}`,
      type,
      limitHeader: `x-ratelimit-${word}-limit-${inHeader}`,
      remainingHeader: `x-ratelimit-${word}-remaining-${inHeader}`,
      otherRemainingHeader: hasOtherName ? `x-litellm-key-remaining-${measure}-${headerName(model)}` : null,
    };
  });
}

export function usedOf({ window, running }: Gauge, nowMs: number): number {
  return window === null ? running.calls : countInWindow(window, nowMs);
}

export function isIdle(gauge: Gauge, nowMs: number): boolean {
  return gauge.running.calls === 0 && (gauge.window === null || countInWindow(gauge.window, nowMs) === 0);
}

/** A model may be named with what no header's name can hold. */
function headerName(model: string): string {
  return model.replace(/[^!#$%&'*+.^_`|~0-9A-Za-z-]/g, '-');
}
