import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  type AttemptRecord,
  countAttemptsOfStatus,
  cubeFor,
  type Dimension,
  type ExchangeEvent,
  insertRequestLog,
  type LogPlace,
  type LogSearch,
  latencyAt,
  loggedExchange,
  partitionMaker,
  type ReportScope,
  rankUsage,
  readTotal,
  readUsage,
  readUsageErrors,
  searchLog,
  type UsageQuestion,
} from '../../src/telemetry/index.ts';
import { seeded } from '../support/seeded.ts';
import { onBothDatabases } from './on-both-databases.ts';
import { type Draw, HOUR_MS, NOON, randomEvent } from './random-event.ts';
import { sampleEvent } from './sample-event.ts';

const DAY_MS = 24 * HOUR_MS;
const ALL: ReportScope = { kind: 'all' };

const VALUES: Readonly<Record<Dimension, (event: ExchangeEvent) => readonly string[]>> = {
  key: ({ keyId }) => [keyId ?? ''],
  user: ({ userId }) => [userId ?? ''],
  team: ({ teamId }) => [teamId ?? ''],
  project: ({ projectId }) => [projectId ?? ''],
  organization: ({ organizationId }) => [organizationId ?? ''],
  customer: ({ endUser }) => [endUser ?? ''],
  tag: ({ tags }) => [...new Set(tags)],
  model: ({ requestedModel }) => [requestedModel ?? ''],
  upstream_model: ({ upstreamModel }) => [upstreamModel ?? ''],
  provider: ({ provider }) => [provider ?? ''],
};

/** Those that calls without one are not listed under. */
const PARTS: ReadonlySet<Dimension> = new Set(['customer', 'tag']);

function randomQuestion(draw: Draw): UsageQuestion {
  const one = <T>(of: readonly T[]): T => of[Math.floor(draw() * of.length)] as T;
  const names = Object.keys(VALUES) as Dimension[];
  const from = NOON + Math.floor(draw() * 40) * HOUR_MS;
  return {
    fromMs: from,
    toMs: from + (1 + Math.floor(draw() * 60)) * HOUR_MS,
    by: one([[], [one(names)], ['model', one(names)], ['key', 'provider']]),
    bucket: one(['hour', 'day', 'none']),
    offsetHours: one([0, 0, -5, 9, 14]),
    where: one([
      {},
      { team: ['t1'] },
      { key: ['k1', 'k2'], model: ['m1'] },
      { provider: ['openai'] },
      { user: ['none'] },
    ]),
    scope: one([
      ALL,
      ALL,
      { kind: 'any', of: [{ dimension: 'key', ids: ['k2'] }] },
      {
        kind: 'any',
        of: [
          { dimension: 'team', ids: ['t1'] },
          { dimension: 'user', ids: ['u2'] },
        ],
      },
      { kind: 'any', of: [] },
    ]),
  };
}

function isSeen(event: ExchangeEvent, { scope, where }: Pick<UsageQuestion, 'scope' | 'where'>): boolean {
  const has = (dimension: string, wanted: readonly string[]): boolean =>
    VALUES[dimension as Dimension](event).some((value) => wanted.includes(value));
  return (
    Object.entries(where).every(([dimension, wanted = []]) => has(dimension, wanted)) &&
    (scope.kind === 'all' || scope.of.some(({ dimension, ids }) => has(dimension, ids)))
  );
}

function expected(events: readonly ExchangeEvent[], question: UsageQuestion): ReadonlyMap<string, readonly bigint[]> {
  const { by, bucket, offsetHours, fromMs, toMs } = question;
  const sums = new Map<string, readonly bigint[]>();
  for (const event of events) {
    if (event.sandbox || event.startedAtMs < fromMs || event.startedAtMs >= toMs || !isSeen(event, question)) continue;
    if (by.some((each) => PARTS.has(each) && VALUES[each](event).every((value) => value === ''))) continue;
    // Of tags a call has several: it is listed under each.
    const lists = by.map((each) => VALUES[each](event));
    const groups = lists.reduce<readonly (readonly string[])[]>(
      (made, list) => made.flatMap((names) => list.map((name) => [...names, name])),
      [[]],
    );
    const ms = event.startedAtMs + (bucket === 'day' ? offsetHours * HOUR_MS : 0);
    const at = bucket === 'none' ? null : ms - (ms % (bucket === 'day' ? DAY_MS : HOUR_MS));
    for (const names of groups) {
      const name = JSON.stringify([names, at]);
      const [requests = 0n, charge = 0n, tokens = 0n] = sums.get(name) ?? [];
      sums.set(name, [requests + 1n, charge + BigInt(event.chargeNanoUsd), tokens + BigInt(event.usage.inputTokens)]);
    }
  }
  return sums;
}

