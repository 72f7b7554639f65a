import type { Deployment, Model } from '../catalog/index.ts';
import type { FilterId } from './filters/filter.ts';

/** Of the reason for a place: where it is that of a tier of service. */
export function tierWords({ tier }: Deployment): string {
  return tier === undefined ? '' : `, at its ${tier} tier`;
}

export type Candidate = {
  readonly deployment: Deployment;
  /** The asked model, or the one of its `models` that this deployment stands for. */
  readonly model: Model;
  readonly reason: string;
};

export type Excluded = {
  readonly deployment: Deployment;
  readonly model: Model;
  /** Which filter left it out. */
  readonly by: FilterId;
  /** The member of the request that asked for it; null: none did. */
  readonly field?: string | null;
  readonly reason: string;
};

/** The order of a call's candidates, and why each other deployment is not among them. */
export type Plan = { readonly candidates: readonly Candidate[]; readonly excluded: readonly Excluded[] };
