import type { Deployment } from '../catalog/index.ts';
import type { GatewayError } from '../inference/index.ts';
import { type Hold, type HoldRefusal, hold, isHold, post } from '../ledger/index.ts';
import { newsOfPurses, type OpenPurses, refuseFor } from '../limits/index.ts';
import { softly } from './bound-of.ts';
import { momentOf, type Rooms } from './rooms.ts';

type HeldThere = { readonly purses: OpenPurses; readonly held: Hold };

/**
 * The budgets of the deployments that one call is tried at, and of their providers. What an attempt may cost stays held
 * until the call has ended: a failed one may yet be billed. A class, for one call's holds.
 */
export class DeploymentBudgets {
  readonly #rooms: Rooms;
  readonly #held = new Map<string, HeldThere>();
  /** The last budget that kept a deployment from being tried; null: none did. */
  refusal: GatewayError | null = null;

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  /** `bound` is what the attempt costs at most; null: unknown, which no hard budget lets pass. */
  hold({ id, provider }: Deployment, bound: bigint | null): HoldRefusal | 'price_unknown' | null {
    if (this.#held.has(id)) return null;
    const purses = this.#rooms.admissions.pursesOf(id, provider, momentOf(this.#rooms));
    if (purses === null) return null;
    if (bound === null && purses.isHard) return 'price_unknown';
    const outcome = hold(purses.pots, purses.isHard ? (bound ?? 0n) : softly(bound));
    if (isHold(outcome)) {
      this.#held.set(id, { purses, held: outcome });
      return null;
    }
    const { error, news } = refuseFor(purses, outcome);
    this.refusal = error;
    for (const each of news) this.#rooms.tellBudget(each);
    return outcome;
  }

  potsOf(deployment: Deployment | null): readonly string[] {
    const there = deployment === null ? undefined : this.#held.get(deployment.id);
    return there === undefined ? [] : there.purses.pots.map(({ id: pot }) => pot);
  }

  /** The deployment that answered is charged, the others give back what was held. */
  settle(answered: Deployment | null, charge: bigint): void {
    for (const [id, { purses, held }] of this.#held) {
      post(held, id === answered?.id ? charge : 0n);
      for (const news of newsOfPurses(purses)) this.#rooms.tellBudget(news);
    }
  }
}
