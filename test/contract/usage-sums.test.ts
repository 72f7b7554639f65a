import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { DirectDatabase, Row } from '../../src/store/index.ts';
import {
  backfillUsage,
  type ExchangeEvent,
  insertRequestLog,
  loggedExchange,
  openUsageBooks,
  partitionMaker,
  setRequestLogAmounts,
  type UsageBooks,
} from '../../src/telemetry/index.ts';
import { seeded } from '../support/seeded.ts';
import { onBothDatabases } from './on-both-databases.ts';
import { HOUR_MS, NOON, randomEvent } from './random-event.ts';
import { sampleEvent } from './sample-event.ts';

/** Cube by number, its own dimension, and the log's column of the same. */
const CUBES = [
  [0, 'model', 'requested_model'],
  [0, 'provider', 'provider'],
  [0, 'upstream_model', 'upstream_model'],
  [1, 'organization_id', 'organization_id'],
  [2, 'team_id', 'team_id'],
  [3, 'project_id', 'project_id'],
  [4, 'user_id', 'user_id'],
  [5, 'key_id', 'key_id'],
  [5, 'team_id', 'team_id'],
  [7, 'customer', 'end_user'],
  [7, 'key_id', 'key_id'],
] as const;

/** Cubes of what a call may be without: those calls are not in them. */
const WITHOUT: ReadonlyMap<number, string> = new Map([
  [1, 'organization_id'],
  [2, 'team_id'],
  [3, 'project_id'],
  [4, 'user_id'],
  [7, 'end_user'],
]);

const MEASURES = [
  'charge_nano',
  'cost_nano',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'duration_ms',
  'first_byte_ms',
] as const;

/** What a plain sum over the rows says, beside what the sums say. */
async function compare(log: DirectDatabase): Promise<void> {
  const sums = MEASURES.map((name) => `sum(coalesce(${name}, 0)) AS ${name}`).join(', ');
  const latencies = Array.from({ length: 12 }, (_, place) => `latency_${place}`).join(' + ');
  for (const [grain, ms] of [
    ['hour', HOUR_MS],
    ['day', 24 * HOUR_MS],
  ] as const) {
    for (const [cube, dimension, column] of CUBES) {
      const of = WITHOUT.get(cube);
      const plain = await log.query(
        `SELECT started_at_ms / ${ms} AS bucket, coalesce(${column}, '') AS name, count(*) AS requests,
           sum(CASE WHEN outcome = 'completed' THEN 1 ELSE 0 END) AS successes, count(first_byte_ms) AS measured, ${sums}
         FROM telemetry_request_log WHERE sandbox = 0 ${of === undefined ? '' : `AND coalesce(${of}, '') <> ''`}
         GROUP BY 1, 2 ORDER BY 1, 2`,
      );
      const kept = await log.query(
        `SELECT bucket, ${dimension} AS name, sum(requests) AS requests, sum(successes) AS successes,
           sum(${latencies}) AS measured, ${sums}
         FROM telemetry_usage_${grain} AS usage JOIN telemetry_usage_subject AS subject ON subject.id = usage.subject
         WHERE usage.cube = ${cube} GROUP BY 1, 2 ORDER BY 1, 2`,
      );
      assert.deepEqual(texts(kept), texts(plain), `cube ${cube} by ${dimension}, ${grain}`);
    }
    const plain = await log.query(
      `SELECT started_at_ms / ${ms} AS bucket, coalesce(error_code, outcome) AS code, count(*) AS requests
       FROM telemetry_request_log WHERE sandbox = 0 AND outcome <> 'completed' GROUP BY 1, 2 ORDER BY 1, 2`,
    );
    const kept = await log.query(
      `SELECT bucket, code, sum(requests) AS requests FROM telemetry_usage_error_${grain}
       WHERE cube = 0 GROUP BY 1, 2 ORDER BY 1, 2`,
    );
    assert.deepEqual(texts(kept), texts(plain), `errors, ${grain}`);
  }
}

function texts(rows: readonly Row[]): readonly string[] {
  return rows.map((row) => JSON.stringify(Object.entries(row).map(([name, value]) => [name, String(value)]))).sort();
}

async function sumOfTag(log: DirectDatabase, tag: string): Promise<number> {
  const [row] = await log.query(
    `SELECT sum(requests) AS requests FROM telemetry_usage_day AS usage
     JOIN telemetry_usage_subject AS subject ON subject.id = usage.subject WHERE usage.cube = 6 AND tag = ?`,
    [tag],
  );
  return Number(row?.['requests'] ?? 0);
}

