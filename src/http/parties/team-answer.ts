import type { Party, PartyAdministration } from '../../access/index.ts';
import { usdFromNano } from '../../std/index.ts';
import { encodeManaged } from '../management/managed-answer.ts';
import { encodeTerms, type SpentBy } from '../management/terms-answer.ts';

const MOST_MEMBERS = 10_000;

/** What is kept of every party, in LiteLLM's fields. */
export function encodeRow(party: Party) {
  return {
    models: party.models,
    metadata: party.metadata,
    blocked: party.blocked,
    created_at: new Date(party.createdAtMs).toISOString(),
    created_by: party.createdBy,
    updated_at: new Date(party.updatedAtMs).toISOString(),
    updated_by: party.updatedBy,
    ...encodeManaged(party.settings.managedAt),
  };
}

/** LiteLLM's row of a team, with its members. */
export async function encodeTeam(team: Party, parties: PartyAdministration, spentBy: SpentBy) {
  const [terms, members] = await Promise.all([
    encodeTerms({ kind: 'team', id: team.id }, team, spentBy),
    membersOf('member', { teamId: team.id }, parties),
  ]);
  const { memberTerms } = team.settings;
  return {
    team_id: team.id,
    team_alias: team.alias,
    organization_id: team.organizationId,
    ...terms,
    ...encodeRow(team),
    members_with_roles: members.map(({ member, email }) => ({
      user_id: member.userId,
      user_email: email,
      role: member.role,
    })),
    admins: members.flatMap(({ member }) => (member.role === 'admin' ? [member.userId] : [])),
    members: members.map(({ member }) => member.userId),
    model_aliases: team.aliases,
    litellm_model_table: Object.keys(team.aliases).length === 0 ? null : { model_aliases: team.aliases },
    team_member_permissions: team.settings.memberPermissions ?? [],
    sso_groups: team.settings.ssoGroups ?? [],
    default_team_member_models: team.settings.memberModels ?? [],
    team_member_budget: memberTerms?.maxBudget === undefined ? null : usdFromNano(BigInt(memberTerms.maxBudget)),
    team_member_budget_duration: memberTerms?.terms?.budgetDuration ?? null,
    team_member_rpm_limit: memberTerms?.rpmLimit ?? null,
    team_member_tpm_limit: memberTerms?.terms?.tpmLimit ?? null,
  };
}

export type MemberWithAddress = { readonly member: Party; readonly email: string | null };

/** The members of a group, the oldest first. */
export async function membersOf(
  kind: 'member' | 'organization_member',
  group: { readonly teamId: string } | { readonly organizationId: string },
  parties: PartyAdministration,
): Promise<readonly MemberWithAddress[]> {
  const { parties: members } = await parties.listParties(
    kind,
    { reach: 'everything', ...group },
    { page: 1, size: MOST_MEMBERS },
  );
  const ids = members.flatMap(({ userId }) => userId ?? []);
  const users = await parties.listParties('user', { reach: 'everything', ids }, { page: 1, size: MOST_MEMBERS });
  const emails = new Map(users.parties.map(({ id, email }) => [id, email]));
  return members.toReversed().map((member) => ({ member, email: emails.get(member.userId ?? '') ?? null }));
}

/** LiteLLM's row of what one user may use in a team. */
export async function encodeMembership(member: Party, spentBy: SpentBy) {
  const { spend, ...terms } = await encodeTerms({ kind: 'member', id: member.id }, member, spentBy);
  return {
    user_id: member.userId,
    team_id: member.teamId,
    role: member.role,
    budget_id: member.budgetId,
    spend,
    allowed_models: member.models,
    litellm_budget_table: { ...terms, budget_id: member.budgetId },
  };
}
