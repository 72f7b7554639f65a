import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyQuirks } from './quirks.ts';

test('what does not apply leaves the very same object', () => {
  const body = { model: 'm', max_tokens: 5 };
  assert.equal(applyQuirks([], body), body);
  assert.equal(applyQuirks(['drop-stream-options', 'rename-max-completion-tokens'], body), body);
});

test('stream options are taken out, the newer limit gets its older name', () => {
  const body = { model: 'm', stream: true, stream_options: { include_usage: true }, max_completion_tokens: 5 };
  assert.deepEqual(applyQuirks(['drop-stream-options', 'rename-max-completion-tokens'], body), {
    model: 'm',
    stream: true,
    max_tokens: 5,
  });
  assert.ok('stream_options' in body);
});

test('a limit under the older name wins over the newer one', () => {
  assert.deepEqual(applyQuirks(['rename-max-completion-tokens'], { max_tokens: 7, max_completion_tokens: 5 }), {
    max_tokens: 7,
  });
});
