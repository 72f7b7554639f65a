import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EventSplitter } from './event-splitter.ts';

function split(bytes: Buffer, cuts: readonly number[]): { readonly events: readonly string[]; readonly rest: string } {
  const splitter = new EventSplitter();
  const events: string[] = [];
  let start = 0;
  for (const cut of [...cuts, bytes.length]) {
    splitter.push(bytes.subarray(start, cut), (event) => events.push(event.toString('latin1')));
    start = cut;
  }
  return { events, rest: splitter.takeRest()?.toString('latin1') ?? '' };
}

/** The definition: an event ends after an empty line, however its lines end. */
function reference(text: string): { readonly events: readonly string[]; readonly rest: string } {
  const events: string[] = [];
  let event = '';
  for (const line of text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? []) {
    event += line;
    if (!/^[\r\n]/.test(line)) continue;
    events.push(event);
    event = '';
  }
  return { events, rest: event };
}

test('events come out the same wherever the bytes are cut', () => {
  const pieces = fc.array(
    fc.constantFrom('data: a', '\n', '\n\n', '\r\n', '\r\n\r\n', '\r', '\r\r', ': ping', '\u00ef\u00bb\u00bf'),
    { maxLength: 14 },
  );
  fc.assert(
    fc.property(pieces, fc.array(fc.nat({ max: 80 }), { maxLength: 8 }), (parts, cuts) => {
      // A CR at the very end may have an LF still to come: a letter settles it.
      const text = `${parts.join('')}.`;
      const sorted = cuts.filter((cut) => cut <= text.length).sort((a, b) => a - b);
      assert.deepEqual(split(Buffer.from(text, 'latin1'), sorted), reference(text));
    }),
    { numRuns: 2_000 },
  );
});

test('a chunk that is a whole event is passed on without a copy', () => {
  const splitter = new EventSplitter();
  const chunk = Buffer.from('data: 1\n\n');
  splitter.push(chunk, (event) => assert.equal(event, chunk));
  assert.ok(splitter.isEmpty());
});

test('an event of 10 MB comes in pieces, in time that grows with its length only', () => {
  const splitter = new EventSplitter();
  const chunk = Buffer.alloc(1_000, 'a');
  let bytes = 0;
  let whole = 0;
  const onEvent = (event: Buffer, isWhole: boolean): void => {
    bytes += event.length;
    if (isWhole) whole++;
  };
  const started = performance.now();
  for (let count = 0; count < 10_000; count++) splitter.push(chunk, onEvent);
  assert.ok(!splitter.isEmpty());
  splitter.push(Buffer.from('\n\ndata: next\n\n'), onEvent);
  assert.deepEqual([bytes, whole], [10_000_000 + 14, 1]);
  assert.ok(splitter.isEmpty());
  assert.ok(performance.now() - started < 2_000);
});

test('a megabyte in single bytes is kept in one buffer', () => {
  const splitter = new EventSplitter();
  const byte = Buffer.from('a');
  let seen = 0;
  for (let count = 0; count < 1_000_000; count++) splitter.push(byte, () => seen++);
  assert.equal(seen, 0);
  assert.equal(splitter.takeRest()?.length, 1_000_000);
});
