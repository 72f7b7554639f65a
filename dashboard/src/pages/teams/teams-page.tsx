import { everyPage, partyOf, send } from '../../api/parties.ts';
import { m } from '../../messages/index.ts';
import { doorsOf, idField, nameField, type PartyKind, rawColumn } from '../../parties/party-kind.ts';
import { PartyPage } from '../../parties/party-page.tsx';

type TeamRow = Readonly<Record<string, unknown>> & {
  readonly members_with_roles: readonly { user_id: string; user_email: string | null; role: string }[];
};
type TeamPage = { readonly teams: readonly TeamRow[]; readonly total_pages: number };

const { columns } = m.parties;

const teams: PartyKind = {
  page: 'teams',
  calls: 'team',
  keys: 'team',
  action: 'team',
  hasModels: true,
  list: async (signal) =>
    (await everyPage<TeamPage>('/v2/team/list', {}, signal))
      .flatMap((page) => page.teams)
      .map((row) => partyOf(row, row['team_id'], row['team_alias'])),
  ...doorsOf('/team', 'team_id', ({ id }) => ({ team_ids: [id] })),
  blocking: 'team.block',
  block: ({ id }, blocked) => send(blocked ? '/team/block' : '/team/unblock', { team_id: id }),
  fields: [
    nameField('team_alias', true),
    idField('team_id'),
    { id: 'organization_id', kind: 'text', label: columns.organization },
  ],
  columns: [
    { id: 'members', header: columns.members, isNumber: true, value: ({ raw }) => membersIn(raw).length },
    rawColumn('organization_id', columns.organization, true),
  ],
  members: {
    action: 'member.change',
    roles: m.parties.members.roles.team,
    of: ({ raw }) =>
      membersIn(raw).map(({ user_id, user_email, role }) => ({ userId: user_id, email: user_email, role })),
    add: ({ id }, member, budget) =>
      send('/team/member_add', { team_id: id, member, ...(budget === null ? {} : { max_budget_in_team: budget }) }),
    remove: ({ id }, userId) => send('/team/member_delete', { team_id: id, user_id: userId }),
  },
};

function membersIn(raw: Readonly<Record<string, unknown>>): TeamRow['members_with_roles'] {
  return (raw as TeamRow).members_with_roles ?? [];
}

export default function TeamsPage() {
  return <PartyPage kind={teams} />;
}
