import { changedMembers, type KeyMember, type NewKey, settableOfKey, type VirtualKey } from '../../access/index.ts';
import { GatewayError } from '../../inference/index.ts';
import type { Looking } from './refuse-wider.ts';

/**
 * Of these it cannot be told which of two is the narrower: where the key that asks is bound by one, what it makes is
 * bound by the very same.
 */
const BINDING = [
  'budgetDuration',
  'budgets',
  'modelMaxBudget',
  'modelRpmLimit',
  'modelTpmLimit',
  'allowedRoutes',
  'budgetId',
  'rates',
  'policy',
  'priority',
  'projectId',
] as const satisfies readonly KeyMember[];

/** Throws a GatewayError (403) where a key is not bound by what binds the key that asks. */
export function refuseUnbound(held: VirtualKey, asking: VirtualKey, { members, fieldOf }: Looking): void {
  const [bounds, own] = [settableOfKey(asking), settableOfKey(held)];
  const bound = BINDING.filter((member) =>
    // A budget that never begins anew is bound to that, too.
    member === 'budgetDuration' ? asking.maxBudgetNanoUsd !== null : changedMembers([member], {}, bounds).length > 0,
  );
  const other = changedMembers(bound, bounds, own).find((member) => members.has(member));
  if (other !== undefined) refuse(fieldOf(other), shown(bounds[other]));
  if (!members.has('tags')) return;
  const missing = tagsOf(asking).find((tag) => !tagsOf(held).includes(tag));
  if (missing !== undefined) refuse(fieldOf('tags'), `the tag '${missing}'`);
}

function refuse(param: string, bound: string): never {
  throw new GatewayError('permission_denied', `'${param}' cannot be otherwise: this key has ${bound}.`, { param });
}

function shown(value: unknown): string {
  return JSON.stringify(value);
}

function tagsOf({ metadata }: Pick<VirtualKey, 'metadata'>): readonly unknown[] {
  const { tags } = metadata;
  return Array.isArray(tags) ? tags : [];
}

const INHERITED = [
  'tpmLimit',
  'maxParallelRequests',
  'modelMaxBudget',
  'modelRpmLimit',
  'modelTpmLimit',
  'budgets',
  'allowedRoutes',
  'budgetId',
  'rates',
  'policy',
] as const;

/** What a key makes has of it whatever is not said otherwise: where it stands, what it may call, how much, how long. */
export function inheriting(wanted: NewKey, maker: VirtualKey): NewKey {
  const { caller } = maker;
  if (caller.kind === 'master' || caller.kind === 'person') return wanted;
  const { models = [], terms = {}, metadata = {} } = wanted;
  const tags = [...new Set([...tagsOf(maker), ...tagsOf({ metadata })])];
  const { priority } = maker.metadata;
  const ofMaker = Object.fromEntries(INHERITED.map((member) => [member, maker.terms[member]]));
  const said = Object.fromEntries(Object.entries(terms).filter(([, term]) => term !== undefined));
  const { budgetDuration } = maker.terms;
  return {
    ...wanted,
    ...placeOf(wanted, maker),
    models: models.length > 0 ? models : caller.models,
    maxBudgetNanoUsd: wanted.maxBudgetNanoUsd ?? maker.maxBudgetNanoUsd,
    rpmLimit: wanted.rpmLimit ?? maker.rpmLimit,
    expiresAtMs: wanted.expiresAtMs ?? maker.expiresAtMs,
    terms: { budgetDuration, ...ofMaker, ...said },
    metadata: {
      ...(priority === undefined ? {} : { priority }),
      ...metadata,
      ...(tags.length === 0 ? {} : { tags }),
    },
  };
}

/** Said by halves it is as said: a key that stands in a team's project makes none for the team. */
function placeOf({ teamId, projectId, organizationId }: NewKey, { caller }: VirtualKey) {
  // A token with a role is its user's, whichever team it names.
  const isSaid = caller.tokenRole !== undefined || [teamId, projectId, organizationId].some((id) => (id ?? '') !== '');
  if (isSaid) return { teamId, projectId, organizationId };
  return {
    teamId: caller.teamId,
    projectId: caller.projectId,
    organizationId: caller.teamId === null ? caller.organizationId : null,
  };
}
