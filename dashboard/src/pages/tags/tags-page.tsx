import { everyRow, partyOf } from '../../api/parties.ts';
import { m } from '../../messages/index.ts';
import { doorsOf, idField, type PartyKind, rawColumn } from '../../parties/party-kind.ts';
import { PartyPage } from '../../parties/party-page.tsx';

const { columns, fields } = m.parties;

const tags: PartyKind = {
  page: 'tags',
  calls: 'tag',
  action: 'tag',
  hasModels: false,
  list: async (signal) => (await everyRow('/tag/list', signal)).map((row) => partyOf(row, row['name'], row['name'])),
  ...doorsOf('/tag', 'name', ({ id }) => ({ name: id })),
  fields: [idField('name', fields.tagHint, true), { id: 'description', kind: 'long', label: columns.description }],
  columns: [rawColumn('description', columns.description)],
};

export default function TagsPage() {
  return <PartyPage kind={tags} />;
}
