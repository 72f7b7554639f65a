import type { Configuration } from '../config/index.ts';
import { print, printError } from './output.ts';

/** The line that says that calls are taken, and what a newcomer does next. */
export function announce(configuration: Configuration): void {
  const { server, store, notices } = {
    server: configuration.server,
    store: configuration.store,
    notices: configuration.notices,
  };
  for (const notice of notices) printError(notice);
  const kind = store.databaseUrl === null ? `SQLite in ${server.dataDir}` : `Postgres, journal in ${server.dataDir}`;
  const workers = server.workers > 1 ? `, ${server.workers} workers` : '';
  const host = server.host.includes(':') ? `[${server.host}]` : server.host;
  print(`waybill listening on http://${host}:${server.port} (store: ${kind}; journal: local${workers})`);
}

/** The port that was really taken: `--port 0` takes any. */
export function withPort(configuration: Configuration, port: number): Configuration {
  return { ...configuration, server: { ...configuration.server, port } };
}
