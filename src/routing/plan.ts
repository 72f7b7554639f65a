import type { Deployment, Model } from '../catalog/index.ts';
import type { Candidate, Excluded, Plan } from './candidate.ts';
import type { Filter, FilterInput, Objection } from './filters/filter.ts';
import { filters } from './filters/filters.ts';
import { offersOf } from './offers.ts';
import type { PlanInput } from './plan-input.ts';
import { ranked } from './ranking/ranked.ts';
import { meetingFirst } from './rendezvous.ts';

export type { Candidate, Excluded, Plan } from './candidate.ts';
export type { PlanInput, Preference } from './plan-input.ts';

/**
 * Every deployment of every model once: among the candidates, or left out with the first objection to it. Candidates
 * go model after model, or together where the request ranks them so; then as `ranked` says. Pure: the same input gives
 * the same plan.
 */
export function plan(input: PlanInput): Plan {
  const excluded: Excluded[] = [];
  const resting: Deployment[] = [];
  const given = filterInput(input, resting);
  const { ifOthers = null } = input;
  const passed = input.models.map((model) => {
    const deployments = passing(model, given, excluded);
    return { model, deployments: ifOthers === null ? deployments : soundest(deployments, model, ifOthers, excluded) };
  });
  const groups = input.preferences.partition === 'none' && passed.length > 1 ? [passed] : passed.map((each) => [each]);
  const candidates = groups.length === 1 && groups[0] !== undefined ? ranked(groups[0], input, resting) : [];
  if (groups.length > 1) for (const group of groups) candidates.push(...ranked(group, input, resting));
  const ordered = first(input, outliersLast(candidates, input.health.outliers?.() ?? NONE), resting);
  const isCut = !input.preferences.allowFallbacks && input.preferences.order === null;
  return { candidates: isCut ? firstOfEach(groups, ordered, excluded) : ordered, excluded };
}

/** What filters are told; `halfOpen` is filled with the deployments that one call may find out about. */
function filterInput(input: PlanInput, halfOpen: Deployment[]): FilterInput {
  const { standing } = input.health;
  return {
    dialect: input.dialect,
    speaks: input.speaks,
    denies: input.denies,
    passesOn: input.passesOn,
    tagging: input.tagging ?? 'off',
    userAgent: input.userAgent ?? null,
    preferences: input.preferences,
    needs: input.needs,
    ...(input.policies === undefined ? {} : { policies: input.policies }),
    ...(input.ownCredentials === undefined ? {} : { ownCredentials: input.ownCredentials }),
    ...(input.teamCredentials === undefined ? {} : { teamCredentials: input.teamCredentials }),
    kept: input.preferred?.deployment ?? null,
    standing: (deployment, nowMs) => {
      const found = standing(deployment, nowMs);
      if (found.state === 'half-open') halfOpen.push(deployment);
      return found;
    },
    nowMs: input.nowMs,
  };
}

type Asked = { readonly filter: Filter; readonly objection: Objection };

function askedOf(model: Model, given: FilterInput): readonly Asked[] {
  const asked: Asked[] = [];
  for (const filter of filters) {
    const objection = filter.objectionsTo(given, model);
    if (objection !== null) asked.push({ filter, objection });
  }
  return asked;
}

/** The offers' own list where nobody is left out, which is usual: what is known of it need not be found out again. */
function passing(model: Model, given: FilterInput, excluded: Excluded[]): readonly Deployment[] {
  const asked = askedOf(model, given);
  const offers = offersOf(model, given);
  let passed: Deployment[] | null = null;
  let at = 0;
  for (const deployment of offers) {
    const objection = firstObjection(deployment, asked);
    if (objection === null) passed?.push(deployment);
    else {
      passed ??= offers.slice(0, at);
      excluded.push({ deployment, model, ...objection });
    }
    at++;
  }
  return passed ?? offers;
}