onBothDatabases('the sums of the reports', (open) => {
  const insert = (log: DirectDatabase, events: readonly ExchangeEvent[], usage?: UsageBooks): Promise<number> =>
    log.transaction((session) => insertRequestLog(session, events.map(loggedExchange), usage));

  it('are what a plain sum over the rows is, whatever is repeated, undone and corrected', async () => {
    for (const seed of [1, 2, 3]) {
      const { log } = await open();
      const draw = seeded(seed);
      let usage = openUsageBooks();
      const all: ExchangeEvent[] = [];
      await partitionMaker(log)([NOON, NOON + 24 * HOUR_MS, NOON + 48 * HOUR_MS], NOON);
      for (let batch = 0; batch < 12; batch++) {
        const fresh = Array.from({ length: 1 + Math.floor(draw() * 60) }, (_, nth) =>
          randomEvent(`gen-${seed}-${batch}-${nth}`, draw),
        );
        // What a drain does again after a kill: some of the events are there already.
        const again = all.filter(() => draw() < 0.1);
        const undone = log.transaction(async (session) => {
          await insertRequestLog(session, [...again, ...fresh].map(loggedExchange), usage);
          throw new Error('killed before the commit');
        });
        if (draw() < 0.5) await assert.rejects(undone, /killed/);
        else await undone.catch(() => undefined);
        if (draw() < 0.3) usage = openUsageBooks();
        assert.equal(await insert(log, [...again, ...fresh], usage), fresh.length);
        all.push(...fresh);
        const corrected = all[Math.floor(draw() * all.length)];
        if (corrected !== undefined)
          for (let times = 0; times < 2; times++)
            await setRequestLogAmounts(log, corrected.id, BigInt(Math.floor(draw() * 1e9)), usage);
      }
      await compare(log);
      const ofTag = all.filter(({ sandbox, tags }) => !sandbox && tags.includes('a'));
      assert.equal(await sumOfTag(log, 'a'), ofTag.length, 'a tag that a call has twice counts once');
    }
  });

  it('take in rows of former versions once, beside new ones, from wherever it was left off', async () => {
    const { log } = await open();
    const draw = seeded(4);
    const events = Array.from({ length: 1_203 }, (_, nth) => randomEvent(`gen-${String(nth).padStart(5, '0')}`, draw));
    const [old, fresh] = [events.slice(0, 1_200), events.slice(1_200)];
    await partitionMaker(log)([NOON, NOON + 24 * HOUR_MS, NOON + 48 * HOUR_MS], NOON);
    // As a former version left them: everything in `event`, and in no sum.
    const whole = old.map((event) => ({
      columns: loggedExchange(event).columns,
      rest: JSON.stringify({ ...event, plans: [] }),
    }));
    await log.transaction((session) => insertRequestLog(session, whole));
    for (const table of ['usage_hour', 'usage_day', 'usage_error_hour', 'usage_error_day'])
      await log.write([{ sql: `DELETE FROM telemetry_${table}`, values: [] }]);
    await log.write([
      {
        sql: `UPDATE telemetry_request_log
              SET summed = NULL, error_code = NULL, session_id = NULL, cache_read_tokens = NULL, cache_write_tokens = NULL`,
        values: [],
      },
      { sql: 'UPDATE telemetry_usage_backfill SET done = 0', values: [] },
    ]);
    await insert(log, fresh);
    await setRequestLogAmounts(log, 'gen-00007', 42n);
    let steps = 0;
    let usage = openUsageBooks();
    while (await backfillUsage(log, usage)) {
      steps++;
      usage = openUsageBooks();
      assert.equal(await insert(log, old.slice(0, 50), usage), 0);
    }
    assert.ok(steps >= 2, 'not all at once');
    assert.equal(await backfillUsage(log, usage), false);
    await compare(log);
    const codes = await log.query('SELECT count(error_code) AS codes FROM telemetry_request_log');
    assert.equal(codes[0]?.['codes'], events.filter(({ errorCode }) => errorCode !== null).length);
  });

  it('keep names apart that nobody serves, and hold no more tokens of a call than there can be', async () => {
    const { log } = await open();
    await partitionMaker(log)([NOON], NOON);
    const refused = { outcome: 'refused', deployment: null, startedAtMs: NOON } as const;
    await insert(log, [
      sampleEvent('gen-1', { ...refused, errorCode: 'model_not_found', requestedModel: 'x'.repeat(40) }),
      sampleEvent('gen-2', { ...refused, errorCode: 'rate_limit_exceeded', requestedModel: 'gpt-4o' }),
      sampleEvent('gen-3', { startedAtMs: NOON, usage: { ...sampleEvent('x').usage, inputTokens: 9e15 } }),
    ]);
    const rows = await log.query(
      `SELECT model, sum(requests) AS requests, sum(input_tokens) AS input_tokens FROM telemetry_usage_hour AS usage
       JOIN telemetry_usage_subject AS subject ON subject.id = usage.subject WHERE usage.cube = 0 GROUP BY model ORDER BY 1`,
    );
    assert.deepEqual(
      rows.map(({ model, requests, input_tokens: tokens }) => [model, requests, tokens]),
      [
        ['', 1, 12],
        ['gpt-4o', 2, 1e12 + 12],
      ],
    );
  });
});
