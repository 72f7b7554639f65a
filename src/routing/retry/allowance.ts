import type { RetryBudget, RetryToken } from './retry-budget.ts';

/** Leave for one attempt; `token`: it costs one if it fails. */
export type Leave = { readonly token: RetryToken | null };

/** Why no further attempt is made. */
export type Exhausted = 'attempts' | 'budget' | 'deadline';

export type AllowanceLimits = {
  /** Attempts of the call in all. */
  readonly maxAttempts: number;
  /** When the deadline of the call passes, monotonic; Infinity: it has none. */
  readonly untilMs: number;
};

const FREE: Leave = Object.freeze({ token: null });

/**
 * What all attempts of one call share: their number, their deadline and the retry budget of the model that was asked
 * for. The first attempt is free, and so is the first failover to a deployment that is untried and well. A class, for
 * one is made per call with its state.
 */
export class Allowance {
  readonly #limits: AllowanceLimits;
  readonly #budget: RetryBudget;
  #attempts = 0;
  #hasFailedOver = false;

  constructor(limits: AllowanceLimits, budget: RetryBudget, nowMs: number) {
    this.#limits = limits;
    this.#budget = budget;
    budget.noteCall(nowMs);
  }

  /** `isFirstOfModel`: a model is tried once at least, however often those before it were. */
  take(isUntriedAndWell: boolean, isFirstOfModel: boolean, nowMs: number): Leave | Exhausted {
    if (nowMs >= this.#limits.untilMs) return 'deadline';
    if (this.#attempts >= this.#limits.maxAttempts && !isFirstOfModel) return 'attempts';
    if (this.#attempts === 0) {
      this.#attempts = 1;
      return FREE;
    }
    const leave = isUntriedAndWell && !this.#hasFailedOver ? FREE : this.#bought(nowMs);
    if (leave === null) return 'budget';
    if (leave === FREE) this.#hasFailedOver = true;
    this.#attempts++;
    return leave;
  }

  /** The first failover to a deployment that is untried and well has not been made. */
  hasFreeFailover(): boolean {
    return !this.#hasFailedOver;
  }

  /** An attempt beside one that is under way: never free. */
  takeBeside(nowMs: number): Leave | null {
    if (nowMs >= this.#limits.untilMs || this.#attempts >= this.#limits.maxAttempts) return null;
    const leave = this.#bought(nowMs);
    if (leave !== null) this.#attempts++;
    return leave;
  }

  /** Whether a retry after this pause would be let through, as far as it can be known before it. */
  mayWait(pauseMs: number, nowMs: number): boolean {
    const { maxAttempts, untilMs } = this.#limits;
    return this.#attempts < maxAttempts && nowMs + pauseMs < untilMs && this.#budget.hasToken(nowMs);
  }

  /** The attempt answered, or its caller left: it has not failed again. */
  spare({ token }: Leave, nowMs: number): void {
    if (token !== null) this.#budget.giveBack(token, nowMs);
  }

  /** The attempt was not made after all. */
  giveBack(leave: Leave, nowMs: number): void {
    this.#attempts--;
    if (leave === FREE) this.#hasFailedOver = false;
    this.spare(leave, nowMs);
  }

  #bought(nowMs: number): Leave | null {
    const token = this.#budget.take(nowMs);
    return token === null ? null : { token };
  }
}
