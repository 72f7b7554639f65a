import { existsSync } from 'node:fs';
import { type Desired, planReconciliation, type Reconciling, readPepper } from '../../access/index.ts';
import type { Configuration } from '../../config/index.ts';
import { booksFileOf } from '../../ground.ts';
import { isNamedIn } from '../../rules.ts';
import { systemClock } from '../../std/index.ts';
import { type DirectDatabase, migrate, migrationsFolder, openPostgres, openSqlite } from '../../store/index.ts';
import { readSecretFile, secretKeyFile } from '../secret-files.ts';

export type Planned =
  | { readonly outcome: 'planned'; readonly steps: Reconciling }
  /** What the keys of the database are stored under is not known. */
  | { readonly outcome: 'no_secret_key' | 'other_secret_key' };

/**
 * What a start, or a reload, would do to whoever is there. Reads beside a running gateway and writes nothing; where there
 * is no store yet, all of it is to be made. Rejects where the database cannot be used.
 */
export async function plannedChanges(configuration: Configuration, desired: Desired): Promise<Planned> {
  const store = await openStore(configuration);
  try {
    const secretKey = store.isNew ? 'nobody has a key yet' : secretKeyOf(configuration);
    if (secretKey === null) return { outcome: 'no_secret_key' };
    const pepper = await readPepper({ database: store.database, secretKey });
    if (pepper === null) return { outcome: 'other_secret_key' };
    const isNamed = isNamedIn(configuration.allowances);
    const options = { database: store.database, pepper, clock: systemClock, isNamed };
    return { outcome: 'planned', steps: await planReconciliation(desired, options) };
  } finally {
    await store.database.close();
  }
}

type Store = { readonly database: DirectDatabase; readonly isNew: boolean };

async function openStore({ server, store }: Configuration): Promise<Store> {
  if (store.databaseUrl !== null)
    return { database: await openPostgres(store.databaseUrl, { maxConnections: 1 }), isNew: false };
  const file = booksFileOf(server.dataDir);
  if (existsSync(file)) return { database: openSqlite(file, { readOnly: true }), isNew: false };
  const database = openSqlite(':memory:');
  await migrate(database, migrationsFolder('sqlite'));
  return { database, isNew: true };
}

function secretKeyOf({ secrets, server }: Configuration): string | null {
  if (secrets.secretKey !== null) return secrets.secretKey;
  const file = secretKeyFile(server.dataDir);
  return existsSync(file) ? readSecretFile(file) : null;
}
