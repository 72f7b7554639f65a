import { Worker } from 'node:worker_threads';
import { threadChannel } from '../channel.ts';
import type { Database } from '../database.ts';
import { DatabaseError } from '../database-error.ts';
import { openPostgres } from '../postgres.ts';
import { connectRemote } from '../remote.ts';

/** Of a process: long reads wait for each other, and never take a connection that calls need. */
const CONNECTIONS = 2;

/** For reading at length, apart from everything that calls and books wait for: `file` is SQLite's. */
export async function openReader(databaseUrl: string | null, file: string): Promise<Database> {
  return databaseUrl === null ? openThreadReader(file) : openPostgres(databaseUrl, { maxConnections: CONNECTIONS });
}

/** A thread that starts with the first read. Should it end, the next read starts another one. */
function openThreadReader(file: string): Database {
  let running: { readonly thread: Worker; readonly database: Database } | null = null;
  const start = (): Database => {
    const thread = new Worker(new URL('./reader-thread.js', import.meta.url), {
      workerData: { file },
      name: 'waybill reader',
    });
    const database = connectRemote(threadChannel(thread)).database('log');
    running = { thread, database };
    const forget = (): void => {
      if (running?.thread === thread) running = null;
    };
    // Whoever waits for an answer is told by the channel.
    thread.once('error', forget).once('exit', forget).unref();
    return database;
  };
  return {
    kind: 'sqlite',
    query: (sql, values) => (running?.database ?? start()).query(sql, values),
    write: () => Promise.reject(new DatabaseError('a reader does not write')),
    close: async () => void (await running?.thread.terminate()),
  };
}
