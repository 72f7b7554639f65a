import assert from 'node:assert/strict';
import { it } from 'node:test';
import { noUsage } from '../../src/inference/index.ts';
import type { DirectDatabase } from '../../src/store/index.ts';
import {
  countRequestLog,
  type ExchangeEvent,
  findById,
  findByUpstreamId,
  insertRequestLog,
  type LogScope,
  listRequestLog,
  loggedExchange,
  partitionMaker,
  removeOldRequests,
  sumByDay,
} from '../../src/telemetry/index.ts';
import { onBothDatabases, onPostgres } from './on-both-databases.ts';
import { sampleEvent } from './sample-event.ts';

const ALL = { kind: 'all' } as const;
const NOTHING: Extract<LogScope, { readonly kind: 'some' }> = {
  kind: 'some',
  keyId: null,
  userId: null,
  teams: [],
  organizations: [],
  within: null,
};
const OF_NOBODY = { keyId: 'other', userId: null, teamId: null, organizationId: null };
const DAY_MS = 86_400_000;
const NOON = 20_000 * DAY_MS + DAY_MS / 2;

async function insert(log: DirectDatabase, events: readonly ExchangeEvent[]): Promise<number> {
  await partitionMaker(log)(
    events.map(({ startedAtMs }) => startedAtMs),
    NOON,
  );
  return log.transaction((session) => insertRequestLog(session, events.map(loggedExchange)));
}

