import { termsWith, type VirtualKey } from '../../access/index.ts';
import { type Asker, findBudget, isOperator, requireBelongings } from '../../administration/index.ts';
import type { ManagementDoors } from '../management/doors.ts';
import { noticesOf } from '../management/terms-answer.ts';
import type { KeyFields } from './contract-key.ts';
import { encodeKey } from './key-answer.ts';
import { askedInVain } from './key-asked.ts';

/** What the routes about keys stand on. */
export type KeyDoors = ManagementDoors;

/** Throws a GatewayError (404) where a request names somebody, or an operator's a budget, that is not there. */
export async function requireNamed({ parties, isRuled }: KeyDoors, asker: Asker, asked: KeyFields): Promise<void> {
  const { team_id: team, project_id: project, organization_id: organization } = asked;
  await requireBelongings(parties, isRuled, { team, project, organization });
  // Whoever may not set one is not told which there are.
  if (isOperator(asker)) await findBudget(parties, asked.budget_id);
}

/** A key that was made or changed, with what is to be known about that. */
export async function encodeChanged(
  doors: KeyDoors,
  key: VirtualKey,
  asked: KeyFields,
): Promise<Readonly<Record<string, unknown>>> {
  const budget = await findBudget(doors.parties, key.terms.budgetId);
  const [shown, spent] = await Promise.all([
    encodeKey(key, doors),
    noticesOf({ kind: 'key', id: key.id }, termsWith(key, budget), doors.spentBy),
  ]);
  const notices = [...askedInVain(asked), ...spent];
  return notices.length === 0 ? shown : { ...shown, notices };
}
