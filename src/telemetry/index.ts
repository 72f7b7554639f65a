export { attemptStatus } from './attempt-status.ts';
export { type Actor, asActor, currentActor } from './audit/actor.ts';
export type { AuditEntry, AuditedChange } from './audit/audit-entry.ts';
export { type AuditFilter, type AuditPage, type AuditVerdict, listAudit, verifyAudit } from './audit/audit-store.ts';
export { type AuditTrail, auditWithin, openAuditTrail } from './audit/audit-trail.ts';
export { findContent } from './contents/content-store.ts';
export { type Contents, openContents, type WaitingContent } from './contents/contents.ts';
export type { HeldBody, KeptContent, KeptSide } from './contents/kept-content.ts';
export type { AttemptRecord, ExchangeEvent, HoldRecord } from './event.ts';
export {
  type JournalCursor,
  type JournalEntry,
  type JournalReading,
  journalEnd,
  journalStart,
  readJournal,
  unreadBytes,
} from './journaling/journal-reader.ts';
export {
  decodeHold,
  decodeRecord,
  encodeHold,
  encodePrice,
  encodeSettle,
  type JournalRecord,
  lineOfHold,
} from './journaling/journal-record.ts';
export {
  endJournalWriter,
  journalRowsEnd,
  listForeignJournalWriters,
  listJournalWriters,
  readJournalRows,
  removeJournalRows,
  replaceJournalRows,
  setJournalRowAside,
  unreadRowBytes,
} from './journaling/journal-rows.ts';
export { listSegments, segmentFile } from './journaling/journal-segment.ts';
export { type Journal, type JournalOptions, openJournal } from './journaling/journal-writer.ts';
export { openRowJournal, type RowJournalOptions } from './journaling/open-row-journal.ts';
export { type Log, type LogLevel, type LogOptions, openLog } from './log.ts';
export { type DeploymentGauge, type Gauges, openRegistry } from './metrics.ts';
export { orphanedEvent } from './orphaned-event.ts';
export type { LeftOutRecord, PlacedRecord, PlanRecord } from './plan-record.ts';
export { openPublisher, type Subscriber } from './publish.ts';
export { type AttemptStatuses, countAttemptsOfStatus } from './reports/attempt-statuses.ts';
export { LATENCY_BOUNDS_MS, latencyAt } from './reports/latency-bounds.ts';
export {
  LOG_ORDERS,
  type LogOrder,
  type LogPlace,
  type LogSearch,
  pageOfLog,
  ROWS_OF_NUMBERED_PAGES,
  searchLog,
} from './reports/log-search.ts';
export { backfillUsage } from './reports/usage-backfill.ts';
export { cubeFor, DIMENSION_NAMES, type Dimension } from './reports/usage-cubes.ts';
export { addUsage, noUsageSum, type UsageSum } from './reports/usage-measures.ts';
export type { Bucket, ReportScope, ScopePart, UsageFilter, UsageQuestion } from './reports/usage-question.ts';
export {
  NotSummedTogether,
  rankUsage,
  readTotal,
  readUsage,
  readUsageErrors,
  type UsageErrors,
  type UsageRow,
} from './reports/usage-report.ts';
export { openUsageBooks, type UsageBooks } from './reports/usage-store.ts';
export { daysOfRequestLog, type PartitionMaker, partitionMaker } from './request-log-partition.ts';
export { openRetention, removeOldContents, removeOldRequests } from './request-log-retention.ts';
export { columnOf, type LoggedExchange, type LoggedParties, loggedExchange, partiesOf } from './request-log-row.ts';
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
  type SumSince,
  setRequestLogAmounts,
  sumByDay,
  sumSince,
} from './request-log-store.ts';
export { openTallies, type Tallies } from './tallies.ts';