onBothDatabases('the request log', (open) => {
  it('keeps the whole event, once', async () => {
    const { log } = await open();
    const event = sampleEvent('gen-1', { startedAtMs: NOON });
    assert.equal(await insert(log, [event]), 1);
    assert.equal(await insert(log, [event, sampleEvent('gen-2', { startedAtMs: NOON })]), 1);
    assert.deepEqual(await findById(log, 'gen-1', ALL), event);
    assert.equal(await findById(log, 'gen-3', ALL), null);
    assert.equal(await countRequestLog(log, {}, ALL), 2);
  });

  it('lets go of what is older than asked, in lots, and of nothing else', async () => {
    const { log } = await open();
    const at = (id: string, startedAtMs: number) => sampleEvent(id, { startedAtMs });
    const old = Array.from({ length: 1_200 }, (_, nth) => at(`old-${nth}`, NOON - 3 * DAY_MS));
    // Before any day that a partition is made for: Postgres has it in the last resort.
    await insert(log, [...old, at('ancient', NOON - 500 * DAY_MS), at('kept', NOON - DAY_MS), at('new', NOON)]);
    let lots = 1;
    while (await removeOldRequests(log, NOON - 2 * DAY_MS)) lots++;
    assert.equal(lots, log.kind === 'sqlite' ? 3 : 1);
    assert.equal(await countRequestLog(log, {}, ALL), 2);
    assert.equal((await findById(log, 'kept', ALL))?.id, 'kept');
    assert.equal(await insert(log, [at('late', NOON - 3 * DAY_MS)]), 1, 'a row of a day that is gone has a place');
    assert.equal(await removeOldRequests(log, NOON - 2 * DAY_MS), false);
    assert.equal(await countRequestLog(log, {}, ALL), 2);
  });

  it('takes whatever providers and clients send', async () => {
    const { log } = await open();
    const event = sampleEvent('gen-1', {
      startedAtMs: NOON,
      endUser: 'a\0b',
      upstreamId: 'x'.repeat(5000),
      errorMessage: 'nul \0, half a pair \uD800, "quotes" \\ and {braces}, line\nfeed',
      usage: { ...sampleEvent('x').usage, inputTokens: Number.NaN, outputTokens: 1e300 },
      chargeNanoUsd: String(2n ** 62n),
      durationMs: 1e-7,
    });
    assert.equal(await insert(log, [event]), 1);
    assert.deepEqual(await findById(log, 'gen-1', ALL), { ...event, usage: { ...event.usage, inputTokens: null } });
  });

  it('gives back what is not in the columns: attempts, every count, nothing where nothing was', async () => {
    const { log } = await open();
    const attempt = { deployment: 'd1', provider: 'openai', credential: 'c', upstreamModel: 'gpt-4o', reason: 'only' };
    const place = { deployment: 'd1', provider: 'openai', credential: 'c', upstreamModel: 'gpt-4o', model: 'm' };
    const full = sampleEvent('gen-1', {
      plans: [
        {
          candidates: [{ ...place, reason: 'priority 1, balanced' }],
          excluded: [{ ...place, deployment: 'd2', reason: 'rests for 9 ms', by: 'cooldown' }],
          moreCandidates: 0,
          moreExcluded: 7,
        },
        { candidates: [{ ...place, reason: 'the only deployment' }], excluded: [], moreCandidates: 0, moreExcluded: 0 },
      ],
      attempts: [{ ...attempt, status: null, outcome: 'timeout', startedMs: 0.5, firstByteMs: null, durationMs: 9 }],
      usage: {
        inputTokens: 9,
        outputTokens: 8,
        cacheReadTokens: 7,
        cacheWriteTokens: 6,
        reasoningTokens: 5,
        inputAudioTokens: 4,
        outputAudioTokens: 3,
        source: 'estimated',
        raw: { prompt_tokens: 9 },
      },
      keyAlias: 'alias',
      errorCode: 'upstream_error',
      streamed: true,
      byok: true,
      priced: false,
    });
    const bare = sampleEvent('gen-2', {
      keyId: null,
      requestedModel: null,
      deployment: null,
      provider: null,
      priceVersion: null,
      clientIp: null,
      userAgent: null,
      usage: noUsage,
      finishReason: null,
      firstByteMs: null,
      passThrough: false,
    });
    await insert(log, [full, bare]);
    assert.deepEqual(await findById(log, 'gen-1', ALL), full);
    assert.deepEqual(await findById(log, 'gen-2', ALL), bare);
    assert.ok(!loggedExchange(bare).rest.includes('plans'), 'what says nothing takes no room');
  });

  it('reads rows that hold all of the event beside its columns', async () => {
    const { log } = await open();
    const event = sampleEvent('gen-1', { startedAtMs: NOON, upstreamId: 'x'.repeat(5000) });
    const { columns } = loggedExchange(event);
    await log.transaction((session) => insertRequestLog(session, [{ columns, rest: JSON.stringify(event) }]));
    assert.deepEqual(await findById(log, 'gen-1', ALL), event);
  });

  it('is read newest first, by pages and filters', async () => {
    const { log } = await open();
    const events = Array.from({ length: 10 }, (_, index) =>
      sampleEvent(`gen-${index}`, {
        startedAtMs: NOON + index,
        keyId: index % 2 === 0 ? 'even' : 'odd',
        userId: `u${index % 3}`,
      }),
    );
    await insert(log, events);
    const ids = (found: readonly ExchangeEvent[]): string[] => found.map(({ id }) => id);
    assert.deepEqual(ids(await listRequestLog(log, { limit: 3, offset: 2 }, ALL)), ['gen-7', 'gen-6', 'gen-5']);
    assert.deepEqual(
      ids(await listRequestLog(log, { limit: 9, keyId: 'odd', startMs: NOON + 3, endMs: NOON + 7 }, ALL)),
      ['gen-5', 'gen-3'],
    );
    assert.equal(await countRequestLog(log, { userId: 'u0' }, ALL), 4);
  });

  it('shows whoever asks the rows of its key, its user, its teams and organizations, and none of any other', async () => {
    const { log } = await open();
    const rows = [
      { keyId: 'mine' },
      { userId: 'me', teamId: 't1' },
      { userId: 'me', organizationId: 'o1' },
      { teamId: 't1' },
      { teamId: 't2', organizationId: 'o1' },
      { organizationId: 'o2' },
    ];
    await insert(
      log,
      rows.map((row, index) => sampleEvent(`gen-${index}`, { startedAtMs: NOON, ...OF_NOBODY, ...row })),
    );
    const seen = async (scope: Partial<typeof NOTHING>): Promise<string> => {
      const found = await listRequestLog(log, { limit: 10 }, { ...NOTHING, ...scope });
      return found.map(({ id }) => id.slice(-1)).join('');
    };
    assert.equal(await seen({}), '');
    assert.equal(await seen({ keyId: 'mine' }), '0');
    assert.equal(await seen({ userId: 'me' }), '21');
    assert.equal(await seen({ teams: ['t1', 'nowhere'], organizations: ['o1'] }), '4321');
    assert.equal(await seen({ userId: 'me', within: { kind: 'team', id: 't1' } }), '1');
    assert.equal(await seen({ keyId: 'mine', userId: 'me', within: { kind: 'organization', id: 'o1' } }), '20');
  });

  it('finds rows by the id of their upstream, however many came before and after, and were let go of', async () => {
    const { log } = await open();
    const rows = (from: number, count: number, startedAtMs: number) =>
      Array.from({ length: count }, (_, nth) =>
        sampleEvent(`gen-${from + nth}`, { startedAtMs, upstreamId: `up-${from + nth}` }),
      );
    await insert(log, rows(0, 9_000, NOON - 3 * DAY_MS));
    await insert(log, rows(9_000, 4_000, NOON));
    await insert(log, [...rows(12_000, 1_000, NOON), ...rows(13_000, 3_000, NOON)]);
    const found = async (nth: number) => (await findByUpstreamId(log, `up-${nth}`, ALL)).map(({ id }) => id);
    for (const nth of [0, 4_095, 4_096, 8_999, 9_000, 12_999, 13_000, 15_999]) {
      assert.deepEqual(await found(nth), [`gen-${nth}`]);
    }
    while (await removeOldRequests(log, NOON - 2 * DAY_MS));
    assert.deepEqual(await found(8_999), []);
    for (const nth of [9_000, 12_500, 15_999]) assert.deepEqual(await found(nth), [`gen-${nth}`]);
  });

  it('shows a key its own rows only, whatever it asks for', async () => {
    const { log } = await open();
    const mine = sampleEvent('gen-1', { startedAtMs: NOON, keyId: 'mine', upstreamId: 'same' });
    const theirs = sampleEvent('gen-2', { startedAtMs: NOON, keyId: 'theirs', upstreamId: 'same' });
    await insert(log, [mine, theirs]);
    const scope = { ...NOTHING, keyId: 'mine' };
    assert.deepEqual(await findById(log, 'gen-1', scope), mine);
    assert.equal(await findById(log, 'gen-2', scope), null);
    assert.deepEqual(await findByUpstreamId(log, 'same', scope), [mine]);
    assert.equal((await findByUpstreamId(log, 'same', ALL)).length, 2);
    assert.deepEqual(await listRequestLog(log, { limit: 10 }, scope), [mine]);
    assert.deepEqual(await listRequestLog(log, { limit: 10, keyId: 'theirs' }, scope), []);
    assert.deepEqual(
      (await sumByDay(log, {}, scope)).map(({ keyId }) => keyId),
      ['mine'],
    );
  });

  it('is summed by day, key, user and model, play money left out', async () => {
    const { log } = await open();
    const big = String(2n ** 62n);
    await insert(log, [
      sampleEvent('gen-1', { startedAtMs: NOON }),
      sampleEvent('gen-2', { startedAtMs: NOON + 1 }),
      sampleEvent('gen-3', { startedAtMs: NOON + 2, sandbox: true }),
      sampleEvent('gen-4', { startedAtMs: NOON - DAY_MS, chargeNanoUsd: big }),
      sampleEvent('gen-5', { startedAtMs: NOON, requestedModel: 'other', userId: null }),
    ]);
    const sums = await sumByDay(log, {}, ALL);
    assert.equal(sums.length, 3);
    const today = sums.find((sum) => sum.requestedModel === 'gpt-4o' && sum.dayMs === NOON - DAY_MS / 2);
    assert.deepEqual(
      [today?.requests, today?.chargeNanoUsd, today?.costNanoUsd, today?.inputTokens],
      [2, 2400n, 2000n, 24],
    );
    assert.equal(sums.at(-1)?.chargeNanoUsd, 2n ** 62n);
  });
});

