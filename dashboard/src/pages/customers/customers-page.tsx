import { everyRow, flat, partyOf, send } from '../../api/parties.ts';
import { m } from '../../messages/index.ts';
import { doorsOf, idField, nameField, type PartyKind, rawColumn } from '../../parties/party-kind.ts';
import { PartyPage } from '../../parties/party-page.tsx';

const { columns, fields } = m.parties;

const customers: PartyKind = {
  page: 'customers',
  calls: 'customer',
  action: 'customer',
  hasModels: false,
  list: async (signal) =>
    (await everyRow('/customer/list', signal)).map((row) => partyOf(flat(row), row['user_id'], row['alias'])),
  ...doorsOf('/customer', 'user_id', ({ id }) => ({ user_ids: [id] })),
  block: ({ id }, blocked) => send(blocked ? '/customer/block' : '/customer/unblock', { user_ids: [id] }),
  fields: [
    idField('user_id', fields.customerHint, true),
    nameField('alias'),
    { id: 'allowed_model_region', kind: 'text', label: columns.region, hint: fields.regionHint },
    { id: 'default_model', kind: 'text', label: columns.defaultModel, hint: fields.defaultModelHint },
  ],
  columns: [rawColumn('user_id', columns.id), rawColumn('allowed_model_region', columns.region, true)],
};

export default function CustomersPage() {
  return <PartyPage kind={customers} />;
}
