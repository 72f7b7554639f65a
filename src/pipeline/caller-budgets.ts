import type { VirtualKey } from '../access/index.ts';
import type { Model } from '../catalog/index.ts';
import { GatewayError, type Usage } from '../inference/index.ts';
import { type Hold, type HoldRefusal, isHold, isWallet, type NotHeld, type Pot } from '../ledger/index.ts';
import {
  type Admission,
  creditsExceeded,
  mayClampIn,
  type NotAdmitted,
  newsOfPurses,
  refuseFor,
} from '../limits/index.ts';
import { boundOfModel, isOpenEnded, LEAST_CLAMPED_OUTPUT, outputFor, softly } from './bound-of.ts';
import type { Exchange } from './exchange.ts';
import { limitedCall } from './limited-call.ts';
import { onlyFreeModels, type Paying, payingOf } from './paying.ts';
import { momentOf, type Rooms } from './rooms.ts';

/** The budgets and rate limits that one call's caller falls under. A class, for what is held of them. */
export class CallerBudgets {
  readonly #exchange: Exchange;
  readonly #rooms: Rooms;
  #admission: Admission | null = null;
  #paying: Paying = { kind: 'metered' };
  #pots: readonly Pot[] = [];
  #held: Hold | null = null;
  #isSettled = false;

  constructor(exchange: Exchange, rooms: Rooms) {
    this.#exchange = exchange;
    this.#rooms = rooms;
  }

