import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Configuration, Flags } from '../../config/index.ts';
import { booksFileOf, journalRootOf, requestLogFileOf } from '../../ground.ts';
import { systemClock } from '../../std/index.ts';
import {
  copiedTables,
  copyTable,
  type DirectDatabase,
  migrate,
  migrationsFolder,
  openPostgres,
  openSqlite,
} from '../../store/index.ts';
import { version } from '../../version.ts';
import { exitCode } from '../exit-code.ts';
import { loadOrExit } from '../load.ts';
import { print, printError, printJson } from '../output.ts';
import { masterKeyFile, secretKeyFile } from '../secret-files.ts';
import { type Manifest, writeManifest } from './backup-folder.ts';

/**
 * Beside a running gateway or without one. What it makes is as a gateway that was killed at this moment would leave it;
 * it has its name only when it is whole.
 */
export async function backupCommand(
  folder: string,
  flags: Flags,
  options: { readonly json: boolean; readonly keys: boolean },
): Promise<void> {
  const configuration = await loadOrExit(flags);
  const target = resolve(folder);
  if (existsSync(target)) return fail(`${target} is there already; give a new one.`, exitCode.failed);
  const partial = `${target}.partial`;
  try {
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true, mode: 0o700 });
    const { databaseUrl } = configuration.store;
    if (databaseUrl === null) await backUpFiles(configuration, partial);
    else await backUpPostgres(databaseUrl, partial);
    const keys = options.keys ? await backUpKeys(configuration, partial) : [];
    const madeAt = new Date(systemClock.nowMs()).toISOString();
    const manifest = await writeManifest(partial, {
      waybill: version,
      made_at: madeAt,
      store: databaseUrl === null ? 'sqlite' : 'postgres',
    });
    await rename(partial, target);
    tell(target, manifest, keys, options.json);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    fail(`The backup was not made: ${error instanceof Error ? error.message : error}`, exitCode.database);
  }
}

/**
 * The journal before the databases and once more after them: what is booked and removed from it meanwhile is in one of
 * the two, and a segment that grew is kept in its later state. What is in both is booked once.
 */
async function backUpFiles({ server: { dataDir } }: Configuration, partial: string): Promise<void> {
  const books = booksFileOf(dataDir);
  if (!existsSync(books))
    throw new Error(`there is no ${books}; start the gateway once, or give its folder with --data`);
  const journal = journalRootOf(dataDir);
  await copyJournal(journal, join(partial, 'journal'));
  for (const file of [books, requestLogFileOf(dataDir)]) await snapshot(file, join(partial, basename(file)));
  await copyJournal(journal, join(partial, 'journal'));
}

/** As of one moment, while others write. */
async function snapshot(file: string, to: string): Promise<void> {
  const database = openSqlite(file);
  try {
    await database.query('VACUUM INTO ?', [to]);
  } finally {
    await database.close();
  }
}

/** Segments are only added to, and removed whole: one that goes while it is copied has been booked. */
async function copyJournal(from: string, to: string): Promise<void> {
  if (!existsSync(from)) return;
  for (const writer of await readdir(from)) {
    await mkdir(join(to, writer), { recursive: true, mode: 0o700 });
    for (const segment of await readdir(join(from, writer)).catch(() => [])) {
      await cp(join(from, writer, segment), join(to, writer, segment)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    }
  }
}

/** Into the files that SQLite would have: a backup is the same from either store, and goes back into either. */
async function backUpPostgres(url: string, partial: string): Promise<void> {
  const postgres = await openPostgres(url, { maxConnections: 1 });
  try {
    await postgres.transaction(async (session) => {
      await session.script('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
      for (const [file, set] of [
        [booksFileOf(partial), 'sqlite'],
        [requestLogFileOf(partial), 'sqlite-log'],
      ] as const)
        await withNew(file, set, async (database) => {
          for (const table of await copiedTables(set))
            await database.transaction((to) => copyTable({ from: session, to, toKind: 'sqlite' }, table));
        });
    });
  } finally {
    await postgres.close();
  }
}

async function withNew(
  file: string,
  set: 'sqlite' | 'sqlite-log',
  fill: (database: DirectDatabase) => Promise<void>,
): Promise<void> {
  const database = openSqlite(file, { synchronous: 'normal' });
  try {
    await migrate(database, migrationsFolder(set));
    await fill(database);
  } finally {
    await database.close();
  }
}

/** Those that the gateway made itself; others are where the operator keeps them. */
async function backUpKeys({ server: { dataDir } }: Configuration, partial: string): Promise<readonly string[]> {
  const kept = [masterKeyFile(dataDir), secretKeyFile(dataDir)].filter(existsSync);
  for (const file of kept) await cp(file, join(partial, basename(file)));
  return kept.map((file) => basename(file));
}

function tell(target: string, { files, store }: Manifest, keys: readonly string[], json: boolean): void {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (json) {
    printJson({ backup: target, store, bytes, files, keys });
    return;
  }
  print(`${target}: ${files.length} files, ${bytes} bytes, from ${store}`);
  print(
    keys.length === 0
      ? 'Without keys: keep the secret key (WAYBILL_SECRET_KEY, or secret.key of the data folder) with it.'
      : `With ${keys.join(' and ')}: whoever has this folder can be anybody. Keep it as you keep keys, or use --without-keys.`,
  );
}

function fail(message: string, code: number): void {
  printError(message);
  process.exitCode = code;
}
