import type { Deployment } from '../../catalog/index.ts';
import { backoffMs } from '../../std/index.ts';
import type { Standing } from '../health/standing.ts';
import type { Candidate } from '../plan.ts';
import type { Allowance, Exhausted, Leave } from './allowance.ts';

/** An upstream that asks for more patience than this is not tried again: the caller is told how long it would be. */
const LONGEST_PAUSE_MS = 10_000;

/** How a candidate failed, as far as it decides what comes next. */
export type CandidateFailure = {
  /** No other deployment of the same model would do better. */
  readonly stops: boolean;
  /** How often it may be tried again that failed so. */
  readonly retries: number;
  /** What its upstream asked for; null: nothing. */
  readonly retryAfterMs: number | null;
};

export type CourseStep =
  | { readonly kind: 'try'; readonly candidate: Candidate; readonly leave: Leave }
  | { readonly kind: 'wait'; readonly ms: number }
  /** `tried`: no candidate is left that may do better. */
  | { readonly kind: 'over'; readonly why: 'tried' | Exhausted };

export type CourseInput = {
  readonly candidates: readonly Candidate[];
  readonly allowance: Allowance;
  readonly leastPauseMs: number;
  readonly standing: (deployment: Deployment, nowMs: number) => Standing;
  /** Whether its last calls have all failed, though it does not rest. Left out: none has. */
  readonly isFailing?: (deployment: Deployment) => boolean;
  /** Uniform in [0, 1). */
  readonly random: () => number;
};

type Entry = {
  readonly candidate: Candidate;
  tries: number;
  retries: number;
  /** When its upstream may be asked again. */
  dueMs: number;
};

function nobody(): boolean {
  return false;
}

/**
 * The order in which the candidates of a plan are tried: each once, then in rounds those whose failures may have
 * passed, after a pause that grows and is no shorter than an upstream asked for. Decides and does nothing: times and
 * outcomes are handed in. A class, for one is made per plan with its state.
 */
export class Course {
  readonly #input: CourseInput;
  readonly #entries: readonly Entry[];
  readonly #stopped = new Set<string>();
  readonly #met = new Set<string>();
  #round = 0;
  #turn: readonly Entry[];
  #at = 0;

  constructor(input: CourseInput) {
    this.#input = input;
    this.#entries = input.candidates.map((candidate) => ({ candidate, tries: 0, retries: 0, dueMs: 0 }));
    this.#turn = this.#entries;
  }

  next(nowMs: number): CourseStep {
    for (let entry = this.#turn[this.#at]; entry !== undefined; entry = this.#turn[this.#at]) {
      this.#at++;
      if (!this.#mayTry(entry, nowMs)) continue;
      const leave = this.#leaveFor(entry, nowMs);
      // Whoever is well comes free yet, here or among the fallbacks: this one fails, and there is nothing to pay it with.
      if (leave === 'budget' && this.#input.allowance.hasFreeFailover()) continue;
      if (typeof leave === 'string') return { kind: 'over', why: leave };
      return this.#begin(entry, leave);
    }
    return this.#nextRound(nowMs);
  }

  /** Another candidate to be tried beside one that is under way; null: there is none, or no leave for it. */
  beside(nowMs: number): (CourseStep & { readonly kind: 'try' }) | null {
    const entry = this.#entries.find((each) => each.tries === 0 && this.#mayTry(each, nowMs));
    if (entry === undefined || !this.#isWell(entry, nowMs)) return null;
    const leave = this.#input.allowance.takeBeside(nowMs);
    return leave === null ? null : this.#begin(entry, leave);
  }

  failed({ deployment, model }: Candidate, failure: CandidateFailure, nowMs: number): void {
    if (failure.stops) this.#stopped.add(model.name);
    const entry = this.#entries.find(({ candidate }) => candidate.deployment === deployment);
    if (entry === undefined) return;
    const waitMs = failure.retryAfterMs ?? 0;
    entry.dueMs = nowMs + waitMs;
    entry.retries = waitMs > LONGEST_PAUSE_MS ? 0 : failure.retries;
  }

  /** The candidate was passed over, before anything was sent: its leave is free for another one. */
  passedOver(leave: Leave, nowMs: number): void {
    this.#input.allowance.giveBack(leave, nowMs);
  }

  #begin(entry: Entry, leave: Leave): CourseStep & { readonly kind: 'try' } {
    entry.tries++;
    this.#met.add(entry.candidate.model.name);
    return { kind: 'try', candidate: entry.candidate, leave };
  }

  /** The plan has left out those that rest; what has come to rest since is not asked either. */
  #mayTry({ candidate, tries, dueMs }: Entry, nowMs: number): boolean {
    if (tries > this.#round || dueMs > nowMs) return false;
    if (this.#round === 0 && this.#stopped.has(candidate.model.name)) return false;
    return this.#met.size === 0 || this.#input.standing(candidate.deployment, nowMs).state !== 'open';
  }

  #leaveFor(entry: Entry, nowMs: number): Leave | Exhausted {
    const isFirstOfModel = !this.#met.has(entry.candidate.model.name);
    const isFresh = this.#met.size === 0 || this.#isFresh(entry, nowMs);
    return this.#input.allowance.take(isFresh, isFirstOfModel, nowMs);
  }

  /** Untried and well: the first failover to such a one is free. */
  #isFresh(entry: Entry, nowMs: number): boolean {
    const { isFailing = nobody } = this.#input;
    return entry.tries === 0 && this.#isWell(entry, nowMs) && !isFailing(entry.candidate.deployment);
  }

  #isWell({ candidate }: Entry, nowMs: number): boolean {
    return this.#input.standing(candidate.deployment, nowMs).state === 'closed';
  }

  #nextRound(nowMs: number): CourseStep {
    const { allowance, leastPauseMs, random } = this.#input;
    const again = this.#entries.filter(({ tries, retries }) => tries > 0 && retries > this.#round);
    if (again.length === 0) return { kind: 'over', why: 'tried' };
    const soonestMs = Math.min(...again.map(({ dueMs }) => dueMs)) - nowMs;
    const ms = Math.max(backoffMs(this.#round + 1, random()), leastPauseMs, soonestMs);
    if (!allowance.mayWait(ms, nowMs)) return { kind: 'over', why: 'tried' };
    this.#round++;
    this.#turn = again;
    this.#at = 0;
    return { kind: 'wait', ms };
  }
}
