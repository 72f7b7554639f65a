import { hold, isHold, post } from '../ledger/index.ts';
import { newsOfPurses, type OpenPurses } from '../limits/index.ts';
import type { Rooms } from './rooms.ts';

/** Adds a charge to the pots that refuse nothing, and tells what is reached by it. */
export function countCharge(purses: OpenPurses, charge: bigint, rooms: Pick<Rooms, 'tellBudget'>): void {
  if (charge === 0n) return;
  const outcome = hold(purses.counted, 0n);
  if (isHold(outcome)) post(outcome, charge);
  for (const news of newsOfPurses(purses)) rooms.tellBudget(news);
}
