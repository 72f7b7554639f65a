import { parentPort, workerData } from 'node:worker_threads';
import { threadChannel } from '../channel.ts';
import { serveRemote } from '../serve-remote.ts';
import { openSqlite } from '../sqlite.ts';

if (parentPort !== null) {
  const database = openSqlite((workerData as { readonly file: string }).file, { readOnly: true });
  serveRemote(threadChannel(parentPort), { databases: { main: database, log: database }, calls: {} });
}
