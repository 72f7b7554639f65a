import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loggedIds } from './answer-ids.ts';

const EXCHANGE = 'gen-1795549785-621LQ3WrT0kHGzYyKpwT';

test('an id of ours in the form of any dialect leads to its exchange', () => {
  for (const id of [EXCHANGE, `msg_${EXCHANGE}`, `chatcmpl-${EXCHANGE}`, 'resp_1795549785621LQ3WrT0kHGzYyKpwT'])
    assert.ok(loggedIds(id).includes(EXCHANGE), id);
});

test("an upstream's id is looked for as it is, and without what was put in front of it", () => {
  assert.deepEqual(loggedIds('chatcmpl-abc'), ['chatcmpl-abc', 'abc']);
  assert.deepEqual(loggedIds('msg_chatcmpl-abc'), ['msg_chatcmpl-abc', 'chatcmpl-abc']);
  assert.deepEqual(loggedIds('resp_0123abc'), ['resp_0123abc']);
});
