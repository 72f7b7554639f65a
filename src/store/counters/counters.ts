/** How much of one limit one process has, as it tells the others. */
export type ShareAsk = {
  /** Of the limit, the same in all processes. */
  readonly name: string;
  readonly limit: number;
  /** Milliseconds; null: places of calls that run at the same time. */
  readonly windowMs: number | null;
  /** What the process keeps in any case: it may have used so much. Whatever it had beyond is free from now on. */
  readonly keep: number;
  /** What it would like to have. */
  readonly want: number;
  readonly used: number;
  /** The weight of those whom it had to refuse of late; 0: it has enough. */
  readonly pressed: number;
  /** The largest amount that it had to refuse of late. */
  readonly need: number;
};

/** Another process's share. */
export type OtherShare = Pick<ShareAsk, 'used' | 'pressed' | 'need'> & {
  readonly process: string;
  /** Of a process that is no more: what may still count of it, less with time. */
  readonly cap: number;
  readonly isLive: boolean;
};

export type ShareAnswer = { readonly name: string; readonly cap: number; readonly others: readonly OtherShare[] };

export type ShareRound = {
  readonly process: string;
  /** Grows with each round of the process: one that comes late changes nothing. */
  readonly op: number;
  readonly asks: readonly ShareAsk[];
};

export type ShareRoundAnswer = {
  /** Processes that were heard of in the last five seconds, the asker among them. */
  readonly live: number;
  /** The store's own clock, for turns that all processes agree about. */
  readonly nowMs: number;
  /** Limits of which any process had too little in the last seconds. */
  readonly pressed: readonly string[];
  readonly answers: readonly ShareAnswer[];
};

/**
 * What processes share besides money: how much of each limit each of them may use. Together the live processes' shares
 * and what the dead ones used never exceed a limit, unless a process says that it has used more.
 */
export type Counters = {
  readonly kind: 'memory' | 'postgres' | 'redis';
  readonly exchange: (round: ShareRound) => Promise<ShareRoundAnswer>;
  /** The process ends: its places are free, and what it has used counts until its window is over. */
  readonly leave: (process: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** A process that is not heard of for so long is taken for dead. */
export const LIVE_MS = 5_000;
/** Rounds come once a second, and may be late. */
export const PRESSED_MS = 3_000;
