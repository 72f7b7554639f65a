import {
  type Action,
  covers,
  groupsOf,
  isReading,
  type Known,
  matrix,
  NOBODYS,
  type Row,
  reachOf,
} from '../../access/index.ts';
import type { Caller } from '../../inference/index.ts';

/** What changes something that is somebody's: calls are nobody's. */
const CHANGING = (Object.keys(matrix) as Action[]).filter((action) => {
  const row: Row = matrix[action];
  return !isReading(action) && row.service_key !== 'everything';
});

/**
 * What a key may do where it stands that whoever would have it in hand may not: a key does what its user may. null:
 * nothing.
 */
export function furtherActionOf(held: Caller, asking: Caller, known: Known): Action | null {
  const authority = held.userId === null ? undefined : (known.authorityOf(held.userId) ?? undefined);
  const theirs: Caller = { ...held, authority };
  const owners = { ...NOBODYS, ...groupsOf(held, known) };
  const further = CHANGING.find(
    (action) => covers(reachOf(theirs, action), owners, true) && !covers(reachOf(asking, action), owners, true),
  );
  return further ?? null;
}
