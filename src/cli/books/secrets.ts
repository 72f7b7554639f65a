import { closeSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { beginExchange, endExchange, isExchanging, openVault, secretKeyFingerprint } from '../../access/index.ts';
import { reseal } from '../../composition/index.ts';
import type { Configuration, Flags } from '../../config/index.ts';
import { systemClock as clock, type Resealed } from '../../std/index.ts';
import { type Database, lockDataFolder } from '../../store/index.ts';
import { asActor, openAuditTrail } from '../../telemetry/index.ts';
import { exitCode } from '../exit-code.ts';
import { loadOrExit } from '../load.ts';
import { print, printError, printJson } from '../output.ts';
import { readOrMakeSecret, readSecretFile, secretKeyFile } from '../secret-files.ts';
import { withBooks } from './open-books.ts';

const LEAST_LETTERS = 32;

type Options = { readonly end: boolean; readonly json: boolean };

/** What the secret key is and what it becomes; `file`: where the gateway keeps the one that it made itself. */
type Exchanged = { readonly from: string; readonly to: string; readonly file: string | null };

/**
 * Exchanges the secret key. Stopped at any point, the former one, the new one, or both open the database, and the command
 * goes on where it was. Gateways that run must be started anew with the new one before the former is given up: where
 * some may run, that is left to `--end`. Exit code 2: a key is missing or wrong.
 */
export async function rotateSecretsCommand(flags: Flags, { end, json }: Options): Promise<void> {
  const configuration = await loadOrExit(flags);
  if (end) return endCommand(flags, configuration, json);
  const exchanged = keysOf(configuration);
  if (typeof exchanged === 'string') return refuse(exchanged);
  const outcome = await withBooks(flags, async ({ books }) => {
    if (!(await beginExchange(books, { ...exchanged, clock }))) return null;
    if (exchanged.file !== null) adopt(exchanged.file);
    const resealed = await resealAs(books, exchanged.to);
    return { ...resealed, isDone: !mayRun(configuration) && (await endAs(books, exchanged.to)) };
  });
  if (outcome === null) return refuse('The secret key is not the one that this database was made with.');
  tell(outcome, exchanged, json);
}

async function endCommand(flags: Flags, configuration: Configuration, json: boolean): Promise<void> {
  const secretKey = currentKey(configuration);
  if (secretKey === null) return refuse(NO_KEY);
  const outcome = await withBooks(flags, async ({ books }) => {
    if (!(await isExchanging(books))) return 'idle';
    // What a gateway was about to seal when the exchange began may have come in under the former key since.
    const resealed = await resealAs(books, secretKey);
    return (await endAs(books, secretKey)) ? resealed : 'former';
  });
  if (outcome === 'idle') return refuse('No exchange of the secret key was begun.');
  if (outcome === 'former')
    return refuse('The configured secret key is the former one: set WAYBILL_SECRET_KEY to the new one.');
  if (json) return printJson({ ended: true, fingerprint: secretKeyFingerprint(secretKey), ...outcome });
  print('Only the configured secret key opens the database now.');
  tellResealed(outcome);
}

async function resealAs(books: Database, secretKey: string): Promise<Resealed> {
  return reseal(books, await openVault({ database: books, secretKey, clock }));
}

function endAs(books: Database, secretKey: string): Promise<boolean> {
  const { recording } = openAuditTrail(books, clock);
  const after = { fingerprint: secretKeyFingerprint(secretKey) };
  const change = { action: 'installation.change', kind: 'installation', target: 'key of keys', before: null, after };
  const actor = { id: 'command line', changedBy: null, ip: null };
  return asActor(actor, () => endExchange(recording([change], null), secretKey));
}

const NO_KEY = 'There is no secret key: start the gateway once, or set WAYBILL_SECRET_KEY.';

/** Or what is missing. */
function keysOf(configuration: Configuration): Exchanged | string {
  const { secretKey, newSecretKey } = configuration.secrets;
  const file = secretKey === null && newSecretKey === null ? secretKeyFile(configuration.server.dataDir) : null;
  const from = currentKey(configuration);
  if (from === null) return NO_KEY;
  if (file === null && newSecretKey === null) {
    return 'WAYBILL_NEW_SECRET_KEY is not set: give the new secret key, such as the output of: openssl rand -hex 32';
  }
  const to = newSecretKey?.value ?? readOrMakeSecret(nextFile(file ?? ''), '').value;
  if (to.length < LEAST_LETTERS) return `WAYBILL_NEW_SECRET_KEY: expected ${LEAST_LETTERS} letters at least.`;
  return to === from ? 'The new secret key is the one that there is.' : { from, to, file };
}

function currentKey({ secrets, server }: Configuration): string | null {
  return secrets.secretKey ?? readSecretFile(secretKeyFile(server.dataDir));
}

function nextFile(file: string): string {
  return `${file}.next`;
}

/** Both keys open the database now, so that either file would do. */
function adopt(file: string): void {
  const next = openSync(nextFile(file), 'r');
  fsyncSync(next);
  closeSync(next);
  renameSync(nextFile(file), file);
}

/** Several machines may share a Postgres; a data folder has one gateway at most, which holds its lock. */
function mayRun({ server, store }: Configuration): boolean {
  if (store.databaseUrl !== null) return true;
  const lock = lockDataFolder(server.dataDir);
  if ('heldBy' in lock) return true;
  lock.release();
  return false;
}

type Outcome = Resealed & { readonly isDone: boolean };

function tell({ isDone, ...resealed }: Outcome, { to, file }: Exchanged, json: boolean): void {
  const where = file === null ? 'Set WAYBILL_SECRET_KEY to the new one' : `The new one is in ${file}`;
  if (json) {
    printJson({ ended: isDone, fingerprint: secretKeyFingerprint(to), file, ...resealed });
    return;
  }
  if (isDone) print(`Only the new secret key opens the database now. ${where}.`);
  else {
    print('Both secret keys open the database, for gateways that run with the former one.');
    print(`${where}, start every gateway anew, and then: secrets rotate --end`);
  }
  tellResealed(resealed);
}

function tellResealed({ resealed, shut }: Resealed): void {
  if (resealed > 0) print(`Stored secrets that were sealed under the new key: ${resealed}.`);
  if (shut.length === 0) return;
  printError(
    `Stored secrets that do not open and stayed as they were: ${shut.length}. Give them anew, or remove them:`,
  );
  for (const name of shut) printError(`  ${name}`);
}

function refuse(message: string): void {
  printError(message);
  process.exitCode = exitCode.configuration;
}
