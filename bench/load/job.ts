import type { Endpoint, StreamShape } from '../payload.ts';

type Timing = { readonly endpoint: Endpoint; readonly warmMs: number; readonly windowMs: number };

/** Every connection sends its next request as soon as it has the answer to the last. */
export type ClosedLoopJob = Timing & {
  readonly kind: 'closed-loop';
  readonly connections: number;
  readonly pid: number | null;
};

/** A number of streams is open all the time; each one that ends is begun anew. */
export type StreamsJob = Timing & {
  readonly kind: 'streams';
  readonly streams: number;
  readonly shape: StreamShape;
  readonly pid: number | null;
};

/** Requests leave at a fixed rate, whether or not the earlier ones have been answered. */
export type OpenLoopJob = Timing & {
  readonly kind: 'open-loop';
  readonly rps: number;
  readonly shape: StreamShape | null;
  readonly pid: number | null;
};

export type Job = ClosedLoopJob | StreamsJob | OpenLoopJob;

type Outcome = {
  readonly errors: readonly string[];
  /** Share of one core that the generator itself used: near 1, the generator was the limit. */
  readonly generatorBusy: number;
};

/** `cpuUs` is of the process tree of `pid`, 0 without one. */
export type ClosedLoopResult = Outcome & {
  readonly requests: number;
  readonly seconds: number;
  readonly cpuUs: number;
};

export type StreamsResult = Outcome & {
  readonly chunks: number;
  readonly reads: number;
  readonly seconds: number;
  readonly cpuUs: number;
  readonly residentMb: number;
};

/**
 * `lagP99Us` tells how late the generator itself was; that is part of every latency, for all targets alike.
 * `starvedMs` is how long the target's threads wanted a core while another thread was on it.
 */
export type OpenLoopResult = Outcome & {
  readonly answers: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly largestUs: number;
  readonly lagP99Us: number;
  readonly starvedMs: number;
};

export type ResultOf = {
  readonly 'closed-loop': ClosedLoopResult;
  readonly streams: StreamsResult;
  readonly 'open-loop': OpenLoopResult;
};
