import type { Party } from '../../access/index.ts';
import type { JoinedGroup, Joining } from '../../administration/index.ts';
import type { MemberTermsFields, NamedMember, NewTeam } from './contract-team.ts';
import { NO_TERMS, partyTermsFrom } from './party-terms.ts';

/** Whom a new team has from the start: `admins` and `members` are LiteLLM's older forms of the same. */
export function joiningOf(
  { members_with_roles: withRoles, admins, members }: NewTeam,
  models: readonly string[] | null | undefined,
): readonly Joining[] {
  const named: readonly NamedMember[] = [
    ...(withRoles ?? []),
    ...(admins ?? []).map((id) => ({ user_id: id, role: 'admin' as const })),
    ...(members ?? []).map((id) => ({ user_id: id, role: 'user' as const })),
  ];
  const byName = named.map((each) => [each.user_id ?? each.user_email, each] as const);
  // Of one who is named twice, what was said first.
  return [...new Map(byName.toReversed()).values()].map((each) => ({
    ...namedUser(each),
    role: each.role,
    models: models ?? undefined,
  }));
}

export function groupOf({ id, organizationId }: Pick<Party, 'id' | 'organizationId'>): JoinedGroup {
  return { kind: 'team', id, organizationId };
}

export function namedUser({ user_id, user_email }: Pick<NamedMember, 'user_id' | 'user_email'>) {
  return { userId: user_id ?? null, email: user_email ?? null };
}

/** What a member may use of its team. */
export function memberFacts(fields: MemberTermsFields, before = NO_TERMS, nowMs: number) {
  const { max_budget_in_team: max_budget, budget_duration, tpm_limit, rpm_limit, allowed_models: models } = fields;
  return {
    ...partyTermsFrom({ max_budget, budget_duration, tpm_limit, rpm_limit }, before, nowMs),
    models: models === null ? [] : models,
  };
}
