import { everyRow, partyOf } from '../../api/parties.ts';
import { doorsOf, idField, type PartyKind } from '../../parties/party-kind.ts';
import { PartyPage } from '../../parties/party-page.tsx';

const budgets: PartyKind = {
  page: 'budgets',
  action: 'budget',
  hasModels: false,
  list: async (signal) => (await everyRow('/budget/list', signal)).map((row) => partyOf(row, row['budget_id'], null)),
  ...doorsOf('/budget', 'budget_id', ({ id }) => ({ id })),
  fields: [idField('budget_id')],
  columns: [],
};

export default function BudgetsPage() {
  return <PartyPage kind={budgets} />;
}
