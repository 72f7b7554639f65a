import { parentPort, workerData } from 'node:worker_threads';
import { openSqlite, serveRemote, threadChannel } from './store/index.ts';

/** Reads the request log's file for one process: what takes long there holds up neither calls nor the books. */
if (parentPort !== null) {
  const log = openSqlite((workerData as { readonly file: string }).file, { readOnly: true });
  serveRemote(threadChannel(parentPort), { databases: { main: log, log }, calls: {} });
}
