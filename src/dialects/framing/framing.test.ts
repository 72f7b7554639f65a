import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { frameEvent, openFramer, readFrame, splitFrames } from './framing.ts';
import type { Framing, WireEvent } from './wire-event.ts';

const FRAMINGS: readonly Framing[] = ['sse', 'json-array', 'ndjson', 'aws-event-stream'];
const NAMED: readonly Framing[] = ['sse', 'aws-event-stream'];

const data = fc
  .record({ text: fc.string({ unit: 'grapheme' }), inner: fc.jsonValue() })
  .map((value) => JSON.stringify(value));
const event = fc.tuple(fc.constantFrom('chunk', 'message_stop'), data).map(([name, text]) => ({ name, data: text }));
const events = fc.array(event, { maxLength: 8 });

function bytesOf(framing: Framing, all: readonly WireEvent[]): Buffer {
  const framer = openFramer(framing);
  return Buffer.concat([...all.map(framer.frame), framer.end() ?? Buffer.alloc(0)]);
}

function readAll(framing: Framing, pieces: readonly Buffer[], maxBytes: number): { read: WireEvent[]; bytes: Buffer } {
  const splitter = splitFrames(framing, maxBytes);
  const read: WireEvent[] = [];
  const frames: Buffer[] = [];
  for (const piece of pieces) {
    splitter.push(piece, (frame, isWhole) => {
      frames.push(frame);
      const event = isWhole ? readFrame(framing, frame) : null;
      if (event !== null) read.push(event);
    });
  }
  return { read, bytes: Buffer.concat([...frames, splitter.takeRest() ?? Buffer.alloc(0)]) };
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [...new Set(at.map((place) => place % (bytes.length + 1)))].sort((one, other) => one - other);
  return [0, ...places].map((start, index) => bytes.subarray(start, places[index] ?? bytes.length));
}

for (const framing of FRAMINGS) {
  test(`${framing}: any cut of the bytes gives the same events, and no byte is lost`, () => {
    fc.assert(
      fc.property(events, fc.array(fc.nat(), { maxLength: 20 }), (all, at) => {
        const bytes = bytesOf(framing, all);
        const { read, bytes: passed } = readAll(framing, cut(bytes, at), 1e6);
        const expected = NAMED.includes(framing) ? all : all.map((event) => ({ ...event, name: null }));
        assert.deepEqual(read, expected);
        assert.deepEqual(passed, bytes);
      }),
    );
  });

  test(`${framing}: a frame over the limit comes in pieces, whole ones around it are read`, () => {
    const small = { name: 'chunk', data: '{"a":1}' };
    const large = { name: 'chunk', data: JSON.stringify({ text: 'x'.repeat(5000) }) };
    const bytes = bytesOf(framing, [small, large, small]);
    const pieces = Array.from(bytes, (byte) => Buffer.of(byte));
    const { read, bytes: passed } = readAll(framing, pieces, 1000);
    assert.deepEqual(
      read.map((event) => event.data),
      [small.data, small.data],
    );
    assert.deepEqual(passed, bytes);
  });
}

test('a damaged AWS frame is no event', () => {
  const frame = frameEvent('aws-event-stream', { name: 'chunk', data: '{}' });
  frame[frame.length - 1] = (frame.at(-1) ?? 0) ^ 1;
  assert.equal(readFrame('aws-event-stream', frame), null);
});

test('comments are frames without an event; a name alone is none either', () => {
  assert.equal(readFrame('sse', Buffer.from(': keep-alive\n\n')), null);
  assert.equal(readFrame('sse', Buffer.from('event: ping\n\n')), null);
  assert.deepEqual(readFrame('sse', Buffer.from('id: 7\r\nevent: ping\r\ndata: {}\r\n\r\n')), {
    name: 'ping',
    data: '{}',
  });
});
