import type { VirtualKey } from '../access/index.ts';
import type { PriorityClass, PriorityClasses, SlotTaking } from '../limits/index.ts';

/** Who belongs to which class of those that have reserved something of the deployments' rates. */
export type Priorities = PriorityClasses & {
  readonly byName: ReadonlyMap<string, PriorityClass>;
  readonly byTeam: ReadonlyMap<string, PriorityClass>;
  /** Of those who are in no other. */
  readonly usual: PriorityClass;
};

/** The team's class goes before the key's own (`metadata.priority`), as in LiteLLM: a key cannot rise above its team. */
export function reservationOf(key: VirtualKey | null, priorities: Priorities | null): SlotTaking['reservation'] {
  if (priorities === null) return null;
  const { byTeam, byName, usual } = priorities;
  const ofTeam = key?.caller.teamId == null ? undefined : byTeam.get(key.caller.teamId);
  const named = key?.metadata['priority'];
  const own = ofTeam ?? (typeof named === 'string' ? byName.get(named) : undefined) ?? usual;
  return { own, all: priorities };
}