onBothDatabases('reports of use', (open) => {
  const filled = async (seed: number, calls: number) => {
    const { log } = await open();
    const draw = seeded(seed);
    const events = Array.from({ length: calls }, (_, nth) => randomEvent(`gen-${String(nth).padStart(6, '0')}`, draw));
    await partitionMaker(log)([NOON, NOON + DAY_MS, NOON + 2 * DAY_MS], NOON);
    await log.transaction((session) => insertRequestLog(session, events.map(loggedExchange)));
    return { log, events, draw };
  };

  it('say what the calls say, by whatever, over whatever time, for whomever', async () => {
    const { log, events, draw } = await filled(11, 400);
    let answered = 0;
    for (let nth = 0; nth < 150; nth++) {
      const question = randomQuestion(draw);
      const { by, where, scope } = question;
      const seen = scope.kind === 'all' ? [] : scope.of.map(({ dimension }) => dimension);
      const wanted = [...by, ...(Object.keys(where) as Dimension[]), ...seen];
      if (cubeFor(wanted) === null) continue;
      // What is of one of them alone lists nobody without it: `user` among them, where nothing else is asked.
      const alone = by.filter((each) => ['organization', 'team', 'project', 'user'].includes(each));
      const wants = expected(events, question);
      const found = await readUsage(log, question);
      const sums = new Map(
        found
          .filter(({ sum }) => sum.requests > 0)
          .map(({ names, atMs, sum }) => [
            JSON.stringify([names, atMs]),
            [BigInt(sum.requests), sum.chargeNanoUsd, BigInt(sum.inputTokens)],
          ]),
      );
      const withoutNobody = (all: ReadonlyMap<string, readonly bigint[]>): Record<string, readonly bigint[]> =>
        Object.fromEntries(
          [...all].filter(([name]) => {
            const [names] = JSON.parse(name) as [string[]];
            return alone.every((each) => names[by.indexOf(each)] !== '');
          }),
        );
      assert.deepEqual(withoutNobody(sums), withoutNobody(wants), JSON.stringify(question));
      answered++;
    }
    assert.ok(answered > 100);
  });

  it('rank by charge, total, and count errors', async () => {
    const { log, events } = await filled(12, 300);
    const question: UsageQuestion = {
      fromMs: NOON,
      toMs: NOON + 3 * DAY_MS,
      by: ['key'],
      bucket: 'day',
      offsetHours: 0,
      where: {},
      scope: ALL,
    };
    const real = events.filter(({ sandbox }) => !sandbox);
    const charges = new Map<string, bigint>();
    for (const { keyId, chargeNanoUsd } of real)
      charges.set(keyId ?? '', (charges.get(keyId ?? '') ?? 0n) + BigInt(chargeNanoUsd));
    const ranked = [...charges].sort(([, one], [, other]) => (one < other ? 1 : -1)).map(([name]) => name);
    assert.deepEqual((await rankUsage(log, question, 3)).flat(), ranked.slice(0, 3));
    assert.equal((await readTotal(log, question)).requests, real.length);
    assert.equal((await readTotal(log, { ...question, toMs: question.fromMs })).requests, 0);
    const failed = real.filter(({ outcome }) => outcome !== 'completed');
    const errors = await readUsageErrors(log, { ...question, bucket: 'none' });
    assert.equal(
      errors.reduce((sum, { requests }) => sum + requests, 0),
      failed.length,
    );
  });

  it('count the attempts that an upstream refused, by deployment and day', async () => {
    const { log } = await open();
    const attempt = (deployment: string, status: number): AttemptRecord => ({
      deployment,
      provider: 'openai',
      credential: 'c',
      upstreamModel: 'm',
      status,
      outcome: status === 200 ? 'answered' : 'rate_limit_exceeded',
      startedMs: 0,
      firstByteMs: null,
      durationMs: 1,
      reason: 'first',
    });
    const events = [
      sampleEvent('a', { startedAtMs: NOON, attempts: [attempt('d1', 429), attempt('d2', 200)] }),
      sampleEvent('b', { startedAtMs: NOON + DAY_MS, attempts: [attempt('d1', 429), attempt('d1', 429)] }),
      sampleEvent('c', { startedAtMs: NOON, attempts: [attempt('d1', 429)], requestedModel: 'other' }),
      sampleEvent('d', { startedAtMs: NOON, attempts: [attempt('d1', 429)], sandbox: true }),
      sampleEvent('e', { startedAtMs: NOON, attempts: [] }),
    ];
    await partitionMaker(log)([NOON, NOON + DAY_MS], NOON);
    await log.transaction((session) => insertRequestLog(session, events.map(loggedExchange)));
    const asked = { fromMs: NOON - DAY_MS, toMs: NOON + 2 * DAY_MS, model: 'gpt-4o', status: 429 };
    const day = Math.floor(NOON / DAY_MS) * DAY_MS;
    assert.deepEqual(await countAttemptsOfStatus(log, asked), [
      { deployment: 'd1', atMs: day, attempts: 1 },
      { deployment: 'd1', atMs: day + DAY_MS, attempts: 2 },
    ]);
    assert.deepEqual(await countAttemptsOfStatus(log, { ...asked, status: 503 }), []);
  });

  it('lead through the log from place to place, whatever is searched for', async () => {
    const { log, events, draw } = await filled(13, 300);
    const searches: readonly [LogSearch, (event: ExchangeEvent) => boolean][] = [
      [{}, () => true],
      [{ keyId: 'k1' }, ({ keyId }) => keyId === 'k1'],
      [{ model: 'm1', outcome: 'failure' }, (event) => event.requestedModel === 'm1' && event.outcome !== 'completed'],
      [{ tag: 'b' }, ({ tags }) => tags.includes('b')],
      [{ errorCode: 'upstream_error' }, ({ errorCode }) => errorCode === 'upstream_error'],
      [{ minNanoUsd: 10n ** 9n }, ({ chargeNanoUsd }) => BigInt(chargeNanoUsd) >= 10n ** 9n],
      [{ text: '00012' }, ({ id }) => id.includes('00012')],
      [{ text: '%' }, () => false],
      [
        { customer: 'c\x1f2', provider: 'openai' },
        (event) => event.endUser === 'c\x1f2' && event.provider === 'openai',
      ],
      [{ fromMs: NOON + DAY_MS }, ({ startedAtMs }) => startedAtMs >= NOON + DAY_MS],
    ];
    for (const [search, isWanted] of searches) {
      for (const scope of [ALL, { kind: 'any', of: [{ dimension: 'team', ids: ['t1'] }] }] as const) {
        const wanted = events
          .filter((event) => isWanted(event) && isSeen(event, { scope, where: {} }))
          .sort((one, other) => other.startedAtMs - one.startedAtMs || (one.id < other.id ? 1 : -1));
        const found: string[] = [];
        let place: LogPlace | null = null;
        do {
          const stretch: Awaited<ReturnType<typeof searchLog>> = await searchLog(
            log,
            search,
            scope,
            place,
            1 + Math.floor(draw() * 40),
          );
          found.push(...stretch.events.map(({ id }) => id));
          place = stretch.next;
        } while (place !== null);
        assert.deepEqual(
          found,
          wanted.map(({ id }) => id),
          JSON.stringify(search, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
        );
      }
    }
  });
});

it('a latency is told from between two bounds', () => {
  assert.equal(latencyAt([], 0.5), null);
  assert.equal(latencyAt([0, 10], 0.5), 75);
  assert.equal(latencyAt([10, 10], 0.5), 50);
  assert.equal(latencyAt([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4], 1), 60_000);
});
