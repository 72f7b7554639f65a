import type { VirtualKey } from '../../access/index.ts';
import type { Rooms } from '../rooms.ts';
import { mayCall } from './may-call.ts';

/**
 * A token may name several teams: the call is made in the first of them that is not blocked and may call the model.
 * Where none may, the first one's refusal is told.
 */
export function inTeamFor(
  model: string,
  key: VirtualKey,
  { keys, policies }: Pick<Rooms, 'policies'> & { readonly keys: Pick<Rooms['keys'], 'standing'> },
): VirtualKey {
  const { inOtherTeams = [] } = key;
  if (inOtherTeams.length === 0) return key;
  const { catalog } = policies();
  const may = (each: VirtualKey): boolean => each.blockedBy === null && mayCall(each.caller, model, catalog);
  return may(key) ? key : (inOtherTeams.map(keys.standing).find(may) ?? key);
}
