import { everyPage, partyOf, send } from '../../api/parties.ts';
import { m } from '../../messages/index.ts';
import { idField, nameField, type PartyKind, rawColumn } from '../../parties/party-kind.ts';
import { PartyPage } from '../../parties/party-page.tsx';

type UserPage = { readonly users: readonly Readonly<Record<string, unknown>>[]; readonly total_pages: number };

const { columns, fields } = m.parties;

const users: PartyKind = {
  page: 'users',
  calls: 'user',
  keys: 'user',
  action: 'user',
  hasModels: true,
  list: async (signal) =>
    (await everyPage<UserPage>('/user/list', {}, signal))
      .flatMap((page) => page.users)
      .map((row) => partyOf(row, row['user_id'], row['user_alias'] ?? row['user_email'])),
  // A key that nobody sees would be made with the user otherwise.
  create: (body) => send('/user/new', { ...body, auto_create_key: false }),
  change: ({ id }, body) => send('/user/update', { ...body, user_id: id }),
  remove: ({ id }) => send('/user/delete', { user_ids: [id] }),
  block: ({ id }, blocked) => send('/user/update', { user_id: id, blocked }),
  fields: [
    { id: 'user_email', kind: 'text', label: columns.email },
    nameField('user_alias'),
    idField('user_id'),
    { id: 'password', kind: 'password', label: fields.password, hint: fields.passwordHint, keepsEmpty: true },
    { id: 'user_role', kind: 'choice', label: columns.role, choices: fields.roles },
  ],
  columns: [
    rawColumn('user_email', columns.email),
    { ...rawColumn('user_role', columns.role), value: ({ raw }) => roleName(raw['user_role']) },
  ],
};

function roleName(role: unknown): string | null {
  const names: Readonly<Record<string, string>> = fields.roles;
  return typeof role === 'string' ? (names[role]?.split(':')[0] ?? role) : null;
}

export default function UsersPage() {
  return <PartyPage kind={users} />;
}
