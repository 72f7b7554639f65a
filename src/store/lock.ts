import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Clock, systemClock } from '../std/index.ts';
import { codeOf, databaseError } from './database-error.ts';

const SQLITE_BUSY = 'SQLITE_5';

export type DataFolderLock = { readonly release: () => void };

/**
 * One gateway per data folder. The lock is the operating system's, through SQLite, so that it is free again however
 * the holder ends; the text beside it only says who, for the message.
 */
export function lockDataFolder(
  folder: string,
  clock: Clock = systemClock,
): DataFolderLock | { readonly heldBy: string } {
  const note = join(folder, 'lock.txt');
  let connection: DatabaseSync;
  try {
    connection = new DatabaseSync(join(folder, 'lock.db'), { timeout: 0 });
  } catch (error) {
    throw databaseError(`the data folder ${folder} cannot be locked`, error);
  }
  try {
    connection.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    connection.close();
    if (codeOf(error) !== SQLITE_BUSY) throw databaseError(`the data folder ${folder} cannot be locked`, error);
    return { heldBy: readNote(note) };
  }
  writeFileSync(note, `process ${process.pid}, since ${new Date(clock.nowMs()).toISOString()}\n`);
  return { release: () => connection.close() };
}

function readNote(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return 'another process';
  }
}
