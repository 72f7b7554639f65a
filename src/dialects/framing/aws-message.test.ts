import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import fc from 'fast-check';
import { decodeAwsMessage, encodeAwsMessage } from './aws-message.ts';

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')),
  (text) => Buffer.from(text),
);
const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const name = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 }).map((word) => `:${word}`);
const headers = fc.dictionary(name, text, { maxKeys: 4, noNullPrototype: true });

test("AWS's own codec reads what is written, and writes what is read", () => {
  fc.assert(
    fc.property(headers, fc.uint8Array({ maxLength: 200 }), (wanted, bytes) => {
      const body = Buffer.from(bytes);
      const theirs = codec.decode(encodeAwsMessage({ headers: wanted, body }));
      const read = Object.fromEntries(Object.entries(theirs.headers).map(([key, { value }]) => [key, value]));
      assert.deepEqual([read, Buffer.from(theirs.body)], [wanted, body]);
      const typed = Object.fromEntries(
        Object.entries(wanted).map(([key, value]) => [key, { type: 'string' as const, value }]),
      );
      assert.deepEqual(decodeAwsMessage(Buffer.from(codec.encode({ headers: typed, body }))), {
        headers: wanted,
        body,
      });
    }),
  );
});

test('headers of other types are passed over', () => {
  const frame = codec.encode({
    headers: {
      yes: { type: 'boolean', value: true },
      byte: { type: 'byte', value: 1 },
      short: { type: 'short', value: 2 },
      integer: { type: 'integer', value: 3 },
      bytes: { type: 'binary', value: Buffer.from('abc') },
      time: { type: 'timestamp', value: new Date(0) },
      id: { type: 'uuid', value: '00000000-0000-0000-0000-000000000000' },
      ':event-type': { type: 'string', value: 'chunk' },
    },
    body: Buffer.from('{}'),
  });
  assert.deepEqual(decodeAwsMessage(Buffer.from(frame)), {
    headers: { ':event-type': 'chunk' },
    body: Buffer.from('{}'),
  });
});

test('any byte changed, cut off or added: no message', () => {
  const frame = encodeAwsMessage({ headers: { ':event-type': 'chunk' }, body: Buffer.from('{"a":1}') });
  for (let at = 0; at < frame.length; at++) {
    const damaged = Buffer.from(frame);
    damaged[at] = (damaged[at] ?? 0) ^ 0x41;
    assert.equal(decodeAwsMessage(damaged), null, String(at));
    assert.equal(decodeAwsMessage(frame.subarray(0, at)), null, String(at));
  }
  assert.equal(decodeAwsMessage(Buffer.concat([frame, Buffer.of(0)])), null);
});
