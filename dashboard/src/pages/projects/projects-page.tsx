import { api } from '../../api/client.ts';
import { type Body, partyOf, send } from '../../api/parties.ts';
import { m } from '../../messages/index.ts';
import { idField, nameField, type PartyKind, rawColumn } from '../../parties/party-kind.ts';
import { PartyPage } from '../../parties/party-page.tsx';

const { columns } = m.parties;

const projects: PartyKind = {
  page: 'projects',
  calls: 'project',
  action: 'project',
  hasModels: true,
  list: async (signal) =>
    (await api<readonly Body[]>('/project/list', { signal })).map((row) =>
      partyOf(row, row['project_id'], row['project_alias']),
    ),
  create: (body) => send('/project/new', body),
  change: ({ id }, body) => send('/project/update', { ...body, project_id: id }),
  remove: ({ id }) => send('/project/delete', { project_ids: [id] }, 'DELETE'),
  fields: [
    nameField('project_alias', true),
    { id: 'team_id', kind: 'text', label: columns.team, isRequired: true },
    idField('project_id'),
    { id: 'description', kind: 'long', label: columns.description },
  ],
  columns: [rawColumn('team_id', columns.team), rawColumn('description', columns.description, true)],
};

export default function ProjectsPage() {
  return <PartyPage kind={projects} />;
}
