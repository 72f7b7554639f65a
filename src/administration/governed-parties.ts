import type { GovernedKind, Party, PartyAdministration, PartyChanges } from '../access/index.ts';
import type { Asker } from './attenuation/asker.ts';
import type { AttenuationDoors } from './attenuation/key-attenuation.ts';
import { type Governed, requireNewParty, requirePartyChange } from './attenuation/party-attenuation.ts';
import { changeAnyParty, createAnyParties } from './parties.ts';

/** What teams, projects, members and users are made and changed with. */
export type PartyMaking = { readonly parties: PartyAdministration; readonly attenuation: AttenuationDoors };

/**
 * Makes all of them or none, of whatever kinds others than an operator make. Throws a GatewayError (403, 404) where who
 * asks may not, (400) that names who is there already.
 */
export async function createGoverned(
  { parties, attenuation }: PartyMaking,
  asker: Asker,
  wanted: readonly Governed[],
): Promise<readonly Party[]> {
  for (const party of wanted) requireNewParty(party, asker, attenuation);
  return createAnyParties(parties, wanted);
}

/** The same for one, with those who are made with it. */
export async function createGovernedWith(
  doors: PartyMaking,
  asker: Asker,
  party: Governed,
  alongside: readonly Governed[] = [],
): Promise<Party> {
  const [made] = await createGoverned(doors, asker, [party, ...alongside]);
  if (made === undefined) throw new TypeError('somebody was made, and is not told');
  return made;
}

/** Throws a GatewayError (404) where there is none, (403) where who asks may not make that of it. */
export function changeGoverned(
  { parties, attenuation }: PartyMaking,
  asker: Asker,
  kind: GovernedKind,
  id: string,
  change: (before: Party) => PartyChanges,
): Promise<Party> {
  return changeAnyParty(parties, kind, id, asker.key.id, (before) => {
    const changes = change(before);
    const said = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    requirePartyChange(before, { ...before, ...said }, asker, attenuation);
    return changes;
  });
}
