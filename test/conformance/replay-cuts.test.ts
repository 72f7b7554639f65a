import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Recorded, readRecorded, recordedFiles, recordedMissing } from '../support/recorded.ts';
import {
  answerOf,
  isPlayable,
  isStream,
  openStage,
  type Play,
  type Played,
  playOf,
  type Stage,
} from '../support/replay.ts';
import { assertBooked, assertForwarded, assertPassedOn, visibleOf } from '../support/replay-checks.ts';
import { seeded } from '../support/seeded.ts';

const SEED = 20_261_124;
const SHORT_BYTES = 4_096;
const IN_BYTES = 100;
const IN_SPLITS = 100;
const SPLITS = 50;

test('recorded streams, cut anywhere on their way', { skip: recordedMissing, timeout: 200_000 }, async (t) => {
  const stage = await openStage(t);
  const random = seeded(SEED);
  const streams = recordedFiles('openai-chat').flatMap(readRecorded).filter(isPlayable).filter(isStream);
  const short = streams.filter((exchange) => answerOf(exchange).length <= SHORT_BYTES);
  const numbers = naturals();
  const next = (exchange: Recorded, cuts: readonly number[], withoutAsking = false): Play =>
    playOf(numbers(), exchange, { cuts, withoutAsking });
  const cutOf = (exchange: Recorded): number => 1 + Math.floor(random() * (answerOf(exchange).length - 1));

  await t.test('every stream in two pieces, to a client that does not ask for usage', async (t) => {
    const plays = streams.map((exchange) => next(exchange, [cutOf(exchange)], true));
    await play(t, stage, plays);
  });

  await t.test(`${IN_BYTES} streams of at most ${SHORT_BYTES} bytes, byte by byte`, async (t) => {
    const plays = sample(short, IN_BYTES, random).map((exchange) => {
      const { length } = answerOf(exchange);
      const everywhere = Array.from({ length: length - 1 }, (_, at) => at + 1);
      return next(exchange, everywhere, true);
    });
    await play(t, stage, plays);
  });

  await t.test(`${IN_SPLITS} streams of at most ${SHORT_BYTES} bytes, each at ${SPLITS} places`, async (t) => {
    const plays = sample(short, IN_SPLITS, random).flatMap((exchange) =>
      Array.from({ length: SPLITS }, (_, at) => next(exchange, [cutOf(exchange)], at % 2 === 0)),
    );
    await play(t, stage, plays);
  });

  await t.test('the books are the same as for whole streams', async (t) => {
    const rows = await stage.rows();
    const booked = all.filter((each) => assertBooked(each, rows.get(each.play.number)));
    assert.equal(rows.size, all.length);
    t.diagnostic(`${booked.length} by usage, ${all.length - booked.length} estimated`);
  });
});

const all: Played[] = [];

async function play(t: TestContext, stage: Stage, plays: readonly Play[]): Promise<void> {
  const startedMs = performance.now();
  const played = await stage.perform(plays);
  for (const each of played) {
    assertForwarded(each);
    assertPassedOn(each);
  }
  all.push(...played);
  const withheld = plays.filter((each) => visibleOf(each).length < each.answer.length).length;
  assert.ok(withheld > 0);
  const tookMs = Math.round(performance.now() - startedMs);
  t.diagnostic(`${played.length} exchanges in ${tookMs} ms, ${withheld} with a usage event that is withheld`);
}

function naturals(): () => number {
  let last = 0;
  return () => last++;
}

/** So many of them, no one twice. */
function sample<T>(items: readonly T[], size: number, random: () => number): readonly T[] {
  const keyed = items.map((item) => ({ item, key: random() }));
  return keyed
    .sort((a, b) => a.key - b.key)
    .slice(0, size)
    .map(({ item }) => item);
}
