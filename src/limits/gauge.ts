import type { Allowance, RateLimit, RateMeasure } from '../inference/index.ts';
import { litellmWord, type Scope, scopeName } from './scope.ts';
import type { Share } from './sharing/share.ts';
import type { Sharing } from './sharing/sharing.ts';
import { countInWindow, emptyInMs, openWindow, type SlidingWindow, waitForWindow } from './sliding-window.ts';

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
  /** This process's part of it; null: nobody else counts it. */
  readonly share: Share | null;
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
export function gaugesOf(
  scope: Scope,
  { limits }: Allowance,
  former: readonly Gauge[],
  sharing: Pick<Sharing, 'open'> | null = null,
): Gauge[] {
  const running = former.find(({ window }) => window === null)?.running ?? { calls: 0 };
  return limits.map((limit) => {
    const { measure, per } = limit;
    const word = litellmWord(scope);
    const { model } = scope;
    const id = scope.id.replace('\n', ':');
    const type = per === null || per === 'minute' ? TYPES[measure] : `${TYPES[measure]}_per_${per}`;
    const same = former.find((gauge) => gauge.limit.measure === measure && gauge.limit.per === per);
    const inHeader = type.replaceAll('_', measure === 'parallel' ? '_' : '-');
    const window = per === null ? null : (same?.window ?? openWindow(PER_MS[per]));
    const hasOtherName =
      scope.kind === 'key' && model !== null && per === 'minute' && (measure === 'requests' || measure === 'tokens');
    return {
      limit,
      window,
      running,
      share: sharing === null ? null : sharing.open(sharedAs(scope, type, limit, window, running)),
      described: model === null ? `${word}: ${id}` : `${word}: ${id}:${model}`,
      type,
      limitHeader: `x-ratelimit-${word}-limit-${inHeader}`,
      remainingHeader: `x-ratelimit-${word}-remaining-${inHeader}`,
      otherRemainingHeader: hasOtherName ? `x-litellm-key-remaining-${measure}-${headerName(model)}` : null,
    };
  });
}

function sharedAs(
  scope: Scope,
  type: string,
  { limit, per }: RateLimit,
  window: SlidingWindow | null,
  running: { readonly calls: number },
): Parameters<Sharing['open']>[0] {
  return {
    name: `${scopeName(scope)} ${type}`,
    windowMs: per === null ? null : PER_MS[per],
    limit,
    usedAt: (nowMs) => (window === null ? running.calls : countInWindow(window, nowMs)),
  };
}

/** What may be used of the limit here. */
export function allowedOf({ limit: { limit }, share }: Gauge): number {
  return share === null ? limit : share.allowed;
}

/** What a caller could get here: also what no process has, which is asked for when it is needed. */
export function reachableOf({ limit: { limit }, share }: Gauge): number {
  return share === null ? limit : share.reach;
}

export function usedOf({ window, running }: Gauge, nowMs: number): number {
  return window === null ? running.calls : countInWindow(window, nowMs);
}

export function isIdle(gauge: Gauge, nowMs: number): boolean {
  return gauge.running.calls === 0 && (gauge.window === null || countInWindow(gauge.window, nowMs) === 0);
}

/** A rate limit, and what of it is used now by all processes. */
export type LimitInUse = Scope &
  RateLimit & {
    readonly used: number;
    readonly remaining: number;
    /** Until some of what this process counts is free again, and until all of it is; null: whenever a call ends. */
    readonly freesInMs: number | null;
    readonly emptyInMs: number | null;
  };

export function limitInUse({ kind, id, model }: Scope, gauge: Gauge, nowMs: number): LimitInUse {
  const { limit, window, share } = gauge;
  return { kind, id, model, ...limit, ...usage(limit.limit, usedOf(gauge, nowMs), window, share, nowMs) };
}

type Usage = Pick<LimitInUse, 'used' | 'remaining' | 'freesInMs' | 'emptyInMs'>;

/** `own`: what this process counts. What the others told last is at most a second old. */
export function usage(
  limit: number,
  own: number,
  window: SlidingWindow | null,
  share: Pick<Share, 'others'> | null,
  nowMs: number,
): Usage {
  const used = own + (share?.others ?? []).reduce((sum, other) => sum + other.used, 0);
  return {
    used,
    remaining: Math.max(0, limit - used),
    freesInMs: window === null ? null : waitForWindow(window, 1, own, nowMs),
    emptyInMs: window === null ? null : emptyInMs(window, nowMs),
  };
}

/** A model may be named with what no header's name can hold. */
function headerName(model: string): string {
  return model.replace(/[^!#$%&'*+.^_`|~0-9A-Za-z-]/g, '-');
}
