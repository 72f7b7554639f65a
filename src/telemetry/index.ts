export { attemptStatus } from './attempt-status.ts';
export type { AttemptRecord, ExchangeEvent, HoldRecord } from './event.ts';
export {
  type JournalCursor,
  type JournalEntry,
  type JournalReading,
  journalEnd,
  journalStart,
  readJournal,
  unreadBytes,
} from './journal-reader.ts';
export {
  decodeHold,
  decodeRecord,
  encodeHold,
  encodePrice,
  encodeSettle,
  type JournalRecord,
} from './journal-record.ts';
export { listSegments, segmentFile } from './journal-segment.ts';
export { type Journal, type JournalOptions, openJournal } from './journal-writer.ts';
export { type Log, type LogLevel, type LogOptions, openLog } from './log.ts';
export { type DeploymentGauge, type Gauges, openRegistry } from './metrics.ts';
export { orphanedEvent } from './orphaned-event.ts';
export type { LeftOutRecord, PlacedRecord, PlanRecord } from './plan-record.ts';
export { openPublisher, type Subscriber } from './publish.ts';
export { type PartitionMaker, partitionMaker } from './request-log-partition.ts';
export { type LoggedExchange, type LoggedParties, loggedExchange, partiesOf } from './request-log-row.ts';
export {
  countRequestLog,
  type DaySum,
  findById,
  findByUpstreamId,
  insertRequestLog,
  type LogFilter,
  type LogPage,
  type LogScope,
  listAfter,
  listRequestLog,
  sumByDay,
} from './request-log-store.ts';
export { openTallies, type Tallies } from './tallies.ts';
