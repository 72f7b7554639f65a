import { Lru } from '../../std/index.ts';

/** How many attempts may fail again: `share` of the calls of the last `windowMs`, and `floor` beside. */
export type RetryBudgetPolicy = { readonly share: number; readonly floor: number; readonly windowMs: number };

export const usualRetryBudget: RetryBudgetPolicy = Object.freeze({ share: 0.1, floor: 10, windowMs: 10_000 });

const SLOTS = 10;

/** When a token was taken, to be given back with. */
export type RetryToken = number;

/**
 * The tokens that retries of one model cost: where everything fails, retries are what turns a provider's bad minute
 * into an outage of its own making. A sliding window of ten slots. A class, for one is kept per model with its state.
 */
export class RetryBudget {
  readonly #policy: RetryBudgetPolicy;
  readonly #calls = new Array<number>(SLOTS).fill(0);
  readonly #taken = new Array<number>(SLOTS).fill(0);
  #newest = 0;
  #callsInWindow = 0;
  #takenInWindow = 0;

  constructor(policy: RetryBudgetPolicy) {
    this.#policy = policy;
  }

  /** A call has come: what is allowed grows with the traffic. */
  noteCall(nowMs: number): void {
    this.#calls[this.#slotAt(nowMs)] = (this.#calls[this.#newest % SLOTS] ?? 0) + 1;
    this.#callsInWindow++;
  }

  hasToken(nowMs: number): boolean {
    this.#slotAt(nowMs);
    return this.#takenInWindow + 1 <= this.#policy.floor + this.#policy.share * this.#callsInWindow;
  }

  /** null: the budget is empty. */
  take(nowMs: number): RetryToken | null {
    if (!this.hasToken(nowMs)) return null;
    this.#change(this.#newest, 1);
    return this.#newest;
  }

  /** The attempt did not fail again. */
  giveBack(token: RetryToken, nowMs: number): void {
    this.#slotAt(nowMs);
    if (token > this.#newest - SLOTS) this.#change(token, -1);
  }

  #change(slot: number, by: number): void {
    this.#taken[slot % SLOTS] = (this.#taken[slot % SLOTS] ?? 0) + by;
    this.#takenInWindow += by;
  }

  /** Forgets what left the window, and says where the present goes. */
  #slotAt(nowMs: number): number {
    const present = Math.floor((nowMs * SLOTS) / this.#policy.windowMs);
    const first = Math.max(this.#newest + 1, present - SLOTS + 1);
    if (present - this.#newest >= SLOTS) this.#forgetAll();
    else {
      for (let slot = first; slot <= present; slot++) this.#forget(slot % SLOTS);
    }
    this.#newest = Math.max(this.#newest, present);
    return this.#newest % SLOTS;
  }

  #forget(index: number): void {
    this.#callsInWindow -= this.#calls[index] ?? 0;
    this.#takenInWindow -= this.#taken[index] ?? 0;
    this.#calls[index] = 0;
    this.#taken[index] = 0;
  }

  #forgetAll(): void {
    for (let index = 0; index < SLOTS; index++) this.#forget(index);
  }
}

/** Models beyond so many share no budget with others; the one asked for longest ago begins anew. */
const MOST_MODELS = 4_096;

/** One budget for each model that is asked for: a broken one must not take the retries of the others. */
export class RetryBudgets {
  readonly #budgets = new Lru<{ readonly budget: RetryBudget; readonly policy: RetryBudgetPolicy }>(MOST_MODELS);

  /** The policy may be another one after the configuration was loaded again. */
  of(model: string, policy: RetryBudgetPolicy): RetryBudget {
    const known = this.#budgets.get(model);
    if (known !== undefined && known.policy === policy) return known.budget;
    const budget = new RetryBudget(policy);
    this.#budgets.set(model, { budget, policy });
    return budget;
  }
}
