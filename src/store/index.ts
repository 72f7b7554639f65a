export { bigintOf } from './bigint-of.ts';
export { type Channel, processChannel, threadChannel } from './channel.ts';
export { type CopiedTable, copiedTables, copyTable, firstFilled } from './copying/copy-tables.ts';
export {
  type Counters,
  LIVE_MS,
  type OtherShare,
  type ShareAnswer,
  type ShareAsk,
  type ShareRound,
  type ShareRoundAnswer,
} from './counters/counters.ts';
export { openMemoryCounters } from './counters/memory-counters.ts';
export { openPostgresCounters } from './counters/postgres-counters.ts';
export { openRedisCounters } from './counters/redis-counters.ts';
export type {
  BulkInsert,
  Database,
  DirectDatabase,
  Row,
  Session,
  SqlValue,
  Statement,
  StatementResult,
} from './database.ts';
export { DatabaseError, databaseError } from './database-error.ts';
export { factIs, keepFact } from './kept-fact.ts';
export { hasLitellmTables } from './litellm-tables.ts';
export { type DataFolderLock, lockDataFolder } from './lock.ts';
export { type MigrationSet, migrate, migrationsFolder } from './migrate.ts';
export { oneAtATime } from './one-at-a-time.ts';
export { openPostgres, POSTGRES_SCHEMA, type PostgresOptions } from './postgres.ts';
export { type Listening, listenPostgres } from './postgres-listen.ts';
export { openReader } from './reading/open-reader.ts';
export { connectRemote, type Remote } from './remote.ts';
export type { DatabaseTarget } from './remote-protocol.ts';
export { ROWS_OF_EACH } from './rows-of-each.ts';
export { joinChannels, type Served, serveRemote } from './serve-remote.ts';
export { openSqlite, type SqliteOptions } from './sqlite.ts';
