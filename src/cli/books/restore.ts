import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isSecretKey } from '../../access/index.ts';
import type { Configuration, Flags } from '../../config/index.ts';
import { booksFileOf, journalRootOf, requestLogFileOf } from '../../ground.ts';
import { type LedgerFacts, verifyLedger } from '../../ledger/index.ts';
import { systemClock } from '../../std/index.ts';
import {
  copiedTables,
  copyTable,
  type DirectDatabase,
  firstFilled,
  lockDataFolder,
  migrate,
  migrationsFolder,
  openPostgres,
  openSqlite,
} from '../../store/index.ts';
import { daysOfRequestLog, partitionMaker, verifyAudit } from '../../telemetry/index.ts';
import { exitCode } from '../exit-code.ts';
import { loadOrExit } from '../load.ts';
import { openGroundOrExit } from '../open-ground.ts';
import { print, printError, printJson } from '../output.ts';
import { openProcessLog, readSecrets } from '../prepare.ts';
import { masterKeyFile, readSecretFile, secretKeyFile } from '../secret-files.ts';
import { readManifest } from './backup-folder.ts';

/**
 * Into an empty data folder, or an empty Postgres, whichever store the backup is from. What it copies has its name last:
 * stopped anywhere, there is no installation yet, and it can be begun again. Exit code 1: it was not restored, or its
 * books do not add up.
 */
export async function restoreCommand(folder: string, flags: Flags, json: boolean): Promise<void> {
  const configuration = await loadOrExit(flags);
  const from = resolve(folder);
  const { dataDir } = configuration.server;
  const read = await readManifest(from);
  if (read === null) return fail(`${from} is no backup: it has no backup.json.`);
  if (read.faults.length > 0) return fail(`The backup is damaged: ${read.faults.join('; ')}.`);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const lock = lockDataFolder(dataDir);
  if ('heldBy' in lock) return fail(`A gateway uses the data folder ${dataDir} (${lock.heldBy}). Stop it first.`);
  const staged = join(dataDir, 'restore.partial');
  try {
    await rm(staged, { recursive: true, force: true });
    await cp(from, staged, { recursive: true });
    const refusal = await place(configuration, staged);
    if (refusal !== null) return fail(refusal);
  } catch (error) {
    return fail(`The backup was not restored: ${error instanceof Error ? error.message : error}`);
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
  await verify(configuration, from, json);
  lock.release();
}

/** Why it was not placed; null: it is there. */
async function place(configuration: Configuration, staged: string): Promise<string | null> {
  const { dataDir } = configuration.server;
  if (existsSync(booksFileOf(dataDir)) || existsSync(journalRootOf(dataDir)))
    return `${dataDir} has an installation already; give an empty folder with --data.`;
  const secretKey =
    configuration.secrets.secretKey ?? readSecretFile(secretKeyFile(staged)) ?? readSecretFile(secretKeyFile(dataDir));
  if (secretKey === null)
    return 'The backup has no secret key: give the one of that installation (WAYBILL_SECRET_KEY).';
  if (!(await opens(staged, secretKey))) return 'The secret key (WAYBILL_SECRET_KEY) is not that of this backup.';
  const { databaseUrl } = configuration.store;
  if (databaseUrl !== null) {
    const filled = await fillPostgres(databaseUrl, staged);
    if (filled !== null) return `The Postgres database is not empty: ${filled} has rows. Restore into a new one.`;
  }
  for (const [file, target] of [
    [masterKeyFile(staged), masterKeyFile(dataDir)],
    [secretKeyFile(staged), secretKeyFile(dataDir)],
    [join(staged, 'journal'), journalRootOf(dataDir)],
    // Whoever starts a gateway finds an installation only now.
    ...(databaseUrl === null
      ? [
          [requestLogFileOf(staged), requestLogFileOf(dataDir)] as const,
          [booksFileOf(staged), booksFileOf(dataDir)] as const,
        ]
      : []),
  ] as const)
    if (existsSync(file) && !(existsSync(target) && target.endsWith('.key'))) await rename(file, target);
  return null;
}

/** On the copy, which it brings to this version first: whose keys these are is written in its database. */
async function opens(staged: string, secretKey: string): Promise<boolean> {
  return withFile(booksFileOf(staged), async (books) => {
    await migrate(books, migrationsFolder('sqlite'));
    return isSecretKey(books, secretKey);
  });
}

async function withFile<T>(file: string, use: (database: DirectDatabase) => Promise<T>): Promise<T> {
  const database = openSqlite(file);
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}

/** All of it in one transaction. Answers the table that keeps it from being filled; null: it is. */
async function fillPostgres(url: string, staged: string): Promise<string | null> {
  const postgres = await openPostgres(url, { maxConnections: 2 });
  try {
    await migrate(postgres, migrationsFolder('postgres'));
    return await withFile(booksFileOf(staged), (books) =>
      withFile(requestLogFileOf(staged), async (log) => {
        await migrate(log, migrationsFolder('sqlite-log'));
        const files = [books, log] as const;
        const tables = [await copiedTables('sqlite'), await copiedTables('sqlite-log')];
        const filled = await firstFilled(postgres, tables.flat());
        if (filled !== null) return filled;
        await partitionMaker(postgres)(await daysOfRequestLog(log), systemClock.nowMs());
        await postgres.transaction(async (to) => {
          for (const [index, from] of files.entries())
            for (const table of tables[index] ?? []) await copyTable({ from, to, toKind: 'postgres' }, table);
        });
        return null;
      }),
    );
  } finally {
    await postgres.close();
  }
}

/** Starts as the gateway would, which books what the journal still holds, and adds up what is there then. */
async function verify(configuration: Configuration, from: string, json: boolean): Promise<void> {
  const secrets = readSecrets(configuration);
  const log = openProcessLog(configuration);
  const ground = await openGroundOrExit({ configuration, ...secrets, log, release: () => undefined });
  const facts = await verifyLedger(ground.main);
  const audit = await verifyAudit(ground.main);
  await ground.stop();
  const isSound = facts.sound && audit.brokenAt === null;
  if (json)
    printJson({
      restored: from,
      store: ground.facts.kind,
      sound: isSound,
      transfers: facts.transfers,
      audit_entries: audit.entries,
    });
  else for (const line of linesOf(from, facts, audit)) print(line);
  if (!isSound) process.exitCode = exitCode.failed;
}

function linesOf(from: string, facts: LedgerFacts, audit: Awaited<ReturnType<typeof verifyAudit>>): readonly string[] {
  return [
    `restored ${from}`,
    `${facts.transfers} transfers between ${facts.accounts} accounts: ${facts.sound ? 'the books add up' : 'FAULT: the books do not add up; see ledger verify'}`,
    `${audit.entries} entries of the audit log: ${audit.brokenAt === null ? 'each holds the one before it' : `FAULT: entry ${audit.brokenAt} is not as it was written`}`,
  ];
}

function fail(message: string): void {
  printError(message);
  process.exitCode = exitCode.failed;
}
