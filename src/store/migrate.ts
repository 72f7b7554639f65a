import { hash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Clock, systemClock } from '../std/index.ts';
import type { DirectDatabase, Row, Session } from './database.ts';
import { DatabaseError, databaseError } from './database-error.ts';
import { POSTGRES_SCHEMA } from './postgres.ts';

/** Any number, as long as every instance takes the same. */
const MIGRATION_LOCK = 7_299_381_147;

/** As `server_version_num` counts: 14. */
const OLDEST_POSTGRES = 140_000;

type Migration = { readonly number: number; readonly name: string; readonly sql: string; readonly checksum: string };

export type MigrationSet = 'sqlite' | 'sqlite-log' | 'postgres';

/** Where the numbered files of a set are. */
export function migrationsFolder(set: MigrationSet): string {
  return fileURLToPath(new URL(`migrations/${set}`, import.meta.url));
}

/**
 * Brings the database to this program's state, forward only, in one transaction, and answers the names of what was
 * applied. Several processes may do it at once: the first does, the others find it done. A file that changed after it
 * was applied, or a database that a newer program has been at, is a DatabaseError and nothing is changed.
 */
export async function migrate(
  database: DirectDatabase,
  folder: string,
  clock: Clock = systemClock,
): Promise<readonly string[]> {
  const wanted = await readMigrations(folder);
  try {
    return await database.transaction(async (session) => {
      await takeTurn(database.kind, session);
      await session.script(
        'CREATE TABLE IF NOT EXISTS store_migration ' +
          '(number BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at_ms BIGINT NOT NULL)',
      );
      const applied = await session.query('SELECT number, name, checksum FROM store_migration ORDER BY number');
      compare(applied, wanted);
      const missing = wanted.filter(({ number }) => !applied.some((row) => row['number'] === number));
      for (const migration of missing) await apply(session, migration, clock);
      return missing.map(({ name }) => name);
    });
  } catch (error) {
    const { message, code } = databaseError('it failed', error);
    throw new DatabaseError(`the database cannot be migrated: ${message}`, { code, cause: error });
  }
}

/** SQLite's transaction is exclusive from its start. */
async function takeTurn(kind: DirectDatabase['kind'], session: Session): Promise<void> {
  if (kind === 'sqlite') return;
  const [server] = await session.query(
    "SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name",
  );
  if (Number(server?.['number']) < OLDEST_POSTGRES)
    throw new DatabaseError(`this is Postgres ${server?.['name']}, and 14 or later is needed`);
  await session.script(`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`);
  await session.script(`CREATE SCHEMA IF NOT EXISTS ${POSTGRES_SCHEMA}`);
}

async function apply(session: Session, migration: Migration, clock: Clock): Promise<void> {
  try {
    await session.script(migration.sql);
  } catch (error) {
    throw databaseError(migration.name, error);
  }
  await session.execute('INSERT INTO store_migration (number, name, checksum, applied_at_ms) VALUES (?, ?, ?, ?)', [
    migration.number,
    migration.name,
    migration.checksum,
    clock.nowMs(),
  ]);
}

function compare(applied: readonly Row[], wanted: readonly Migration[]): void {
  for (const row of applied) {
    const file = wanted.find(({ number }) => number === row['number']);
    if (file === undefined) {
      throw new DatabaseError(
        `the database is newer than this program: it has migration ${row['name']}, the program ends at ` +
          `${wanted.at(-1)?.name ?? 'none'}. Start the newer program, or restore a backup`,
      );
    }
    if (file.checksum !== row['checksum']) {
      throw new DatabaseError(`migration ${file.name} was changed after it was applied to this database`);
    }
  }
}

async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}-.+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (file) => {
      const sql = await readFile(join(folder, file), 'utf8');
      return { number: Number(file.slice(0, 4)), name: file.slice(0, -4), sql, checksum: hash('sha256', sql) };
    }),
  );
}
