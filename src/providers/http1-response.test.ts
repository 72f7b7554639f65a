import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ResponseParser, type ResponseReceiver } from './http1-response.ts';

type Told = { head: string; body: string; end: string };

/** What is told of `parts`, the body in one: where it is cut depends on the reads. */
function read(parts: readonly Buffer[], method = 'POST', closes = false): Told {
  const told: Told = { head: '', body: '', end: '' };
  const receiver: ResponseReceiver = {
    onHead: (status, headers) => {
      assert.equal(told.head + told.end, '');
      told.head = `${status} ${JSON.stringify(headers)}`;
    },
    onBody: (chunk) => {
      assert.ok(chunk.length > 0);
      assert.notEqual(told.head, '');
      assert.equal(told.end, '');
      told.body += chunk.toString('latin1');
    },
    onEnd: (keepsAlive, seconds) => {
      assert.notEqual(told.head, '');
      assert.equal(told.end, '');
      told.end = `end, ${keepsAlive ? 'kept alive' : 'closes'}${seconds === null ? '' : `, ${seconds} s`}`;
    },
    onRefused: (reason) => {
      assert.equal(told.end, '');
      told.end = `refused: ${reason}`;
    },
  };
  const parser = new ResponseParser(receiver);
  parser.begin(method);
  for (const part of parts) parser.read(part);
  if (closes && told.end === '') told.end = parser.close() ? told.end : 'cut short';
  return told;
}

function whole(text: string, method?: string, closes?: boolean): Told {
  return read([Buffer.from(text, 'latin1')], method, closes);
}

const OK = 'HTTP/1.1 200 OK\r\n';

