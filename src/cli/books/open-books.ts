import { existsSync } from 'node:fs';
import type { Configuration, Flags } from '../../config/index.ts';
import { booksFileOf, requestLogFileOf } from '../../ground.ts';
import { type DirectDatabase, openPostgres, openSqlite } from '../../store/index.ts';
import { exitCode } from '../exit-code.ts';
import { loadOrExit } from '../load.ts';
import { printError } from '../output.ts';

export type OpenedBooks = { readonly books: DirectDatabase; readonly log: DirectDatabase };

/** Exits with 3 if the database cannot be used. */
export async function withBooks<T>(flags: Flags, run: (opened: OpenedBooks) => Promise<T>): Promise<T> {
  const configuration = await loadOrExit(flags);
  try {
    const opened = await openBooks(configuration);
    const result = await run(opened);
    await opened.books.close();
    if (opened.log !== opened.books) await opened.log.close();
    return result;
  } catch (error) {
    printError(`The database cannot be used: ${error instanceof Error ? error.message : error}`);
    return process.exit(exitCode.database);
  }
}

async function openBooks({ server, store }: Configuration): Promise<OpenedBooks> {
  if (store.databaseUrl !== null) {
    const database = await openPostgres(store.databaseUrl, { maxConnections: 1 });
    return { books: database, log: database };
  }
  const [books, log] = [booksFileOf(server.dataDir), requestLogFileOf(server.dataDir)];
  // SQLite would make empty ones.
  for (const file of [books, log]) {
    if (!existsSync(file)) {
      throw new Error(`there is no ${file}; start the gateway once, or give its folder with --data`);
    }
  }
  return { books: openSqlite(books), log: openSqlite(log) };
}
