import type { KeyAdministration, KeyRules, VirtualKey } from '../../access/index.ts';
import type { Clock } from '../../std/index.ts';
import type { KeyFields } from './contract-key.ts';
import { encodeKey, noticesOf, type SpentBy } from './key-answer.ts';
import { askedInVain } from './key-asked.ts';

/** What the routes about keys stand on. */
export type KeyDoors = {
  readonly keys: KeyAdministration;
  readonly spentBy: SpentBy;
  readonly clock: Clock;
  readonly rules: () => KeyRules;
};

/** A key that was made or changed, with what is to be known about that. */
export async function encodeChanged(
  { spentBy }: KeyDoors,
  key: VirtualKey,
  asked: KeyFields,
): Promise<Readonly<Record<string, unknown>>> {
  const [shown, spent] = await Promise.all([encodeKey(key, spentBy), noticesOf(key, spentBy)]);
  const notices = [...askedInVain(asked), ...spent];
  return notices.length === 0 ? shown : { ...shown, notices };
}
