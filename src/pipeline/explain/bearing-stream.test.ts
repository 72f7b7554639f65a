import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bearing, bearingOf, usageBearingOf, withLastMember, withMember } from './bearing.ts';
import { BearingStream, type Telling } from './bearing-stream.ts';

const MEMBER = '"told":{"a":1}';
const CONTENT = 'data: {"id":"1","choices":[{"delta":{"content":"\\"usage\\":{"},"finish_reason":null}]}\n\n';
const FINISH = 'data: {"id":"1","choices":[{"delta":{},"finish_reason":"stop"}]}\n\n';
const USAGE = 'data: {"id":"1","choices":[],"usage":{"prompt_tokens":1}}\n\n';
const COMMENT = ': alive\n\n';
const DONE = 'data: [DONE]\n\n';

function tellingOf({ canBear, within }: Bearing): Telling {
  assert.ok(canBear);
  return { canBear, tell: (event) => withLastMember(event, MEMBER, within) };
}

function streamOf(dialect: Parameters<typeof bearingOf>[0] = 'openai-chat'): BearingStream {
  const bearing = bearingOf(dialect);
  assert.ok(bearing);
  return new BearingStream('sse', [tellingOf(bearing)]);
}

function bytes(text: string | null): Buffer | null {
  return text === null ? null : Buffer.from(text);
}

/** What a client gets of pieces that pass, and of the last bytes. */
function through(pieces: readonly string[], last: string | null, stream = streamOf()): string[] {
  const passed = pieces.map((piece) => String(stream.push(Buffer.from(piece)) ?? ''));
  return [...passed, String(stream.end(bytes(last)) ?? '')];
}

const told = (event: string): string => event.replace(/\}\n\n$/, `,${MEMBER}}\n\n`);

test('content passes at once; the last chunk gets the member', () => {
  assert.deepEqual(through([CONTENT, CONTENT, FINISH], DONE), [CONTENT, CONTENT, '', told(FINISH) + DONE]);
  assert.deepEqual(through([CONTENT, FINISH, USAGE], DONE), [CONTENT, '', FINISH, told(USAGE) + DONE]);
  assert.deepEqual(through([FINISH, COMMENT, COMMENT], DONE), ['', '', '', told(FINISH) + COMMENT + COMMENT + DONE]);
  assert.deepEqual(through([CONTENT], told(USAGE) + DONE), [CONTENT, told(told(USAGE)) + DONE]);
});

test('in whatever pieces it comes, the same bytes go out', () => {
  const whole = CONTENT + FINISH + USAGE;
  for (let cut = 1; cut < whole.length; cut++) {
    const got = through([whole.slice(0, cut), whole.slice(cut)], DONE).join('');
    assert.equal(got, CONTENT + FINISH + told(USAGE) + DONE, String(cut));
  }
});

test('a stream without such an event goes out as it came', () => {
  assert.deepEqual(through([CONTENT], DONE), [CONTENT, DONE]);
  assert.deepEqual(through([CONTENT], null), [CONTENT, '']);
  assert.equal(through(['data: {"usage":{ broken\n\n'], DONE).join(''), `data: {"usage":{ broken\n\n${DONE}`);
});

test('a stream that breaks off gives back what it kept, once', () => {
  const stream = streamOf();
  assert.equal(stream.push(Buffer.from(FINISH)), null);
  assert.equal(String(stream.release()), FINISH);
  assert.equal(stream.release(), null);
  assert.equal(String(stream.push(Buffer.from(DONE))), DONE, 'what comes after the end flows freely');
});

test('Messages and Responses have it in their last event', () => {
  const stop = 'event: message_stop\ndata: {"type":"message_stop"}\n\n';
  assert.deepEqual(through([], stop, streamOf('anthropic-messages')), [told(stop)]);
  const completed = 'event: response.completed\ndata: {"type":"response.completed","response":{"id":"r"},"n":1}\n\n';
  const expected = completed.replace('{"id":"r"}', `{"id":"r",${MEMBER}}`);
  assert.deepEqual(through([], completed, streamOf('openai-responses')), [expected]);
});

test('a WebSocket has an event to a line', () => {
  const bearing = bearingOf('openai-responses');
  assert.ok(bearing);
  const stream = new BearingStream('ndjson', [tellingOf(bearing)]);
  const [delta, completed] = [
    '{"type":"response.output_text.delta"}\n',
    '{"type":"response.completed","response":{}}\n',
  ];
  assert.deepEqual(through([delta], completed, stream), [delta, completed.replace('{}', `{${MEMBER}}`)]);
});

test('a member behind all others of an object, and nowhere else', () => {
  const put = (text: string, within: string | null = null): string =>
    withLastMember(Buffer.from(text), MEMBER, within).toString();
  assert.equal(put('{}'), `{${MEMBER}}`);
  assert.equal(put(' {"a" : "}" , "b":{ } } \n'), ` {"a" : "}" , "b":{ } ,${MEMBER}} \n`);
  assert.equal(put('{"response":{}}', 'response'), `{"response":{${MEMBER}}}`);
  for (const text of ['', '[]', '[{}]', 'null', '{"a":', '<html>{}</html>']) assert.equal(put(text), text);
  assert.equal(put('{"response":null}', 'response'), '{"response":null}');
});

test('two things told in two events: both wait for the end, and what comes between them for neither', () => {
  const [plan, usage] = [bearingOf('anthropic-messages'), usageBearingOf('anthropic-messages')];
  assert.ok(plan?.canBear && usage?.canBear);
  const tell = (event: Buffer): Buffer =>
    withMember(event, 'usage', null, (before) => ({ ...Object(before), cost: 1 }));
  const delta = 'event: message_delta\ndata: {"type":"message_delta","usage":{"output_tokens":1}}\n\n';
  const stop = 'event: message_stop\ndata: {"type":"message_stop"}\n\n';
  const ping = 'event: ping\ndata: {"type":"ping"}\n\n';
  const costed = delta.replace('{"output_tokens":1}', '{"output_tokens":1,"cost":1}');
  const stream = (): BearingStream =>
    new BearingStream('sse', [{ canBear: usage.canBear ?? (() => false), tell }, tellingOf(plan)]);
  assert.deepEqual(through([ping, delta], stop, stream()), [ping, '', costed + told(stop)]);
  assert.deepEqual(through([delta, delta, stop], null, stream()), ['', delta, '', costed + told(stop)]);
  assert.deepEqual(through([delta, ping, stop], null, stream()), ['', delta + ping, '', told(stop)]);
});

test('a member is made into another one in its place, or put last', () => {
  const put = (text: string, made: unknown, within: string | null = null): string =>
    withMember(Buffer.from(text), 'u', within, () => made).toString();
  assert.equal(put(' {"a":1, "u" : {"x":[1]} ,"b":2}', { y: 1 }), ' {"a":1, "u" : {"y":1} ,"b":2}');
  assert.equal(put('{"u":null}', 7), '{"u":7}');
  assert.equal(put('{"a":1}', null), '{"a":1,"u":null}');
  assert.equal(put('data: {"r":{"u":1,"v":2},"u":3}\n\n', 4, 'r'), 'data: {"r":{"u":4,"v":2},"u":3}\n\n');
  assert.equal(put('{"u":1}', undefined), '{"u":1}');
  for (const text of ['', '[]', 'null', '{"a":']) assert.equal(put(text, 1), text);
});
