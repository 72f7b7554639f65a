import type { Deployment } from '../catalog/index.ts';
import type { GatewayError, Usage } from '../inference/index.ts';
import { type Hold, isHold, type NotHeld } from '../ledger/index.ts';
import { type Admission, type NotAdmitted, newsOfPurses, type OpenPurses, refuseFor } from '../limits/index.ts';
import { softly } from './bound-of.ts';
import { booksUnavailable } from './caller-budgets.ts';
import type { Exchange } from './exchange.ts';
import { expectedTokens } from './limited-call.ts';
import { momentOf, type Rooms } from './rooms.ts';

/** Why an attempt may not go out: a budget has no room or cannot be asked, the price is not known, a rate is used up. */
export type NotExtended = NotHeld | 'price_unknown' | 'rate_limited';

type HeldThere = {
  readonly purses: OpenPurses;
  readonly held: Hold;
  /** One for each attempt. */
  readonly admissions: Admission[];
};

/**
 * The budgets and rate limits of the deployments that one call is tried at, and of their providers. What an attempt may
 * cost stays held until the call has ended: a failed one may yet be billed. A class, for one call's holds.
 */
export class DeploymentBudgets {
  readonly #exchange: Exchange;
  readonly #rooms: Rooms;
  readonly #held = new Map<string, HeldThere>();
  #isSettled = false;
  /** The last budget or limit that kept a deployment from being tried; null: none did. */
  refusal: GatewayError | null = null;

  constructor(exchange: Exchange, rooms: Rooms) {
    this.#exchange = exchange;
    this.#rooms = rooms;
  }

  /** `bound` is what the attempt costs at most; null: unknown, which no hard budget lets pass. */
  hold(
    { id, limitedAs, provider }: Deployment,
    bound: bigint | null,
  ): NotExtended | null | Promise<NotExtended | null> {
    const place = { deployment: id, provider, ...limitedAs };
    const admit = () => this.#rooms.admissions.admitTo(place, expectedTokens(this.#exchange), momentOf(this.#rooms));
    const admission = admit();
    if (admission === null) return null;
    return admission.outcome === 'refused' && admission.later !== null
      ? admission.later.then(() => this.#holdWith(id, bound, admit()))
      : this.#holdWith(id, bound, admission);
  }

  #holdWith(
    id: string,
    bound: bigint | null,
    admission: Admission | NotAdmitted | null,
  ): NotExtended | null | Promise<NotExtended | null> {
    if (admission === null) return null;
    if (admission.outcome === 'refused') {
      this.refusal = admission.error;
      return 'rate_limited';
    }
    if (this.#isSettled) {
      admission.giveBack(this.#rooms.clock.monotonicMs());
      return null;
    }
    const known = this.#held.get(id);
    if (known !== undefined) {
      known.admissions.push(admission);
      return null;
    }
    const { pots, isHard } = admission.purses;
    if (bound === null && isHard) {
      admission.giveBack(this.#rooms.clock.monotonicMs());
      return 'price_unknown';
    }
    const outcome = this.#rooms.holds.hold(pots, isHard ? (bound ?? 0n) : softly(bound));
    if (outcome instanceof Promise) return outcome.then((late) => this.#take(id, admission, late));
    return this.#take(id, admission, outcome);
  }

  potsOf(deployment: Deployment | null): readonly string[] {
    const there = deployment === null ? undefined : this.#held.get(deployment.id);
    return there === undefined ? [] : there.purses.pots.map(({ id: pot }) => pot);
  }

  /** The deployment that answered is charged, the others give back what was held. */
  settle(answered: Deployment | null, charge: bigint, usage: Usage | null): void {
    this.#isSettled = true;
    const nowMs = this.#rooms.clock.monotonicMs();
    for (const [id, { purses, held, admissions }] of this.#held) {
      const isCharged = id === answered?.id;
      this.#rooms.holds.post(held, isCharged ? charge : 0n);
      // Of several attempts at one deployment, the last is the one that answered.
      const last = admissions.pop();
      last?.settle(isCharged ? usage : null, nowMs);
      for (const failed of admissions) failed.settle(null, nowMs);
      for (const news of newsOfPurses(purses)) this.#rooms.tellBudget(news);
    }
  }

  #take(id: string, admission: Admission, outcome: Hold | NotHeld): NotHeld | null {
    const { purses } = admission;
    if (outcome !== 'unavailable' && isHold(outcome)) {
      this.#held.set(id, { purses, held: outcome, admissions: [admission] });
      // The client went away meanwhile, and its exchange is settled.
      if (this.#isSettled) this.settle(null, 0n, null);
      return null;
    }
    admission.giveBack(this.#rooms.clock.monotonicMs());
    if (outcome === 'unavailable') {
      this.refusal = booksUnavailable();
      return outcome;
    }
    const { error, news } = refuseFor(purses, outcome);
    this.refusal = error;
    for (const each of news) this.#rooms.tellBudget(each);
    return outcome;
  }
}