  /** Throws 429, or rejects with it. null: at once, as long as this process's shares of the limits have room. */
  admit(): Promise<void> | null {
    const { key } = this.#exchange;
    if (key === null) return null;
    const call = limitedCall(this.#exchange, key, this.#rooms);
    const outcome = this.#rooms.admissions.admit(call, momentOf(this.#rooms));
    if (outcome.outcome === 'refused' && outcome.later !== null)
      return outcome.later.then(() => this.#take(this.#rooms.admissions.admit(call, momentOf(this.#rooms)), key));
    this.#take(outcome, key);
    return null;
  }

  /** The bound of the model's dearest deployment, from all budgets or from none; or why not. */
  hold(model: Model): GatewayError | null | Promise<GatewayError | null> {
    const paying = this.#paying;
    const pots = this.#pots;
    if (pots.length === 0 && paying.kind !== 'free') return null;
    const bound = boundOfModel(this.#exchange, model);
    if (paying.kind === 'free' && bound !== 0n) return onlyFreeModels(paying.organizationId, model.name, bound);
    const isHard = this.#isHard();
    if (bound === null && isHard) return priceUnknown(model);
    const outcome = this.#rooms.holds.hold(pots, isHard ? (bound ?? 0n) : softly(bound));
    if (outcome instanceof Promise || !isHold(outcome)) return this.#holdSomehow(model, pots, outcome);
    this.#held = outcome;
    return null;
  }

  /** null: it is held. */
  extendTo(bound: bigint | null): NotHeld | 'price_unknown' | null | Promise<NotHeld | null> {
    if (this.#held === null) return null;
    if (this.#paying.kind === 'free' && bound !== 0n) return 'price_unknown';
    if (!this.#isHard()) return this.#rooms.holds.extend(this.#held, softly(bound));
    return bound === null ? 'price_unknown' : this.#rooms.holds.extend(this.#held, bound);
  }

  /** The call is refused after all: it consumes nothing. */
  giveBack(): void {
    this.#admission?.giveBack(this.#rooms.clock.monotonicMs());
  }

  /** null: no budget has anything held. */
  heldNanoUsd(): bigint | null {
    return this.#held === null ? null : BigInt(this.#held.amount);
  }

  /** Ids of those that the call is charged to, each of the window in which it was let in. */
  pots(): readonly string[] {
    return this.#pots.map(({ id }) => id);
  }

  settle(charge: bigint, usage: Usage | null): void {
    this.#isSettled = true;
    if (this.#held !== null) this.#rooms.holds.post(this.#held, charge);
    if (this.#admission === null) return;
    for (const news of newsOfPurses(this.#admission.purses)) this.#rooms.tellBudget(news);
    this.#admission.settle(usage, this.#rooms.clock.monotonicMs());
  }

  #take(outcome: Admission | NotAdmitted, key: VirtualKey): void {
    this.#exchange.headers.push(...outcome.headers);
    if (outcome.outcome === 'refused') throw outcome.error;
    this.#admission = outcome;
    const paying = payingOf(key, this.#rooms);
    this.#paying = paying;
    const { pots } = outcome.purses;
    this.#pots = paying.kind === 'prepaid' ? [...pots, paying.wallet] : pots;
    // The client went away meanwhile, and its exchange is settled.
    if (this.#isSettled) this.giveBack();
  }

  /** What does not fit is tried once more for each budget, with a shorter answer. */
  async #holdSomehow(
    model: Model,
    pots: readonly Pot[],
    first: HoldRefusal | Promise<Hold | NotHeld>,
  ): Promise<GatewayError | null> {
    const { holds } = this.#rooms;
    const exchange = this.#exchange;
    let outcome = await first;
    for (let tries = 0; tries < pots.length && outcome !== 'unavailable' && !isHold(outcome); tries++) {
      if (!this.#clampTo(outcome, model)) break;
      outcome = await holds.hold(pots, boundOfModel(exchange, model) ?? 0n);
    }
    if (outcome === 'unavailable' || !isHold(outcome)) {
      exchange.clampedOutput = null;
      return outcome === 'unavailable' ? booksUnavailable() : this.#refused(outcome);
    }
    this.#held = outcome;
    if (exchange.clampedOutput !== null)
      exchange.headers.push('x-waybill-max-output-tokens', String(exchange.clampedOutput));
    // The client went away meanwhile, and its exchange is settled.
    if (this.#isSettled) holds.post(outcome, 0n);
    return null;
  }

  /** The client set no output limit: it gets the one that half of what is free buys, if that is worth having. */
  #clampTo(refusal: HoldRefusal, model: Model): boolean {
    const half = BigInt(Math.max(0, Math.floor((refusal.limit - refusal.used - refusal.held) / 2)));
    const tokens = this.#mayClamp(refusal) ? outputFor(half, this.#exchange, model) : 0;
    if (tokens < LEAST_CLAMPED_OUTPUT) return false;
    this.#exchange.clampedOutput = tokens;
    return true;
  }

  /** A budget may have it refused. */
  #mayClamp({ asked }: HoldRefusal): boolean {
    const isOpen = isOpenEnded(this.#exchange.request);
    return isOpen && this.#admission !== null && mayClampIn(this.#admission.purses, asked);
  }

  /** What somebody has is never passed. */
  #isHard(): boolean {
    return this.#paying.kind !== 'metered' || this.#admission?.purses.isHard === true;
  }

  #refused(refusal: HoldRefusal): GatewayError {
    if (isWallet(refusal.pot)) return creditsExceeded(refusal);
    if (this.#admission === null) throw new TypeError('a hold that nobody was admitted for');
    const { error, news } = refuseFor(this.#admission.purses, refusal);
    for (const each of news) this.#rooms.tellBudget(each);
    return error;
  }
}

export function booksUnavailable(): GatewayError {
  return new GatewayError(
    'ledger_unavailable',
    'The books cannot be asked whether the budget allows this call; no call may start without that.',
  );
}

function priceUnknown(model: Model): GatewayError {
  const first = model.deployments.find(({ price }) => price === null) ?? model.deployments[0];
  const use = `${first?.credential ?? 'credential'}/${first?.upstreamModel ?? model.name}`;
  const isOfTier = first !== undefined && first.price !== null;
  const [what, price, otherwise] = isOfTier
    ? ['no price for the priority tier', 'service_tiers: { priority: { input: 0.50, output: 1.50 } }', '']
    : ['no price', 'price: { input: 0.50, output: 1.50 }', ', or price: free'];
  return new GatewayError(
    'price_unknown',
    `The model '${model.name}' has ${what}, and a hard budget holds for this call. A price would be: ` +
      `models: { "${model.name}": { deployments: [{ use: ${use}, ${price} }] } } (USD per million tokens)${otherwise}.`,
    { param: isOfTier ? 'service_tier' : 'model' },
  );
}
