import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { Duplex } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { readRequestHead } from './request-head.ts';

type Parsed = {
  readonly method: string | undefined;
  readonly target: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

/** What Node's server makes of the bytes, with the limits of ours; null: a mistake. */
async function readByNode(bytes: Buffer): Promise<readonly Parsed[] | null> {
  const seen: Parsed[] = [];
  const { promise, resolve } = Promise.withResolvers<readonly Parsed[] | null>();
  const server = createServer({ maxHeaderSize: 16_384 }, async (request, response) => {
    const { method, url, headers } = request;
    const body = Buffer.concat(await request.toArray()).toString('latin1');
    seen.push({ method, target: url, headers: { ...headers }, body });
    response.end();
  });
  server.on('clientError', () => resolve(null));
  server.on('upgrade', () => resolve(null));
  const wire = new Duplex({
    read: () => undefined,
    write: (_chunk, _encoding, written) => written(),
  });
  server.emit('connection', wire);
  wire.push(bytes);
  // Nothing of it takes longer than the turn in which it is read, and those in which a body ends.
  for (let turns = 0; turns < 6; turns++) await new Promise((again) => setImmediate(again));
  resolve(seen);
  const read = await promise;
  wire.destroy();
  return read;
}

/** Everything that is taken is the same to Node. true: it was taken. */
async function isSame(head: string, body: string): Promise<boolean> {
  const bytes = Buffer.from(head + body, 'latin1');
  const taken = readRequestHead(bytes);
  if (taken === null) return false;
  const ours = bytes.toString('latin1', taken.headBytes);
  const rest = ours.slice(taken.contentLength);
  assert.equal(rest, '', `the generator makes no more than one request: ${JSON.stringify(head + body)}`);
  const theirs = await readByNode(bytes);
  assert.deepEqual(
    theirs,
    [{ method: 'POST', target: taken.target, headers: { ...taken.headers }, body: ours }],
    JSON.stringify(head + body),
  );
  return true;
}

const TOKEN = "abcxyzABCXYZ019-!#$%&'*+.^_`|~";
const name = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom('Accept', 'User-Agent', 'authorization', 'X-Request-Id', 'origin', 'cookie'),
  },
  {
    weight: 3,
    arbitrary: fc.string({ unit: fc.constantFrom(...TOKEN), minLength: 1, maxLength: 12 }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...['Transfer-Encoding', 'content-length', 'Host', 'Connection', 'Expect', 'Upgrade', 'TE', 'Trailer'],
      ...['__proto__', 'constructor', 'toString', 'Proxy-Connection', 'Set-Cookie', 'Keep-Alive', 'HTTP2-Settings'],
      ...['X Y', 'X\t', 'x:', '', ' x', 'x\0', 'x\xe9', 'x\r', 'x\n'],
    ),
  },
);
const printable = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  maxLength: 20,
});
const value = fc.oneof(
  { weight: 12, arbitrary: printable },
  { weight: 2, arbitrary: fc.constantFrom('', ' ', '\t', ' a \t', '\xa0a\xa0', 'caf\xe9', '\xff', 'a, b', ':', 'a:b') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'chunked',
      'close',
      'keep-alive',
      'Keep-Alive',
      '100-continue',
      'h2c',
      '+5',
      '5',
      'a\0b',
      'a\rb',
      'a\nb',
      'a\r\n b',
      'a\x7f',
      'a\x01',
    ),
  },
);
const target = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('/v1/chat/completions', '/v1/messages?beta=true', '/v1beta/models/m:generateContent'),
  },
  {
    weight: 2,
    arbitrary: fc
      .string({ unit: fc.constantFrom(..."/ab.~%41-_:@!$&'()*+,;=?"), maxLength: 20 })
      .map((text) => `/${text}`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'http://a/v1',
      '*',
      '',
      '/a b',
      '/\xe9',
      '/a#b',
      '/a\\b',
      '/a"b',
      '/[a]',
      '/{a}',
      '//a',
      '/a\tb',
      '/a|b',
    ),
  },
);
const line = fc.record({
  method: fc.constantFrom('POST', 'POST', 'POST', 'POST', 'POST', 'post', 'GET', 'POSTT', ' POST'),
  target,
  version: fc.constantFrom(...Array(30).fill('HTTP/1.1'), 'HTTP/1.0', 'HTTP/2.0', 'http/1.1', 'HTTP/1.1 ', 'HTTP/1.11'),
  end: fc.constantFrom(...Array(40).fill('\r\n'), '\n', '\r', '\r\n\r\n'),
});
const field = fc.record({
  name,
  colon: fc.constantFrom(...Array(60).fill(': '), ':', ':\t ', ' : ', ''),
  value,
  end: fc.constantFrom(...Array(80).fill('\r\n'), '\n', '\r', '\r\n '),
});
const request = fc.record({
  line,
  host: fc.constantFrom(
    ...Array(20).fill('Host: gateway\r\n'),
    'host:gateway:80\r\n',
    '',
    'Host: \r\n',
    'Host: a\r\nHost: b\r\n',
  ),
  before: fc.array(field, { maxLength: 3 }),
  after: fc.array(field, { maxLength: 3 }),
  body: printable,
  length: fc.constantFrom<(length: number) => string>(
    ...Array(30).fill(String),
    (length) => `+${length}`,
    (length) => `0${length}`,
    (length) => `${length}, ${length}`,
    (length) => `0x${length.toString(16)}`,
    (length) => `-${length}`,
    (length) => `${length}.0`,
    (length) => ` ${length} `,
  ),
});

