import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Recorded, readRecorded, recordedFiles, recordedMissing } from '../support/recorded.ts';
import { isPlayable, isStream, openStage, type Played, playOf } from '../support/replay.ts';
import { assertBooked, assertForwarded, assertNotCharged, assertPassedOn, sum } from '../support/replay-checks.ts';

type Kind = 'answered' | 'credential' | 'refused' | 'invalid' | 'malformed';

/** A temperature that is text: recorded to see the provider refuse it, and here it comes no further than the gateway. */
const MALFORMED = 'error_matrix/malformed_request_field.yaml#0';

function kindOf({ play: { exchange } }: Played): Kind {
  if (exchange.id.endsWith(MALFORMED)) return 'malformed';
  if (exchange.status === 200) return exchange.content_type === 'text/plain' ? 'invalid' : 'answered';
  return [401, 402, 403].includes(exchange.status) ? 'credential' : 'refused';
}

function kinds(exchanges: readonly Recorded[]): string {
  const streams = exchanges.filter(isStream).length;
  return `${exchanges.length} exchanges, ${streams} of them streams`;
}

test('every recorded exchange, once more through the gateway', {
  skip: recordedMissing,
  timeout: 120_000,
}, async (t) => {
  const stage = await openStage(t);
  const recorded = recordedFiles('openai-chat', 'embeddings').flatMap(readRecorded);
  const exchanges = recorded.filter(isPlayable);
  const played = await stage.perform(exchanges.map((exchange, number) => playOf(number, exchange)));
  const rows = await stage.rows();
  const of = (kind: Kind): readonly Played[] => played.filter((each) => kindOf(each) === kind);
  t.diagnostic(`${kinds(exchanges)}; ${recorded.length - exchanges.length} are not of the OpenAI API`);

  await t.test('the upstream gets the bytes of the client, with its own model and a wish for usage', () => {
    const forwarded = played.filter((each) => kindOf(each) !== 'malformed');
    for (const each of forwarded) assertForwarded(each);
    assert.deepEqual(
      of('malformed').map(({ status, received }) => [status, received]),
      [[400, null]],
    );
  });

  await t.test('the client gets the bytes of the provider, but for usage that it did not ask for', (t) => {
    const answered = of('answered');
    for (const each of answered) assertPassedOn(each);
    const shorter = answered.filter(({ play, got }) => got.length < play.answer.length).length;
    t.diagnostic(`${answered.length} answers, ${shorter} of them without a usage event`);
    assert.ok(shorter > 0);
  });

  await t.test("refusals pass as they came, save those of the operator's credential", (t) => {
    for (const each of of('refused')) assertPassedOn(each);
    for (const each of of('credential')) assertCode(each, 503, 'upstream_credential');
    for (const each of of('invalid')) assertCode(each, 502, 'upstream_invalid');
    const counts = [of('refused'), of('credential'), of('invalid')].map(({ length }) => length);
    assert.ok(counts.every((count) => count > 0));
    t.diagnostic(`${counts[0]} refusals, ${counts[1]} of the credential, ${counts[2]} answers that are none`);
  });

  await t.test("the books have the provider's own counts, at the operator's price", async (t) => {
    const booked = of('answered').filter((each) => assertBooked(each, rows.get(each.play.number)));
    for (const each of played) {
      // One that cannot be read is booked without a model.
      const number = kindOf(each) === 'malformed' ? Number.NaN : each.play.number;
      if (kindOf(each) !== 'answered') assertNotCharged(each, rows.get(number));
    }
    assert.equal(rows.size, played.length);
    const spent = sum(rows.values());
    assert.equal(Math.round((await stage.keySpend()) * 1e9), spent);
    t.diagnostic(`${booked.length} by usage, ${of('answered').length - booked.length} estimated, ${spent} nanodollars`);
  });
});

function assertCode({ play, status, got }: Played, expected: number, code: string): void {
  assert.equal(status, expected, play.label);
  const { error } = JSON.parse(got.toString()) as { error: { code: string; message: string } };
  assert.equal(error.code, code, play.label);
}
