import type { VirtualKey } from '../../access/index.ts';
import type { ManagementDoors } from '../management/doors.ts';
import { noticesOf } from '../management/terms-answer.ts';
import type { KeyFields } from './contract-key.ts';
import { encodeKey } from './key-answer.ts';
import { askedInVain } from './key-asked.ts';

/** What the routes about keys stand on. */
export type KeyDoors = Omit<ManagementDoors, 'parties'>;

/** A key that was made or changed, with what is to be known about that. */
export async function encodeChanged(
  { spentBy }: KeyDoors,
  key: VirtualKey,
  asked: KeyFields,
): Promise<Readonly<Record<string, unknown>>> {
  const [shown, spent] = await Promise.all([
    encodeKey(key, spentBy),
    noticesOf({ kind: 'key', id: key.id }, key, spentBy),
  ]);
  const notices = [...askedInVain(asked), ...spent];
  return notices.length === 0 ? shown : { ...shown, notices };
}