test('whatever is taken, Node reads in the same way', async (context) => {
  let [taken, left] = [0, 0];
  await fc.assert(
    fc.asyncProperty(request, async ({ line, host, before, after, body, length }) => {
      const fields = (list: typeof before) => list.map((one) => one.name + one.colon + one.value + one.end).join('');
      const first = `${line.method} ${line.target} ${line.version}${line.end}`;
      const head = `${first}${fields(before)}${host}Content-Length: ${length(body.length)}\r\n${fields(after)}\r\n`;
      if (await isSame(head, body)) taken++;
      else left++;
    }),
    { numRuns: 6_000 },
  );
  context.diagnostic(`${taken} taken, ${left} left to Node`);
  assert.ok(taken > 200 && left > 200, `${taken} taken, ${left} left`);
});

const HEAD = 'POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n';

test('any single byte of a head may be another one', async () => {
  const plain = Buffer.from(`${HEAD}X-One: two\r\n\r\n`, 'latin1');
  assert.equal(await isSame(plain.toString('latin1'), 'hello'), true);
  for (let at = 0; at < plain.length; at++) {
    for (const byte of [0x00, 0x09, 0x0a, 0x0d, 0x20, 0x22, 0x2c, 0x30, 0x3a, 0x41, 0x5f, 0x7f, 0x80, 0xff]) {
      const changed = Buffer.from(plain);
      changed[at] = byte;
      const head = readRequestHead(Buffer.concat([changed, Buffer.from('hello')]));
      // Another length makes it more or less than one request; its digits are the property's to try.
      if (head?.contentLength === 5 || head === null) await isSame(changed.toString('latin1'), 'hello');
    }
  }
});

/** Each is Node's to answer, or to refuse. */
const LEFT: Readonly<Record<string, string>> = {
  'no end': HEAD,
  'length and chunks': `${HEAD}Transfer-Encoding: chunked\r\n\r\n`,
  'chunks alone': 'POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n',
  'chunks under another name': `${HEAD}Transfer-Encoding : chunked\r\n\r\n`,
  'two lengths': `${HEAD}Content-Length: 5\r\n\r\n`,
  'a length with a sign': HEAD.replace(': 5', ': +5').concat('\r\n'),
  'a length with a zero in front': HEAD.replace(': 5', ': 05').concat('\r\n'),
  'two lengths in one': HEAD.replace(': 5', ': 5, 5').concat('\r\n'),
  'no length': 'POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\n\r\n',
  'two Hosts': `${HEAD}Host: b\r\n\r\n`,
  'no Host': 'POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 5\r\n\r\n',
  'a space before the colon': `${HEAD}X-One : two\r\n\r\n`,
  'a folded line': `${HEAD}X-One: two\r\n three\r\n\r\n`,
  'a bare LF': `${HEAD}X-One: two\nX-Two: three\r\n\r\n`,
  'a bare CR': `${HEAD}X-One: two\rX-Two: three\r\n\r\n`,
  NUL: `${HEAD}X-One: t\0wo\r\n\r\n`,
  'an absolute target': HEAD.replace(' /', ' http://a/').concat('\r\n'),
  __proto__: `${HEAD}__proto__: x\r\n\r\n`,
  'a header that comes twice': `${HEAD}X-One: two\r\nx-one: three\r\n\r\n`,
  'an expectation': `${HEAD}Expect: 100-continue\r\n\r\n`,
  'an upgrade': `${HEAD}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n`,
  'the last request': `${HEAD}Connection: close\r\n\r\n`,
  'HTTP/1.0': HEAD.replace('1.1', '1.0').concat('\r\n'),
  'another method': HEAD.replace('POST', 'PUT').concat('\r\n'),
  'HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'a long head': `${HEAD}X-Long: ${'x'.repeat(16_384)}\r\n\r\n`,
  'many headers': `${HEAD}${Array.from({ length: 101 }, (_, at) => `x-${at}: 1\r\n`).join('')}\r\n`,
};

for (const [what, head] of Object.entries(LEFT))
  test(`left to Node: ${what}`, () => assert.equal(readRequestHead(Buffer.from(`${head}hello`, 'latin1')), null));

test('names come in lower case, values without the blanks around them, and nothing is there that was not sent', () => {
  const head = readRequestHead(Buffer.from(`${HEAD}X-One:\t two  three \r\nX-Two:\r\n\r\nhello`));
  assert.deepEqual({ ...head?.headers }, { host: 'a', 'content-length': '5', 'x-one': 'two  three', 'x-two': '' });
  assert.equal(head?.headers['constructor'], undefined);
  assert.equal(head?.headers['toString'], undefined);
  assert.deepEqual([head?.target, head?.contentLength], ['/v1/chat/completions', 5]);
});