onPostgres('the request log', (server) => {
  it('has a partition for each day, and a last resort for days that no clock shows', async () => {
    const { log } = await server.open();
    const days = [NOON, NOON - DAY_MS, NOON + 400 * DAY_MS, 0];
    assert.equal(
      await insert(
        log,
        days.map((startedAtMs, index) => sampleEvent(`gen-${index}`, { startedAtMs })),
      ),
      4,
    );
    const partitions = await log.query(
      "SELECT relname FROM pg_class WHERE relname ~ '^telemetry_request_log_(2|other)' AND relkind = 'r' ORDER BY 1",
    );
    assert.deepEqual(
      partitions.map(({ relname }) => relname),
      [
        'telemetry_request_log_20241003',
        'telemetry_request_log_20241004',
        'telemetry_request_log_20241005',
        'telemetry_request_log_other',
      ],
    );
    const rest = await log.query('SELECT count(*) AS rows FROM telemetry_request_log_other');
    assert.equal(rest[0]?.['rows'], 2);
  });

  it('makes the same day for several instances at once, and bears rows of a day in the last resort', async () => {
    const { log } = await server.open();
    await log.transaction((session) =>
      insertRequestLog(session, [loggedExchange(sampleEvent('gen-1', { startedAtMs: NOON }))]),
    );
    await Promise.all([1, 2, 3, 4].map(() => partitionMaker(log)([NOON], NOON)));
    assert.equal(
      await insert(log, [sampleEvent('gen-1', { startedAtMs: NOON }), sampleEvent('gen-2', { startedAtMs: NOON })]),
      1,
    );
  });
});
