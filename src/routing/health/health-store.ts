import type { Database, Row, Statement } from '../../store/index.ts';
import type { RestCause } from './circuit.ts';
import type { Told } from './hearsay.ts';
import { decodeSummary, encodeSummary } from './summary.ts';

/** What was told since, and where to go on. */
export type ToldSince = { readonly told: readonly Told[]; readonly atMs: number };

const COLUMNS = [
  'version',
  'rest_cause',
  'opened_ago_ms',
  'rest_ms',
  'doublings',
  'summary',
  'learned_calls',
  'throttled_ago_ms',
  'updated_at_ms',
] as const;
const KEPT_MS = 86_400_000;
/** A row is given its time before it can be seen: what commits late must not be missed. */
const OVERLAP_MS = 2_000;

/** The database's own time: the clocks of its writers may differ. */
function nowIn(kind: Database['kind']): string {
  return kind === 'sqlite'
    ? "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
    : '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';
}

export async function storeTold(database: Database, writer: string, told: readonly Told[]): Promise<void> {
  if (told.length === 0) return;
  const sets = COLUMNS.map((column) => `${column} = excluded.${column}`).join(', ');
  const sql = `INSERT INTO routing_health (writer, credential, circuit, ${COLUMNS.join(', ')})
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ${nowIn(database.kind)})
    ON CONFLICT (writer, credential, circuit) DO UPDATE SET ${sets}`;
  await database.write(told.map((each) => ({ sql, values: valuesOf(writer, each) })));
}

function valuesOf(writer: string, { credential, circuit, version, rest, summary, learned }: Told): Statement['values'] {
  return [
    writer,
    credential,
    circuit ?? '',
    version,
    rest?.cause ?? null,
    rest === null ? null : Math.round(rest.openedAgoMs),
    rest === null ? null : Math.round(rest.forMs),
    rest?.doublings ?? null,
    summary === null ? null : encodeSummary(summary),
    learned?.calls ?? null,
    learned === null ? null : Math.round(learned.throttledAgoMs),
  ];
}

/** What others have told since a time of the database's; at first everything that is not a day old. */
export async function readTold(database: Database, writer: string, sinceMs: number): Promise<ToldSince> {
  const now = nowIn(database.kind);
  const rows = await database.query(
    `SELECT writer, credential, circuit, ${COLUMNS.join(', ')}, ${now} AS now_ms FROM routing_health
     WHERE updated_at_ms > ? AND updated_at_ms > ${now} - ${KEPT_MS} AND writer <> ?`,
    [Math.max(0, sinceMs - OVERLAP_MS), writer],
  );
  return {
    told: rows.map(toldOf),
    atMs: rows.reduce((last, row) => Math.max(last, Number(row['updated_at_ms'])), sinceMs),
  };
}

function toldOf(row: Row): Told {
  const circuit = String(row['circuit']);
  const cause = row['rest_cause'];
  const summary = row['summary'];
  return {
    writer: String(row['writer']),
    ageMs: Math.max(0, Number(row['now_ms']) - Number(row['updated_at_ms'])),
    credential: String(row['credential']),
    circuit: circuit === '' ? null : circuit,
    version: String(row['version']),
    rest: isCause(cause) ? { cause, ...restOf(row) } : null,
    summary: typeof summary === 'string' ? decodeSummary(summary) : null,
    learned: learnedOf(row),
  };
}

function learnedOf(row: Row): Told['learned'] {
  const calls = row['learned_calls'];
  return typeof calls === 'number' ? { calls, throttledAgoMs: Number(row['throttled_ago_ms']) } : null;
}

/** `doublings` is null where a version before wrote the row. */
function restOf(row: Row) {
  return {
    openedAgoMs: Number(row['opened_ago_ms']),
    forMs: Number(row['rest_ms']),
    doublings: Number(row['doublings'] ?? 0),
  };
}

function isCause(value: unknown): value is RestCause {
  return value === 'failures' || value === 'rate_limit' || value === 'credential';
}

export async function removeOldTold(database: Database): Promise<void> {
  const sql = `DELETE FROM routing_health WHERE updated_at_ms < ${nowIn(database.kind)} - ${KEPT_MS}`;
  await database.write([{ sql, values: [] }]);
}
