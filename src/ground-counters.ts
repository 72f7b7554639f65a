import {
  type Counters,
  type Database,
  openPostgresCounters,
  openRedisCounters,
  type Remote,
  type ShareRound,
  type ShareRoundAnswer,
} from './store/index.ts';

/** Where rates are counted. `own`: one process counts for itself alone. */
export type CountersKind = 'own' | Counters['kind'];

/** `workers`: how many processes a machine without Postgres has. */
export function countersKindOf(
  { databaseUrl, redisUrl }: { readonly databaseUrl: string | null; readonly redisUrl: string | null },
  workers: number,
): CountersKind {
  if (redisUrl !== null) return 'redis';
  if (databaseUrl !== null) return 'postgres';
  return workers > 1 ? 'memory' : 'own';
}

/** What a process counts rates by together with others; null: there are none. */
export async function openCounters(
  main: Database,
  remote: Remote,
  redisUrl: string | null,
  sole: boolean,
): Promise<Counters | null> {
  if (redisUrl !== null) return openRedisCounters(redisUrl);
  if (main.kind === 'postgres') return openPostgresCounters(main);
  return sole ? null : remoteCounters(remote);
}

/** Those of the primary of this process. */
function remoteCounters(remote: Remote): Counters {
  return {
    kind: 'memory',
    exchange: (round) => remote.call('exchange-shares', round) as Promise<ShareRoundAnswer>,
    leave: async (process) => void (await remote.call('leave-shares', process)),
    close: async () => undefined,
  };
}

/** The other side, in the thread that has the store. */
export function countersCalls({
  exchange,
  leave,
}: Counters): Readonly<Record<string, (argument: unknown) => Promise<unknown>>> {
  return {
    'exchange-shares': (round) => exchange(round as ShareRound),
    'leave-shares': (process) => leave(String(process)),
  };
}
