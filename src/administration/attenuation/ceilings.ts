import {
  hasTerms,
  isNamed,
  type Known,
  memberId,
  type PartyFacts,
  type PartyRowKind,
  type Place,
  type StatedTerms,
  termsOfStored,
  termsWith,
  type VirtualKey,
} from '../../access/index.ts';

/** Somebody than whom nothing that stands below may have more. */
export type Ceiling = Pick<StatedTerms, 'maxBudgetNanoUsd' | 'rpmLimit' | 'terms'> & {
  readonly whose: string;
  /** Lists of names and patterns; a model must stand in each that is not empty. */
  readonly models: readonly (readonly string[])[];
  /** null: it never ends. */
  readonly expiresAtMs: number | null;
  /** Given for the key that asks: what it makes is not below it when it is used, and so must have all that binds it. */
  readonly asking: VirtualKey | null;
};

/** Of all above whom a key, a project or a member stands: what is a user's alone is below the user, too. */
export function ceilingsAbove({ userId, teamId, projectId, organizationId }: Place, known: Known): readonly Ceiling[] {
  const { party } = known;
  const project = isNamed(projectId) ? party('project', projectId) : null;
  const inTeam = isNamed(teamId) ? teamId : (project?.teamId ?? null);
  const team = inTeam === null ? null : party('team', inTeam);
  const inOrganization = isNamed(organizationId) ? organizationId : (team?.organizationId ?? null);
  const asked: readonly (readonly [PartyRowKind, string | null])[] = [
    ['project', isNamed(projectId) ? projectId : null],
    ['member', inTeam !== null && isNamed(userId) ? memberId(inTeam, userId) : null],
    ['team', inTeam],
    ['organization_member', inOrganization !== null && isNamed(userId) ? memberId(inOrganization, userId) : null],
    ['organization', inOrganization],
    ['user', inTeam === null && isNamed(userId) ? userId : null],
  ];
  return asked.flatMap(([kind, id]) => {
    const found = id === null ? null : party(kind, id);
    return found === null ? [] : [ceilingOfParty(found, known)];
  });
}

export function ceilingOfParty(found: PartyFacts, known: Known): Ceiling {
  const { maxBudgetNanoUsd, rpmLimit, terms } = statedOf(found, known);
  const whose = `the ${found.kind.replace('_', ' ')} '${found.id.replace('\n', "' of '")}'`;
  return { whose, maxBudgetNanoUsd, rpmLimit, terms, models: [found.models], expiresAtMs: null, asking: null };
}

/** null: who is signed in, and the master key, have no key that could do less than they. */
export function ceilingOfAsking(key: VirtualKey, { party }: Known): Ceiling | null {
  const { caller, expiresAtMs } = key;
  if (caller.kind === 'master' || caller.kind === 'person') return null;
  const { budgetId } = key.terms;
  const { maxBudgetNanoUsd, rpmLimit, terms } = termsWith(key, isNamed(budgetId) ? party('budget', budgetId) : null);
  const models = [caller.models];
  return { whose: 'this key', maxBudgetNanoUsd, rpmLimit, terms, models, expiresAtMs, asking: key };
}

/** With what it shares, and of a member without terms of its own those that its team gives. */
function statedOf(found: PartyFacts, { party }: Known): StatedTerms {
  const shared = found.budgetId === null ? null : party('budget', found.budgetId);
  if (shared !== null) return termsWith(found, shared);
  if (found.kind !== 'member' || found.teamId === null || hasTerms(found)) return found;
  return termsOfStored(party('team', found.teamId)?.settings.memberTerms ?? {});
}
