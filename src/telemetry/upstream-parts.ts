import type { Session } from '../store/index.ts';

/**
 * SQLite's index of upstreams' ids is made of parts: of the rows of a batch, all in the part that the rows before them
 * filled. A batch then changes some ten pages and not one for each of its rows, which took 5 of the 15 us of a row, and
 * more in a larger log.
 */
const ROWS_PER_PART_BITS = 12;

/** Not more than a part: no row is further than one from where its own number says. */
export const MAX_ROWS_AT_ONCE = 2 ** ROWS_PER_PART_BITS;

/** Of the rows that are inserted next. Postgres has an index for each day, and one part. */
export async function upstreamPartOf(session: Session): Promise<number> {
  if (session.kind !== 'sqlite') return 0;
  const [row] = await session.query(
    `SELECT coalesce(max(rowid), 0) >> ${ROWS_PER_PART_BITS} AS part FROM telemetry_request_log`,
  );
  return Number(row?.['part'] ?? 0);
}

/** The log, for a search by `upstream_id`, part by part: four microseconds each, and a part is four thousand rows. */
export const IN_UPSTREAM_PARTS = `(
  WITH RECURSIVE past(part) AS (
    SELECT max(rowid) >> ${ROWS_PER_PART_BITS} FROM telemetry_request_log
    UNION ALL
    SELECT part - 1 FROM past WHERE part >= (SELECT min(rowid) >> ${ROWS_PER_PART_BITS} FROM telemetry_request_log)
  )
  SELECT part FROM past UNION SELECT 0
) CROSS JOIN telemetry_request_log ON upstream_part = part`;
