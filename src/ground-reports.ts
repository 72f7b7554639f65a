import { Worker } from 'node:worker_threads';
import { connectRemote, type Database, openPostgres, threadChannel } from './store/index.ts';

/** Of a process: reports wait for each other, and never take a connection that calls need. */
const CONNECTIONS = 2;

/** The request log for reading at length, apart from everything that calls and books wait for. */
export async function openReportReader(databaseUrl: string | null, logFile: string): Promise<Database> {
  if (databaseUrl !== null) return openPostgres(databaseUrl, { maxConnections: CONNECTIONS });
  return openThreadReader(logFile);
}

/** A thread that starts with the first report. Should it end, the next report starts another one. */
function openThreadReader(file: string): Database {
  let running: { readonly thread: Worker; readonly log: Database } | null = null;
  const reach = (): Database => {
    if (running !== null) return running.log;
    const thread = new Worker(new URL('./report-thread.js', import.meta.url), {
      workerData: { file },
      name: 'waybill reports',
    });
    const log = connectRemote(threadChannel(thread)).database('log');
    running = { thread, log };
    const forget = (): void => {
      if (running?.thread === thread) running = null;
    };
    // Whoever waits for an answer is told by the channel.
    thread.once('error', forget).once('exit', forget).unref();
    return log;
  };
  return {
    kind: 'sqlite',
    query: (sql, values) => reach().query(sql, values),
    write: () => Promise.reject(new Error('reports only read')),
    close: async () => void (await running?.thread.terminate()),
  };
}
