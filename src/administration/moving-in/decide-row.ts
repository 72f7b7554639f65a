import { createHash } from 'node:crypto';
import type { RowNow } from '../../access/index.ts';
import type { ImportRecord } from './import-store.ts';

/** What becomes of a row. `keep`: the row here stays as it is, for the reason given. */
export type Decision =
  | { readonly is: 'create' }
  | { readonly is: 'update'; readonly id: string }
  | { readonly is: 'unchanged'; readonly id: string }
  | { readonly is: 'keep'; readonly id: string | null; readonly reason: string };

/** `now`: the row here that it came to, or that stands where it would. */
export function decideRow(record: ImportRecord | null, now: RowNow | null, hash: string): Decision {
  if (record === null) {
    if (now?.isInUse !== true) return { is: 'create' };
    return { is: 'keep', id: null, reason: 'there is one here already that was not brought over' };
  }
  if (now?.isInUse !== true) return { is: 'keep', id: null, reason: 'it was removed here since it was brought over' };
  if (record.sourceHash === hash) return { is: 'unchanged', id: now.id };
  if (record.changedSeq === now.changedSeq) return { is: 'update', id: now.id };
  return { is: 'keep', id: now.id, reason: 'it was changed there, and here as well since it was brought over' };
}

/**
 * Of what is to be here: another version of this program may make something else of the same row. When it was made is
 * left out, for some rows there do not say it.
 */
export function hashOfTarget(target: object): string {
  const plain = (name: string, value: unknown): unknown => {
    if (name === 'createdAtMs') return undefined;
    return typeof value === 'bigint' ? String(value) : value;
  };
  return createHash('sha256').update(JSON.stringify(target, plain)).digest('hex').slice(0, 32);
}
