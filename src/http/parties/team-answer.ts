import type { Party, PartyAdministration } from '../../access/index.ts';
import { usdFromNano } from '../../std/index.ts';
import { encodeManaged } from '../management/managed-answer.ts';
import { encodeTerms, type SpentBy } from '../management/terms-answer.ts';

/** That are read at once. */
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
  return encodeWith(await membersOf('member', team.id, parties), team, spentBy);
}

/** Those of many teams: who is in them is read at once. */
export async function encodeTeams(teams: readonly Party[], parties: PartyAdministration, spentBy: SpentBy) {
  const ids = teams.map(({ id }) => id);
  const members = await membersOfAll('member', ids, parties);
  return Promise.all(teams.map((team) => encodeWith(members.get(team.id) ?? [], team, spentBy)));
}

async function encodeWith(members: readonly MemberWithAddress[], team: Party, spentBy: SpentBy) {
  const terms = await encodeTerms({ kind: 'team', id: team.id }, team, spentBy);
  const { memberTerms } = team.settings;
  return {
    team_id: team.id,
    team_alias: team.alias,
    organization_id: team.organizationId,
    ...terms,
    enforced_params: team.terms.enforcedParams ?? [],
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

type GroupKind = 'member' | 'organization_member';

/** The members of a group, the oldest first. */
export async function membersOf(
  kind: GroupKind,
  groupId: string,
  parties: PartyAdministration,
): Promise<readonly MemberWithAddress[]> {
  return (await membersOfAll(kind, [groupId], parties)).get(groupId) ?? [];
}

/** Of many groups, by their ids. */
export async function membersOfAll(
  kind: GroupKind,
  groupIds: readonly string[],
  parties: PartyAdministration,
): Promise<ReadonlyMap<string, readonly MemberWithAddress[]>> {
  const groups = new Map<string, MemberWithAddress[]>();
  const filter = kind === 'member' ? { teamIds: groupIds } : { organizationIds: groupIds };
  for (let page = 1; groupIds.length > 0; page++) {
    const { parties: members } = await parties.listParties(
      kind,
      { reach: 'everything', ...filter },
      { page, size: MOST_MEMBERS, ascending: true },
    );
    const emails = await emailsOf(members, parties);
    for (const member of members) {
      const groupId = (kind === 'member' ? member.teamId : member.organizationId) ?? '';
      const known = groups.get(groupId) ?? [];
      groups.set(groupId, known);
      known.push({ member, email: emails.get(member.userId ?? '') ?? null });
    }
    if (members.length < MOST_MEMBERS) break;
  }
  return groups;
}

async function emailsOf(
  members: readonly Party[],
  parties: PartyAdministration,
): Promise<ReadonlyMap<string, string | null>> {
  const ids = [...new Set(members.flatMap(({ userId }) => userId ?? []))];
  const users = await parties.listParties('user', { reach: 'everything', ids }, { page: 1, size: MOST_MEMBERS });
  return new Map(users.parties.map(({ id, email }) => [id, email]));
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