/** All of them where it would leave nobody. */
function soundest(
  passed: readonly Deployment[],
  model: Model,
  objection: Objection,
  excluded: Excluded[],
): readonly Deployment[] {
  const reasons = passed.map(objection);
  const kept = passed.filter((_, index) => reasons[index] === null);
  if (kept.length === 0) return passed;
  for (const [index, deployment] of passed.entries()) {
    const reason = reasons[index] ?? null;
    if (reason !== null) excluded.push({ deployment, model, by: 'probe', field: null, reason });
  }
  return kept;
}

type Objected = Pick<Excluded, 'by' | 'reason'> & { readonly field: string | null };

function firstObjection(deployment: Deployment, asked: readonly Asked[]): Objected | null {
  for (const { filter, objection } of asked) {
    const reason = objection(deployment);
    if (reason !== null) return { by: filter.id, field: filter.field, reason };
  }
  return null;
}

/** Everything that stands against a deployment, in the filters' order: a plan stops at the first. */
export function objectionsTo(deployment: Deployment, model: Model, input: PlanInput): readonly Objected[] {
  return askedOf(model, filterInput(input, [])).flatMap(({ filter, objection }) => {
    const reason = objection(deployment);
    return reason === null ? [] : [{ by: filter.id, field: filter.field, reason }];
  });
}

const NONE: ReadonlySet<string> = new Set();

/** Those that fail far more often than their peers are better than nothing, and no better than that. */
function outliersLast(candidates: Candidate[], outliers: ReadonlySet<string>): Candidate[] {
  if (outliers.size === 0 || candidates.length < 2) return candidates;
  const isOutlier = ({ deployment }: Candidate): boolean => outliers.has(deployment.circuit);
  const last = candidates.filter(isOutlier).map((candidate) => ({ ...candidate, reason: FAILS_MORE }));
  return [...candidates.filter((candidate) => !isOutlier(candidate)), ...last];
}

const FAILS_MORE = 'last: it fails far more often than its peers';

/** An order that the request gives stands; what made the response that it continues comes first all the same. */
function first(input: PlanInput, candidates: Candidate[], halfOpen: readonly Deployment[]): readonly Candidate[] {
  const { preferred, preferences } = input;
  if (preferred === null) return meeting(input, candidates, halfOpen);
  if (preferences.order !== null && !preferred.outranks) return candidates;
  const candidate = candidates.find(({ deployment }) => deployment.id === preferred.deployment);
  if (candidate === undefined) return candidates;
  const { deployment, model } = candidate;
  if (!preferred.outranks && deployment.priority !== candidates[0]?.deployment.priority) return candidates;
  const others = candidates.filter((other) => other !== candidate);
  return [{ deployment, model, reason: preferred.reason }, ...others];
}

/** A session that is not remembered here may be elsewhere: a place that follows from its name alone is the same there. */
function meeting(
  { session = null, strategy, preferences, health, nowMs }: PlanInput,
  candidates: readonly Candidate[],
  halfOpen: readonly Deployment[],
): readonly Candidate[] {
  const [one] = candidates;
  if (session === null || strategy.isEven !== true || one === undefined || halfOpen.includes(one.deployment))
    return candidates;
  if (preferences.order !== null || preferences.sort !== null) return candidates;
  return meetingFirst(candidates, session, ({ deployment }) => health.stats(deployment, nowMs));
}

type Group = readonly { readonly model: Model }[];

/** Where no fallbacks are allowed, one deployment of each model is tried; of models that are ranked together, one. */
function firstOfEach(
  groups: readonly Group[],
  candidates: readonly Candidate[],
  excluded: Excluded[],
): readonly Candidate[] {
  const kept = new Set<Candidate>();
  for (const group of groups) {
    const [best] = candidates.filter((candidate) => group.some(({ model }) => model === candidate.model));
    if (best !== undefined) kept.add(best);
  }
  for (const candidate of candidates) {
    if (kept.has(candidate)) continue;
    const reason = 'it is not the first, and provider.allow_fallbacks is false';
    const { deployment, model } = candidate;
    excluded.push({ deployment, model, by: 'allow_fallbacks', field: 'provider.allow_fallbacks', reason });
  }
  return [...kept];
}
