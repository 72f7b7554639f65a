import type { Configuration } from '../config/index.ts';
import { type CountersKind, countersKindOf } from '../ground-counters.ts';
import { print, printError } from './output.ts';

/** The line that says that calls are taken, and what a newcomer does next. */
export function announce(configuration: Configuration): void {
  const { server, store, notices } = {
    server: configuration.server,
    store: configuration.store,
    notices: configuration.notices,
  };
  for (const notice of notices) printError(notice);
  const kind = store.databaseUrl === null ? `SQLite in ${server.dataDir}` : journalPlace(server);
  const workers = server.workers > 1 ? `, ${server.workers} workers` : '';
  print(
    `waybill listening on ${gatewayUrl(server)} (store: ${kind}; counters: ${COUNTERS[countersKindOf(store, server.workers)]}; journal: ${server.journal}${workers})`,
  );
}

function journalPlace({ journal, dataDir }: Configuration['server']): string {
  return journal === 'db' ? 'Postgres' : `Postgres, journal in ${dataDir}`;
}

/** By what rates are counted. */
export const COUNTERS: Readonly<Record<CountersKind, string>> = {
  own: 'in memory',
  memory: 'in memory of the first process',
  postgres: 'Postgres',
  redis: 'Redis',
};

/** The port that was really taken: `--port 0` takes any. */
export function withPort(configuration: Configuration, port: number): Configuration {
  return { ...configuration, server: { ...configuration.server, port } };
}

/** Where the gateway listens, as a URL: an IPv6 address stands in brackets. */
export function gatewayUrl({ host, port }: Pick<Configuration['server'], 'host' | 'port'>): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
