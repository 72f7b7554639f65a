import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRecorded, recordedFiles, recordedMissing } from '../support/recorded.ts';
import { answerOf, isPlayable, isStream, openStage, playOf } from '../support/replay.ts';
import { usageIn } from '../support/replay-books.ts';
import { assertBooked, assertForwarded, assertPassedOn, withoutUsageEvents } from '../support/replay-checks.ts';

/** Recorded streams nearly all name their usage: here they do as those providers do that never heard of it. */
test('recorded streams without their usage event are estimated, and flagged', { skip: recordedMissing }, async (t) => {
  const stage = await openStage(t);
  const streams = recordedFiles('openai-chat').flatMap(readRecorded).filter(isPlayable).filter(isStream);
  const plays = streams
    .map((exchange) => ({ exchange, answer: withoutUsageEvents(answerOf(exchange)) }))
    .filter(({ exchange, answer }) => usageIn(exchange, answer) === null)
    .map(({ exchange, answer }, number) => playOf(number, exchange, { answer }));
  const played = await stage.perform(plays);
  const rows = await stage.rows();
  for (const each of played) {
    assertForwarded(each);
    assertPassedOn(each);
    assert.equal(assertBooked(each, rows.get(each.play.number)), false, each.play.label);
  }
  t.diagnostic(`${played.length} of ${streams.length} streams name their usage in an event of its own, or not at all`);
  assert.ok(played.length > 0);
});
