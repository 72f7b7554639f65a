import { reservedPart } from './priority-classes.ts';
import type { Share } from './sharing/share.ts';
import type { Sharing } from './sharing/sharing.ts';
import { countInWindow, type SlidingWindow } from './sliding-window.ts';
import type { DeploymentLimits, SlotTaking } from './slot-taking.ts';

type Measure = 'rpm' | 'tpm' | 'parallel';

type Counted = { readonly requests: SlidingWindow; readonly tokens: SlidingWindow; readonly parallel: number };

const MINUTE_MS = 60_000;
const MEASURES: readonly Measure[] = ['rpm', 'tpm', 'parallel'];
/** A class without a reservation still gets something where processes divide what there is. */
const LEAST_WEIGHT = 0.01;

/** This process's shares of one deployment's limits. A class, for one is kept for each deployment. */
export class DeploymentShares {
  readonly #deployment: string;
  readonly #sharing: Sharing;
  readonly #counted: () => Counted;
  readonly #shares = new Map<Measure, Share>();
  #limits: DeploymentLimits | null = null;

  constructor(deployment: string, sharing: Sharing, counted: () => Counted) {
    this.#deployment = deployment;
    this.#sharing = sharing;
    this.#counted = counted;
  }

  /** What may be used of the limits here. */
  allowed(limits: DeploymentLimits): Pick<DeploymentLimits, Measure> {
    if (limits !== this.#limits) this.#open(limits);
    return { rpm: this.#allowed('rpm'), tpm: this.#allowed('tpm'), parallel: this.#allowed('parallel') };
  }

  took(tokens: number): void {
    for (const [measure, share] of this.#shares) this.#sharing.took(share, measure === 'tpm' ? tokens : 1);
  }

  /** A call did not fit; where processes want the same, those go first whose classes have reserved more. */
  short(measure: Measure, amount: number, { reservation, limits }: SlotTaking): Promise<void> | null {
    const share = this.#shares.get(measure);
    const weight = reservation === null ? 1 : Math.max(LEAST_WEIGHT, reservedPart(reservation.own, limits));
    return share === undefined ? null : this.#sharing.short(share, amount, weight);
  }

  hasAny(shares: readonly Share[]): boolean {
    for (const share of this.#shares.values()) if (shares.includes(share)) return true;
    return false;
  }

  find(measure: Measure): Share | null {
    return this.#shares.get(measure) ?? null;
  }

  #allowed(measure: Measure): number | null {
    return this.#shares.get(measure)?.allowed ?? null;
  }

  #open(limits: DeploymentLimits): void {
    this.#limits = limits;
    this.#shares.clear();
    for (const measure of MEASURES) {
      const limit = limits[measure];
      if (limit === null) continue;
      const name = `deployment:${this.#deployment} ${measure}`;
      const windowMs = measure === 'parallel' ? null : MINUTE_MS;
      const usedAt = (nowMs: number): number => this.#usedAt(measure, nowMs);
      this.#shares.set(measure, this.#sharing.open({ name, windowMs, limit, usedAt }));
    }
  }

  #usedAt(measure: Measure, nowMs: number): number {
    const { requests, tokens, parallel } = this.#counted();
    if (measure === 'parallel') return parallel;
    return countInWindow(measure === 'rpm' ? requests : tokens, nowMs);
  }
}
