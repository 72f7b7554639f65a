import type { KeyAdministration, Party, PartyAdministration } from '../access/index.ts';
import { GatewayError } from '../inference/index.ts';
import { findParty, wordOf } from './parties.ts';

/** null: none is referred to. Throws a GatewayError (404) where there is none of that id. */
export async function findBudget(
  parties: PartyAdministration,
  budgetId: string | null | undefined,
): Promise<Party | null> {
  return budgetId === null || budgetId === undefined ? null : findParty(parties, 'budget', budgetId);
}

/**
 * Throws a GatewayError (404) where there is none, and (400) while somebody refers to it: whoever goes by a budget must
 * not be without one because it was tidied away.
 */
export async function removeBudget(
  { parties, keys }: { readonly parties: PartyAdministration; readonly keys: KeyAdministration },
  budgetId: string,
): Promise<Party> {
  const budget = await findParty(parties, 'budget', budgetId);
  const [ofKinds, ofKeys] = await Promise.all([parties.countReferring(budgetId), keys.countKeysOfBudget(budgetId)]);
  const referring = [...ofKinds.map(([kind, count]) => [wordOf(kind), count] as const), ['key', ofKeys] as const];
  const counted = referring.flatMap(([word, count]) =>
    count === 0 ? [] : [`${count} ${word}${count > 1 ? 's' : ''}`],
  );
  if (counted.length > 0) {
    throw new GatewayError(
      'invalid_request',
      `The budget '${budgetId}' is referred to by ${counted.join(', ')}: give them another one, or null, first.`,
      { param: 'id' },
    );
  }
  await parties.removeParties('budget', [budgetId]);
  return budget;
}
