import type { PartyAdministration } from '../access/index.ts';
import { noParty } from './parties.ts';

/** Whom a key is to belong to; undefined or null: to nobody of the kind. */
export type Belongings = Readonly<Partial<Record<'team' | 'project' | 'organization', string | null | undefined>>>;

/** Whether the configuration allows somebody something by name. */
export type IsRuled = (kind: keyof Belongings, id: string) => boolean;

/**
 * Throws a GatewayError (404) for one that nobody made and the configuration does not name: a key of a mistyped team
 * would be under no limit of the team's.
 */
export async function requireBelongings(
  parties: PartyAdministration,
  isRuled: IsRuled,
  { team, project, organization }: Belongings,
): Promise<void> {
  for (const [kind, id] of [
    ['team', team],
    ['project', project],
    ['organization', organization],
  ] as const) {
    if (typeof id !== 'string' || id === '' || isRuled(kind, id)) continue;
    if ((await parties.findParty(kind, id)) === null) throw noParty(kind, id);
  }
}
