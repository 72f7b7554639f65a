import { api } from '../../api/client.ts';
import { flat, partyOf, send } from '../../api/parties.ts';
import { m } from '../../messages/index.ts';
import { idField, nameField, type PartyKind, rawColumn } from '../../parties/party-kind.ts';
import { PartyPage } from '../../parties/party-page.tsx';

type OrganizationRow = Readonly<Record<string, unknown>> & {
  readonly members?: readonly { user_id: string; user_email?: string | null; user_role: string }[];
};

const { columns, fields } = m.parties;

const organizations: PartyKind = {
  page: 'organizations',
  calls: 'organization',
  action: 'organization',
  hasModels: true,
  list: async (signal) =>
    (await api<readonly OrganizationRow[]>('/organization/list', { signal })).map((row) =>
      partyOf(flat(row), row['organization_id'], row['organization_alias']),
    ),
  create: (body) => send('/organization/new', body),
  change: ({ id }, body) => send('/organization/update', { ...body, organization_id: id }, 'PATCH'),
  remove: ({ id }) => send('/organization/delete', { organization_ids: [id] }, 'DELETE'),
  fields: [
    nameField('organization_alias', true),
    idField('organization_id'),
    { id: 'pays', kind: 'choice', label: columns.pays, choices: { '': m.parties.fields.pays.metered, ...fields.pays } },
  ],
  columns: [
    { id: 'members', header: columns.members, isNumber: true, value: ({ raw }) => membersIn(raw).length },
    rawColumn('pays', columns.pays, true),
  ],
  members: {
    action: 'organization_member.change',
    roles: m.parties.members.roles.organization,
    of: ({ raw }) =>
      membersIn(raw).map(({ user_id, user_email = null, user_role }) => ({
        userId: user_id,
        email: user_email,
        role: user_role,
      })),
    add: ({ id }, member, budget) =>
      send('/organization/member_add', {
        organization_id: id,
        member,
        ...(budget === null ? {} : { max_budget_in_organization: budget }),
      }),
    remove: ({ id }, userId) => send('/organization/member_delete', { organization_id: id, user_id: userId }, 'DELETE'),
  },
};

function membersIn(raw: Readonly<Record<string, unknown>>): NonNullable<OrganizationRow['members']> {
  return (raw as OrganizationRow).members ?? [];
}

export default function OrganizationsPage() {
  return <PartyPage kind={organizations} />;
}
