import { createPartyAdministration, type PartySettings } from '../../src/access/index.ts';
import { booksFileOf } from '../../src/ground.ts';
import { systemClock } from '../../src/std/index.ts';
import { migrate, migrationsFolder, openSqlite } from '../../src/store/index.ts';

/** Organizations in the books of a data folder, before a gateway is started on it. */
export async function withOrganizations(
  folder: string,
  organizations: Readonly<Record<string, PartySettings['pays']>>,
): Promise<void> {
  const database = openSqlite(booksFileOf(folder));
  await migrate(database, migrationsFolder('sqlite'));
  const parties = createPartyAdministration({ database, clock: systemClock, changed: async () => undefined });
  const asked = Object.entries(organizations).map(([id, pays]) => ({
    kind: 'organization' as const,
    id,
    settings: { pays },
    createdBy: 'master',
  }));
  await parties.createParties(asked);
  await database.close();
}
