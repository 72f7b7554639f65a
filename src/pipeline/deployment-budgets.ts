import type { Deployment } from '../catalog/index.ts';
import type { GatewayError, Usage } from '../inference/index.ts';
import { type Hold, type HoldRefusal, hold, isHold, post } from '../ledger/index.ts';
import { type Admission, newsOfPurses, type OpenPurses, refuseFor } from '../limits/index.ts';
import { softly } from './bound-of.ts';
import type { Exchange } from './exchange.ts';
import { expectedTokens } from './limited-call.ts';
import { momentOf, type Rooms } from './rooms.ts';

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
  /** The last budget or limit that kept a deployment from being tried; null: none did. */
  refusal: GatewayError | null = null;

  constructor(exchange: Exchange, rooms: Rooms) {
    this.#exchange = exchange;
    this.#rooms = rooms;
  }

  /** `bound` is what the attempt costs at most; null: unknown, which no hard budget lets pass. */
  hold({ id, provider }: Deployment, bound: bigint | null): HoldRefusal | 'price_unknown' | 'rate_limited' | null {
    const now = momentOf(this.#rooms);
    const admission = this.#rooms.admissions.admitTo({ deployment: id, provider }, expectedTokens(this.#exchange), now);
    if (admission === null) return null;
    if (admission.outcome === 'refused') {
      this.refusal = admission.error;
      return 'rate_limited';
    }
    const known = this.#held.get(id);
    if (known !== undefined) {
      known.admissions.push(admission);
      return null;
    }
    const refused = this.#holdIn(id, admission, bound);
    if (refused !== null) admission.giveBack(now.monotonicMs);
    return refused;
  }

  potsOf(deployment: Deployment | null): readonly string[] {
    const there = deployment === null ? undefined : this.#held.get(deployment.id);
    return there === undefined ? [] : there.purses.pots.map(({ id: pot }) => pot);
  }

  /** The deployment that answered is charged, the others give back what was held. */
  settle(answered: Deployment | null, charge: bigint, usage: Usage | null): void {
    const nowMs = this.#rooms.clock.monotonicMs();
    for (const [id, { purses, held, admissions }] of this.#held) {
      const isCharged = id === answered?.id;
      post(held, isCharged ? charge : 0n);
      // Of several attempts at one deployment, the last is the one that answered.
      const last = admissions.pop();
      last?.settle(isCharged ? usage : null, nowMs);
      for (const failed of admissions) failed.settle(null, nowMs);
      for (const news of newsOfPurses(purses)) this.#rooms.tellBudget(news);
    }
  }

  #holdIn(id: string, admission: Admission, bound: bigint | null): HoldRefusal | 'price_unknown' | null {
    const { purses } = admission;
    if (bound === null && purses.isHard) return 'price_unknown';
    const outcome = hold(purses.pots, purses.isHard ? (bound ?? 0n) : softly(bound));
    if (isHold(outcome)) {
      this.#held.set(id, { purses, held: outcome, admissions: [admission] });
      return null;
    }
    const { error, news } = refuseFor(purses, outcome);
    this.refusal = error;
    for (const each of news) this.#rooms.tellBudget(each);
    return outcome;
  }
}
