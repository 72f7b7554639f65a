import type { Deployment, Model } from '../catalog/index.ts';
import type { Excluded, Plan } from './candidate.ts';
import type { FilterId } from './filters/filter.ts';
import { objectionsTo } from './plan.ts';
import type { PlanInput } from './plan-input.ts';

/** OpenRouter's words for why nobody can serve a request. */
export type AvailabilityCode =
  | 'no_endpoints'
  | 'wrong_endpoint'
  | 'privacy_restricted'
  | 'free_variant_ended'
  | 'constraint_filtered'
  | 'capacity_exhausted'
  | 'temporarily_unavailable';

/** One setting without which somebody would serve the request. */
export type Relaxation = {
  readonly field: string;
  /** What it keeps away there. */
  readonly reason: string;
  readonly deployments: readonly Deployment[];
};

/** Why a plan has no candidate, and what would give it one. */
export type Availability = {
  readonly code: AvailabilityCode;
  /** The same request may pass later. */
  readonly isRetryable: boolean;
  /** Until the first deployment is back; null: none rests. */
  readonly retryAfterMs: number | null;
  readonly models: readonly string[];
  readonly providers: readonly string[];
  /** In OpenRouter's words, where it has them. */
  readonly excludedBy: readonly string[];
  /** The setting that leaves the most out; null: it is none of the request's. */
  readonly constraint: { readonly field: string; readonly detail: string } | null;
  readonly nearest: Relaxation | null;
};

/** OpenRouter's names of what excludes, by ours, or by the field where one of ours is two of its. */
const EXCLUDED_BY: Readonly<Partial<Record<string, string>>> = {
  'provider.data_collection': 'data_policy:training',
  'provider.zdr': 'data_policy:zdr',
  capabilities: 'require_parameters',
  output_length: 'context_length',
  region: 'data_region',
};

/** What a request cannot ask to be otherwise. */
const NOT_ASKED: readonly FilterId[] = [
  'operation',
  'access',
  'policy',
  'team_credential',
  'overlay',
  'cooldown',
  'probe',
];

export function availabilityOf({ excluded }: Plan, input: PlanInput): Availability {
  const resting = excluded.filter(({ by }) => by === 'cooldown');
  const standings = resting.map(({ deployment }) => input.health.standing(deployment, input.nowMs));
  const isLimited = standings.some(({ cause }) => cause === 'rate_limit');
  const nearest = nearestTo(excluded, input);
  return {
    code: resting.length === 0 ? codeOf(excluded, input) : isLimited ? 'capacity_exhausted' : 'temporarily_unavailable',
    isRetryable: resting.length > 0,
    retryAfterMs:
      resting.length === 0 ? null : Math.max(0, Math.min(...standings.map(({ untilMs }) => untilMs)) - input.nowMs),
    models: input.models.map(({ name }) => name),
    providers: unique(excluded.map(({ deployment }) => deployment.provider)),
    excludedBy: unique(excluded.map(({ by, field }) => EXCLUDED_BY[field ?? ''] ?? EXCLUDED_BY[by] ?? by)),
    constraint: constraintOf(excluded, nearest),
    nearest,
  };
}

function codeOf(excluded: readonly Excluded[], { preferences }: PlanInput): AvailabilityCode {
  const by = new Set(excluded.map((each) => each.by));
  if (by.size === 0) return 'no_endpoints';
  if (by.size > 1) return 'constraint_filtered';
  if (by.has('overlay')) return 'temporarily_unavailable';
  if (by.has('operation')) return 'wrong_endpoint';
  if (by.has('data_policy') || by.has('policy')) return 'privacy_restricted';
  const { maxPrice } = preferences;
  const isFree = maxPrice !== null && maxPrice.input === 0n && maxPrice.output === 0n;
  return by.has('max_price') && isFree ? 'free_variant_ended' : 'constraint_filtered';
}

/** The one relaxation that lets the most pass; of equals, the one that the filters ask first. */
function nearestTo(excluded: readonly Excluded[], input: PlanInput): Relaxation | null {
  const found = new Map<string, { reason: string; deployments: Deployment[] }>();
  for (const { deployment, model } of excluded) {
    const single = singleObjection(deployment, model, input);
    if (single === null) continue;
    const known = found.get(single.field);
    if (known === undefined) found.set(single.field, { reason: single.reason, deployments: [deployment] });
    else known.deployments.push(deployment);
  }
  let nearest: Relaxation | null = null;
  for (const [field, relaxation] of found)
    if (nearest === null || relaxation.deployments.length > nearest.deployments.length)
      nearest = { field, ...relaxation };
  return nearest;
}

/** null: more than one setting keeps it away, or something that no setting changes. */
function singleObjection(
  deployment: Deployment,
  model: Model,
  input: PlanInput,
): { readonly field: string; readonly reason: string } | null {
  const objections = objectionsTo(deployment, model, input);
  const [first] = objections;
  if (first === undefined || first.field === null) return null;
  const { field, reason } = first;
  return objections.every((each) => each.field === field && !NOT_ASKED.includes(each.by)) ? { field, reason } : null;
}

function constraintOf(excluded: readonly Excluded[], nearest: Relaxation | null): Availability['constraint'] {
  if (nearest !== null) return { field: nearest.field, detail: nearest.reason };
  const [first] = excluded.filter(({ field }) => field !== null && field !== undefined);
  return first?.field === undefined || first.field === null ? null : { field: first.field, detail: first.reason };
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