const answers: readonly [name: string, answer: string, body: string, end: string][] = [
  ['a length', `${OK}content-length: 5\r\n\r\nhello`, 'hello', 'end, kept alive'],
  ['no body', `${OK}content-length: 0\r\n\r\n`, '', 'end, kept alive'],
  [
    'chunks',
    `${OK}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n`,
    'hello world',
    'end, kept alive',
  ],
  ['Chunked', `${OK}Transfer-Encoding: Chunked\r\n\r\n00a\r\n0123456789\r\n0\r\n\r\n`, '0123456789', 'end, kept alive'],
  [
    'extensions and trailers',
    `${OK}transfer-encoding: chunked\r\n\r\n5;a="b;c"\r\nhello\r\n1 ; x\r\n!\r\n0;last\r\nx-checksum: 1\r\nx: \r\n\r\n`,
    'hello!',
    'end, kept alive',
  ],
  [
    'line ends in a chunk',
    `${OK}transfer-encoding: chunked\r\n\r\n4\r\n\r\n\r\n\r\n0\r\n\r\n`,
    '\r\n\r\n',
    'end, kept alive',
  ],
  ['connection: close', `${OK}connection: close\r\ncontent-length: 1\r\n\r\nx`, 'x', 'end, closes'],
  ['close in a list', `${OK}connection: x, Close\r\ncontent-length: 1\r\n\r\nx`, 'x', 'end, closes'],
  ['HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\nx', 'x', 'end, closes'],
  [
    'HTTP/1.0 that stays',
    'HTTP/1.0 200 OK\r\nconnection: Keep-Alive\r\ncontent-length: 1\r\n\r\nx',
    'x',
    'end, kept alive',
  ],
  ['a hint', `${OK}keep-alive: max=9, timeout=5\r\ncontent-length: 1\r\n\r\nx`, 'x', 'end, kept alive, 5 s'],
  ['no reason phrase', 'HTTP/1.1 200\r\ncontent-length: 1\r\n\r\nx', 'x', 'end, kept alive'],
  ['more than was announced', `${OK}content-length: 1\r\n\r\nxHTTP/1.1 200 OK\r\n\r\n`, 'x', 'end, closes'],
  ['more after chunks', `${OK}transfer-encoding: chunked\r\n\r\n0\r\n\r\nmore`, '', 'end, closes'],
  ['more after nothing', `${OK}content-length: 0\r\n\r\n\r\n`, '', 'end, closes'],
  ['204', 'HTTP/1.1 204 No Content\r\n\r\n', '', 'end, kept alive'],
  ['304', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 7\r\n\r\n', '', 'end, kept alive'],
  [
    'what comes before an answer',
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${OK}content-length: 1\r\n\r\nx`,
    'x',
    'end, kept alive',
  ],
];

for (const [name, answer, body, end] of answers) {
  test(`read: ${name}`, () => {
    const told = whole(answer);
    assert.deepEqual([told.body, told.end], [body, end]);
  });
}

test('the answer to a HEAD has no body, whatever it announces', () => {
  assert.equal(whole(`${OK}content-length: 5\r\n\r\n`, 'HEAD').end, 'end, kept alive');
  assert.equal(whole(`${OK}transfer-encoding: chunked\r\n\r\n`, 'HEAD').end, 'end, kept alive');
});

test('without a length the close is the end; with one it is not', () => {
  assert.equal(whole(`${OK}\r\nhello`, 'POST', false).end, '');
  const told = whole(`${OK}\r\nhello`, 'POST', true);
  assert.deepEqual([told.body, told.end], ['hello', 'end, closes']);
  assert.equal(whole(`${OK}\r\n`, 'POST', true).end, 'end, closes');
  for (const cut of [`${OK}content-length: 6\r\n\r\nhello`, `${OK}transfer-encoding: chunked\r\n\r\n0\r\n`, OK, '']) {
    assert.equal(whole(cut, 'POST', true).end, 'cut short', cut);
  }
});

test('headers: names in lower case, values without blanks, repeated ones in order, nothing inherited', () => {
  const told = whole(
    `${OK}Content-Type:text/plain \t\r\nX-A:  one\r\nx-a:two\r\nx-empty:\r\n__proto__: x\r\nx-latin: \xa0\xe9\r\ncontent-length: 0\r\n\r\n`,
  );
  assert.equal(
    told.head,
    '200 {"content-type":"text/plain","x-a":["one","two"],"x-empty":"","__proto__":"x","x-latin":"\xa0\xe9","content-length":"0"}',
  );
});

const refused: readonly [name: string, answer: string, reason: string][] = [
  ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n', 'a malformed head'],
  ['HTTP/2', 'HTTP/2 200\r\n\r\n', 'a malformed head'],
  ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n', 'a malformed head'],
  ['no status', 'HTTP/1.1 OK\r\n\r\n', 'a malformed head'],
  ['bare line feeds', 'HTTP/1.1 200 OK\ncontent-length: 0\n\n', 'a malformed head'],
  ['a bare line feed within', `${OK}a: b\nc: d\r\n\r\n`, 'a malformed head'],
  ['a bare carriage return', `${OK}a: b\rc: d\r\n\r\n`, 'a malformed head'],
  ['a folded line', `${OK}a: b\r\n c\r\n\r\n`, 'a malformed head'],
  ['a space before the colon', `${OK}content-length : 5\r\n\r\n`, 'a malformed head'],
  ['a header without a name', `${OK}: x\r\n\r\n`, 'a malformed head'],
  ['a line without a colon', `${OK}hello\r\n\r\n`, 'a malformed head'],
  ['a zero byte', `${OK}a: \0\r\n\r\n`, 'a malformed head'],
  ['101', 'HTTP/1.1 101 Switching\r\n\r\n', 'a change of protocol that nobody asked for'],
  ['two lengths', `${OK}content-length: 5\r\ncontent-length: 6\r\n\r\n`, 'two content-lengths'],
  ['the same length twice', `${OK}content-length: 5\r\ncontent-length: 5\r\n\r\n`, 'two content-lengths'],
  ['lengths in a list', `${OK}content-length: 5, 5\r\n\r\n`, 'a content-length that is no number'],
  ['a signed length', `${OK}content-length: +5\r\n\r\n`, 'a content-length that is no number'],
  ['no length', `${OK}content-length:\r\n\r\n`, 'a content-length that is no number'],
  ['a length beyond counting', `${OK}content-length: 9999999999999999\r\n\r\n`, 'a content-length that is no number'],
  [
    'length and chunks',
    `${OK}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n`,
    'both content-length and transfer-encoding',
  ],
  ['gzip, chunked', `${OK}transfer-encoding: gzip, chunked\r\n\r\n`, 'an unknown transfer-encoding'],
  ['identity', `${OK}transfer-encoding: identity\r\n\r\n`, 'an unknown transfer-encoding'],
  [
    'chunked twice',
    `${OK}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n`,
    'an unknown transfer-encoding',
  ],
  ['chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', 'a transfer-encoding in HTTP/1.0'],
  ['too many headers', `${OK}${'a: b\r\n'.repeat(257)}\r\n`, 'more than 256 headers'],
  ['a head too long', `${OK}a: ${'x'.repeat(65_536)}\r\n\r\n`, 'headers over 64 KB'],
  ['a head without end', `${OK}a: ${'x'.repeat(65_536)}`, 'headers over 64 KB'],
];
const badChunks: readonly [name: string, body: string, reason: string][] = [
  ['no size', '\r\n', 'a malformed chunk size'],
  ['no hexadecimal', 'zz\r\n', 'a malformed chunk size'],
  ['0x', '0x5\r\nhello\r\n', 'a malformed chunk size'],
  ['a negative size', '-1\r\n', 'a malformed chunk size'],
  ['a size with a blank in front', ' 5\r\nhello\r\n', 'a malformed chunk size'],
  ['a size with a bare line feed', '5\nhello\r\n', 'a malformed chunk size'],
  ['a size beyond counting', '10000000000000\r\n', 'a malformed chunk size'],
  ['a carriage return in an extension', '5;a\rb\r\nhello\r\n', 'a malformed chunk size'],
  ['an endless extension', `5;${'x'.repeat(5000)}`, 'a chunk size over 4 KB'],
  ['a chunk longer than its size', '4\r\nhello\r\n', 'a chunk longer than its size'],
  ['a malformed trailer', '0\r\nhello\r\n\r\n', 'a malformed trailer'],
  ['a folded trailer', '0\r\na: b\r\n c\r\n\r\n', 'a malformed trailer'],
  ['a trailer too long', `0\r\n${`a: ${'x'.repeat(1000)}\r\n`.repeat(66)}`, 'a trailer over 64 KB'],
];

for (const [name, answer, reason] of [
  ...refused,
  ...badChunks.map(([name, body, reason]) => [name, `${OK}transfer-encoding: chunked\r\n\r\n${body}`, reason] as const),
]) {
  test(`refused: ${name}`, () => assert.equal(whole(answer).end, `refused: ${reason}`));
}

test('any cut of the same bytes gives the same events', () => {
  const wellFormed = answers.filter(([, , , end]) => end !== 'end, closes').map(([, answer]) => answer);
  const malformed = [
    ...refused,
    ...badChunks.map(([, body]) => ['', `${OK}transfer-encoding: chunked\r\n\r\n${body}`]),
  ];
  const texts = [...wellFormed, ...malformed.map(([, answer = '']) => answer), `${OK}\r\nuntil the end`];
  const property = fc.property(fc.constantFrom(...texts), fc.array(fc.nat(), { maxLength: 12 }), (text, seeds) => {
    const bytes = Buffer.from(text, 'latin1');
    const cuts = [0, ...seeds.map((seed) => seed % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
    const parts = cuts.slice(1).map((cut, index) => bytes.subarray(cuts[index], cut));
    assert.deepEqual(read(parts, 'POST', true), read([bytes], 'POST', true));
  });
  fc.assert(property, { numRuns: 2000 });
  for (const text of texts.filter(({ length }) => length < 1000)) {
    const bytes = Buffer.from(text, 'latin1');
    const each = Array.from(bytes, (byte) => Buffer.of(byte));
    assert.deepEqual(read(each, 'POST', true), read([bytes], 'POST', true), text);
  }
});

test('any bytes are read or refused, and never throw', () => {
  const words = ['HTTP/1.1 200', ' OK', '\r\n', '\n', '\r', ':', ' ', 'content-length', 'transfer-encoding', 'chunked'];
  const piece = fc.oneof(fc.constantFrom(...words, '0', '5', 'a', ';', '\0'), fc.string());
  const property = fc.property(fc.array(piece, { maxLength: 30 }), fc.boolean(), (pieces, begins) => {
    const text = (begins ? OK : '') + pieces.join('');
    const apart = read(
      Array.from(Buffer.from(text, 'latin1'), (byte) => Buffer.of(byte)),
      'POST',
      true,
    );
    const together = whole(text, 'POST', true);
    // Whether it stays open depends on whether more was there already; all else does not.
    assert.deepEqual(
      [apart.head, apart.body, apart.end.slice(0, 5)],
      [together.head, together.body, together.end.slice(0, 5)],
    );
  });
  fc.assert(property, { numRuns: 3000 });
});

test('a pause holds back everything, in the middle of a read, too', () => {
  const told: string[] = [];
  const parser = new ResponseParser({
    onHead: () => {
      told.push('head');
      parser.pause();
    },
    onBody: (chunk) => {
      told.push(chunk.toString());
      parser.pause();
    },
    onEnd: (keepsAlive) => told.push(keepsAlive ? 'end' : 'end, closes'),
    onRefused: (reason) => told.push(reason),
  });
  parser.begin('POST');
  parser.read(Buffer.from(`${OK}transfer-encoding: chunked\r\n\r\n1\r\na\r\n`));
  assert.deepEqual(told, ['head']);
  parser.read(Buffer.from('1\r\nb\r\n0\r\n\r'));
  parser.resume();
  assert.deepEqual(told, ['head', 'a']);
  parser.read(Buffer.from('\n'));
  parser.resume();
  assert.deepEqual(told, ['head', 'a', 'b']);
  parser.resume();
  assert.deepEqual(told, ['head', 'a', 'b', 'end']);
});

test('the next answer may be expected from within the end of one', () => {
  const told: string[] = [];
  const parser = new ResponseParser({
    onHead: (status) => told.push(String(status)),
    onBody: (chunk) => told.push(chunk.toString()),
    onEnd: () => {
      told.push('end');
      parser.begin('POST');
    },
    onRefused: (reason) => told.push(reason),
  });
  parser.begin('POST');
  for (let index = 0; index < 2; index++) parser.read(Buffer.from(`${OK}content-length: 1\r\n\r\n${index}`));
  assert.deepEqual(told, ['200', '0', 'end', '200', '1', 'end']);
});

test('a receiver that throws leaves a parser that can be stopped', () => {
  const parser = new ResponseParser({
    onHead: () => {
      throw new TypeError('a mistake');
    },
    onBody: () => assert.fail('nothing comes after that'),
    onEnd: () => assert.fail('nothing comes after that'),
    onRefused: () => assert.fail('nothing comes after that'),
  });
  parser.begin('POST');
  assert.throws(() => parser.read(Buffer.from(`${OK}content-length: 1\r\n\r\nx`)), /a mistake/);
  parser.stop();
  parser.read(Buffer.from('x'));
});
