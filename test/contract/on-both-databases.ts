import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { type DirectDatabase, migrate, migrationsFolder, openPostgres, openSqlite } from '../../src/store/index.ts';
import { type PostgresServer, postgresMissing, startPostgres } from '../support/postgres.ts';

/** New, migrated databases; on Postgres both are one. Closed when the suite ends. */
export type OpenedPair = {
  readonly main: DirectDatabase;
  readonly log: DirectDatabase;
  readonly reopen: () => Promise<DirectDatabase>;
};

/** Declares the suite twice: on SQLite, and on a real Postgres where there is one. */
export function onBothDatabases(title: string, suite: (open: () => Promise<OpenedPair>) => void): void {
  describe(`${title}, on SQLite`, () => {
    const opened: DirectDatabase[] = [];
    const folder = mkdtempSync(join(tmpdir(), 'waybill-contract-'));
    let count = 0;
    after(async () => {
      for (const database of opened) await database.close();
      rmSync(folder, { recursive: true, force: true });
    });
    suite(async () => {
      const file = join(folder, `${++count}.db`);
      const open = (name: string): DirectDatabase => {
        const database = openSqlite(name);
        opened.push(database);
        return database;
      };
      const [main, log] = [open(file), open(`${file}-log`)];
      await migrate(main, migrationsFolder('sqlite'));
      await migrate(log, migrationsFolder('sqlite-log'));
      return { main, log, reopen: async () => open(file) };
    });
  });
  onPostgres(title, (server) => {
    suite(() => server.open());
  });
}

export type PostgresSuite = {
  readonly open: () => Promise<OpenedPair & { readonly url: string }>;
  readonly createDatabase: () => Promise<string>;
  readonly crash: () => Promise<void>;
};

export function onPostgres(title: string, suite: (server: PostgresSuite) => void): void {
  describe(`${title}, on Postgres`, { skip: postgresMissing() }, () => {
    const opened: DirectDatabase[] = [];
    let server: PostgresServer | null = null;
    before(async () => {
      server = await startPostgres();
    });
    after(async () => {
      for (const database of opened) await database.close();
      await server?.stop();
    });
    const running = (): PostgresServer => {
      if (server === null) throw new Error('Postgres is not started yet');
      return server;
    };
    const open = async (url: string): Promise<DirectDatabase> => {
      const database = await openPostgres(url, { maxConnections: 8 });
      opened.push(database);
      return database;
    };
    suite({
      createDatabase: () => running().createDatabase(),
      crash: () => running().crash(),
      open: async () => {
        const url = await running().createDatabase();
        const main = await open(url);
        await migrate(main, migrationsFolder('postgres'));
        return { main, log: main, url, reopen: () => open(url) };
      },
    });
  });
}
