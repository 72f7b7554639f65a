import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Route } from '../network/index.ts';
import { openRequestEncoder } from './http1-request.ts';
import type { UpstreamCall } from './upstream.ts';

const direct: Route = { pathPrefix: '', headers: ['host', 'api.test'], connect: () => () => {} };
const proxied: Route = { ...direct, pathPrefix: 'http://api.test', headers: ['host', 'api.test', 'x-proxy', 'yes'] };

function callOf(differences: Partial<UpstreamCall>): UpstreamCall {
  return {
    origin: 'http://api.test',
    path: '/v1/chat',
    method: 'POST',
    headers: ['authorization', 'Bearer k'],
    body: Buffer.from('{}'),
    timeouts: { connectMs: 0, firstByteMs: 0, idleMs: 0, totalMs: 0 },
    ...differences,
  };
}

function textOf(differences: Partial<UpstreamCall>, route = direct): string | undefined {
  return openRequestEncoder(route)(callOf(differences))?.map(String).join('');
}

const HEAD = 'POST /v1/chat HTTP/1.1\r\nhost: api.test\r\nconnection: keep-alive\r\nauthorization: Bearer k\r\n';

test('a request in one piece: host, connection, what was given, the length, the body', () => {
  assert.equal(textOf({}), `${HEAD}content-length: 2\r\n\r\n{}`);
  assert.equal(textOf({ body: Buffer.from('"é"') }), `${HEAD}content-length: 4\r\n\r\n"é"`);
  assert.equal(openRequestEncoder(direct)(callOf({}))?.length, 1);
});

test('a POST without a body says so, a GET does not', () => {
  assert.equal(textOf({ body: null }), `${HEAD}content-length: 0\r\n\r\n`);
  assert.equal(textOf({ method: 'GET', body: null }), `${HEAD.replace('POST', 'GET')}\r\n`);
});

test('a proxy is asked for the whole address, with its own headers', () => {
  assert.match(
    textOf({}, proxied) ?? '',
    /^POST http:\/\/api\.test\/v1\/chat HTTP\/1\.1\r\nhost: .+\r\nx-proxy: yes\r\n/,
  );
});

test('a long body goes out as it is, behind its head', () => {
  const body = Buffer.alloc(100_000, 'x');
  const pieces = openRequestEncoder(direct)(callOf({ body }));
  assert.equal(String(pieces?.[0]), `${HEAD}content-length: 100000\r\n\r\n`);
  assert.equal(pieces?.[1], body);
});

test('what is remembered of a list of headers is not taken for another path, method or body', () => {
  const encode = openRequestEncoder(direct);
  const headers = ['authorization', 'Bearer k'];
  const send = (differences: Partial<UpstreamCall>): string => String(encode(callOf({ headers, ...differences }))?.[0]);
  assert.equal(send({}), send({}));
  assert.match(send({ path: '/v1/models' }), /^POST \/v1\/models /);
  assert.match(send({ method: 'GET', body: null }), /^GET \/v1\/chat [\s\S]*Bearer k\r\n\r\n$/);
  assert.equal(send({ body: Buffer.from('other') }), `${HEAD}content-length: 5\r\n\r\nother`);
});

const unsendable: readonly Partial<UpstreamCall>[] = [
  { headers: ['x-a', 'b\r\nx-admin: 1'] },
  { headers: ['x-a', 'b\nc'] },
  { headers: ['x-a', 'b\rc'] },
  { headers: ['x-a', 'b\0c'] },
  { headers: ['x-a', '“quoted”'] },
  // Bytes that latin1 would cut down to CR and LF.
  { headers: ['x-a', 'b\u010d\u010ax-admin: 1'] },
  { headers: ['x-a\r\nx-admin', '1'] },
  { headers: ['x-a: 1\r\nx-b', '1'] },
  { headers: ['x a', '1'] },
  { headers: ['', '1'] },
  { headers: ['Content-Length', '5'] },
  { headers: ['Transfer-Encoding', 'chunked'] },
  { headers: ['host', 'other.test'] },
  { headers: ['connection', 'upgrade'] },
  { path: '/v1 HTTP/1.1\r\nx-admin: 1\r\n\r\n' },
  { path: '/v1/a b' },
  { path: '/v1/\u0120' },
  { path: '@evil.test/' },
  { path: '' },
];

test('what could be read as something else is not sent', () => {
  for (const differences of unsendable) assert.equal(textOf(differences), undefined, JSON.stringify(differences));
  assert.equal(textOf({ path: '@evil.test/' }, proxied), undefined);
});

test('whatever is given, a request has one head, with the headers that were given', () => {
  const property = fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, value) => {
    const text = textOf({ headers: [name, value] });
    if (text === undefined) return;
    const lines = text.slice(0, text.indexOf('\r\n\r\n')).split('\r\n');
    assert.equal(lines.length, 5);
    assert.equal(text.slice(text.indexOf('\r\n\r\n')), '\r\n\r\n{}');
  });
  fc.assert(property, { numRuns: 2000 });
});
