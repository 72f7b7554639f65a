import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResponseReader } from './response-reader.ts';
import { StreamReading } from './stream-reading.ts';

const PLAIN = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const EVENTS = 'data: {"content":"a"}\n\ndata: {}\n\ndata: [DONE]\n\n';
const STREAM = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nC;name=1\r\n${EVENTS.slice(0, 12)}\r\n000a\r\n${EVENTS.slice(12, 22)}\r\n19\r\n${EVENTS.slice(22)}\r\n0\r\nX-Trailer: 1\r\n\r\n`;
const EMPTY = 'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

function readInPieces(wire: Buffer, size: number): string[] {
  const ended: string[] = [];
  let body = '';
  const reader = new ResponseReader({
    body: (bytes, start, end) => {
      body += bytes.toString('latin1', start, end);
    },
    end: (status, keepAlive) => {
      ended.push(`${status} ${keepAlive} ${body}`);
      body = '';
    },
  });
  for (let at = 0; at < wire.length; at += size) reader.push(wire.subarray(at, at + size));
  return ended;
}

test('responses are read alike however the wire splits them', () => {
  const wire = Buffer.from(PLAIN + STREAM + EMPTY);
  for (let size = 1; size <= wire.length; size += 1) {
    assert.deepEqual(
      readInPieces(wire, size),
      ['200 true hello', `200 true ${EVENTS}`, '204 false '],
      `pieces of ${size}`,
    );
  }
});

test('a body without a frame is refused', () => {
  assert.throws(() => readInPieces(Buffer.from('HTTP/1.1 200 OK\r\n\r\nhello'), 100), /framed neither/);
});

test('events are counted where two reads meet within their end', () => {
  const bytes = Buffer.from(EVENTS);
  for (let cut = 1; cut < EVENTS.indexOf('data: [DONE]'); cut += 1) {
    const reading = new StreamReading();
    assert.equal(reading.read(bytes, 0, cut) + reading.read(bytes, cut, bytes.length), 3);
    assert.equal(reading.fault(2), null);
  }
  const cutShort = new StreamReading();
  cutShort.read(bytes, 0, 40);
  assert.equal(cutShort.fault(2), 'stream ended without [DONE]');
});
