import assert from 'node:assert/strict';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  request as requestHttp,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { type Certificate, selfSigned } from '../../test/support/self-signed.ts';
import { type ConnectionSettings, createConnections } from '../network/index.ts';
import { systemClock } from '../std/index.ts';
import { openTransport } from './transport.ts';
import { listen, originOf, send } from './transport-fixture.ts';
import type { Transport } from './upstream.ts';

const UPSTREAM_NAME = 'upstream.test';

function transportWith(t: TestContext, settings: Partial<ConnectionSettings>): Transport {
  const connections = createConnections({ ca: [], httpProxy: null, httpsProxy: null, noProxy: null, ...settings });
  const transport = openTransport({ connections, clock: systemClock });
  t.after(() => transport.close());
  return transport;
}

async function tlsUpstream(t: TestContext, certificate: Certificate): Promise<number> {
  const server = createHttpsServer(certificate, (request, response) =>
    response.end(`tls ${request.headers.host} ${request.url}`),
  );
  await listen(t, server);
  t.after(() => server.closeAllConnections());
  return Number(new URL(originOf(server)).port);
}

type Proxy = { readonly url: string; readonly asked: string[]; readonly authorizations: (string | undefined)[] };

/** Tunnels every name to this machine, and asks for whole addresses likewise. */
async function openProxy(t: TestContext, status = 200, certificate: Certificate | null = null): Promise<Proxy> {
  const asked: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const forward = (request: IncomingMessage, response: ServerResponse): void => {
    asked.push(`${request.method} ${request.url}`);
    authorizations.push(request.headers['proxy-authorization']);
    const target = new URL(request.url ?? '');
    const onward = requestHttp(
      {
        host: '127.0.0.1',
        port: target.port,
        path: target.pathname,
        method: request.method,
        headers: { host: request.headers.host },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    request.pipe(onward);
  };
  const server = certificate === null ? createHttpServer(forward) : createHttpsServer(certificate, forward);
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    asked.push(`CONNECT ${request.url}`);
    authorizations.push(request.headers['proxy-authorization']);
    if (status !== 200) return socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
    const onward = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    socket.on('error', () => onward.destroy());
    onward.on('error', () => socket.destroy());
  });
  await listen(t, server);
  t.after(() => server.closeAllConnections());
  const url =
    certificate === null ? originOf(server) : originOf(server).replace('http://127.0.0.1', 'https://localhost');
  return { url: url.replace('//', '//user:p%40ss@'), asked, authorizations };
}

test('a self-signed upstream is refused, and taken with its root', async (t) => {
  const certificate = selfSigned(t, UPSTREAM_NAME);
  if (certificate === null) return t.skip('no openssl here to make a certificate');
  const port = await tlsUpstream(t, certificate);
  const distrustful = send(transportWith(t, {}), `https://localhost:${port}`);
  await distrustful.done;
  assert.equal(distrustful.failure?.kind, 'connect');
  assert.match(distrustful.failure?.message ?? '', /SELF_SIGNED/);
  const trusting = send(transportWith(t, { ca: [certificate.cert] }), `https://localhost:${port}`);
  await trusting.done;
  assert.equal(trusting.text(), `tls localhost:${port} /v1/chat/completions`);
  const byNumber = send(transportWith(t, { ca: [certificate.cert] }), `https://127.0.0.1:${port}`);
  await byNumber.done;
  assert.equal(byNumber.ended, true, byNumber.failure?.message ?? '');
});

test('long answers over TLS arrive whole, side by side, directly and through a tunnel, paused again and again', async (t) => {
  const certificate = selfSigned(t, UPSTREAM_NAME);
  if (certificate === null) return t.skip('no openssl here to make a certificate');
  const long = Buffer.from(Array.from({ length: 400_000 }, (_, index) => `${index},`).join(''));
  const server = createHttpsServer(certificate, (_request, response) => response.end(long));
  await listen(t, server);
  t.after(() => server.closeAllConnections());
  const { port } = new URL(originOf(server));
  const proxy = await openProxy(t);
  const transport = transportWith(t, { ca: [certificate.cert], httpsProxy: proxy.url });
  const calls = [`https://localhost:${port}`, `https://${UPSTREAM_NAME}:${port}`].flatMap((origin) =>
    Array.from({ length: 4 }, () => {
      const call = send(transport, origin, {
        onData: () => {
          call.handle.pause();
          setImmediate(() => call.handle.resume());
        },
      });
      return call;
    }),
  );
  await Promise.all(calls.map((call) => call.done));
  for (const call of calls) assert.ok(Buffer.concat(call.chunks).equals(long), call.failure?.message ?? '');
});

test('https goes through the proxy by CONNECT, end to end, and stays connected', async (t) => {
  const certificate = selfSigned(t, UPSTREAM_NAME);
  if (certificate === null) return t.skip('no openssl here to make a certificate');
  const port = await tlsUpstream(t, certificate);
  const proxy = await openProxy(t);
  const transport = transportWith(t, { ca: [certificate.cert], httpsProxy: proxy.url });
  for (let index = 0; index < 3; index++) {
    const call = send(transport, `https://${UPSTREAM_NAME}:${port}`);
    await call.done;
    assert.equal(call.text(), `tls ${UPSTREAM_NAME}:${port} /v1/chat/completions`, call.failure?.message ?? '');
  }
  assert.deepEqual(proxy.asked, [`CONNECT ${UPSTREAM_NAME}:${port}`]);
  assert.deepEqual(proxy.authorizations, [`Basic ${Buffer.from('user:p@ss').toString('base64')}`]);
});

test('a certificate for another name is refused through the proxy, too', async (t) => {
  const certificate = selfSigned(t, UPSTREAM_NAME);
  if (certificate === null) return t.skip('no openssl here to make a certificate');
  const port = await tlsUpstream(t, certificate);
  const proxy = await openProxy(t);
  const call = send(transportWith(t, { ca: [certificate.cert], httpsProxy: proxy.url }), `https://other.test:${port}`);
  await call.done;
  assert.equal(call.failure?.kind, 'connect');
  assert.match(call.failure?.message ?? '', /ALTNAME/);
});

test('http goes through the proxy by its whole address', async (t) => {
  const upstream = createHttpServer((request, response) =>
    response.end(`plain ${request.headers.host} ${request.url} ${request.headers['proxy-authorization']}`),
  );
  await listen(t, upstream);
  t.after(() => upstream.closeAllConnections());
  const { port } = new URL(originOf(upstream));
  const proxy = await openProxy(t);
  const call = send(transportWith(t, { httpProxy: proxy.url }), `http://${UPSTREAM_NAME}:${port}`);
  await call.done;
  assert.equal(
    call.text(),
    `plain ${UPSTREAM_NAME}:${port} /v1/chat/completions undefined`,
    call.failure?.message ?? '',
  );
  assert.deepEqual(proxy.asked, [`POST http://${UPSTREAM_NAME}:${port}/v1/chat/completions`]);
  assert.deepEqual(proxy.authorizations, [`Basic ${Buffer.from('user:p@ss').toString('base64')}`]);
});

test('a proxy that is spoken to over TLS, for both schemes', async (t) => {
  const certificate = selfSigned(t, UPSTREAM_NAME);
  if (certificate === null) return t.skip('no openssl here to make a certificate');
  const port = await tlsUpstream(t, certificate);
  const plain = createHttpServer((_request, response) => response.end('plain'));
  await listen(t, plain);
  t.after(() => plain.closeAllConnections());
  const proxy = await openProxy(t, 200, certificate);
  const transport = transportWith(t, { ca: [certificate.cert], httpsProxy: proxy.url, httpProxy: proxy.url });
  const secure = send(transport, `https://${UPSTREAM_NAME}:${port}`);
  await secure.done;
  assert.match(secure.text(), /^tls upstream\.test/, secure.failure?.message ?? '');
  const open = send(transport, `http://other.test:${new URL(originOf(plain)).port}`);
  await open.done;
  assert.equal(open.text(), 'plain', open.failure?.message ?? '');
  assert.equal(proxy.asked.length, 2);
});

test('loopback and NO_PROXY go past the proxy', async (t) => {
  const upstream = createHttpServer((_request, response) => response.end('direct'));
  await listen(t, upstream);
  t.after(() => upstream.closeAllConnections());
  const proxy = await openProxy(t);
  const call = send(transportWith(t, { httpProxy: proxy.url, httpsProxy: proxy.url }), originOf(upstream));
  await call.done;
  assert.equal(call.text(), 'direct');
  const named = send(transportWith(t, { httpProxy: proxy.url, noProxy: '.invalid' }), 'http://upstream.invalid');
  await named.done;
  assert.equal(named.failure?.kind, 'connect');
  assert.deepEqual(proxy.asked, []);
});

test('a proxy that refuses, or is not there, fails the connection in words that hold no password', async (t) => {
  const proxy = await openProxy(t, 407);
  const refused = send(transportWith(t, { httpsProxy: proxy.url }), 'https://upstream.test');
  await refused.done;
  assert.equal(refused.failure?.kind, 'connect');
  assert.match(refused.failure?.message ?? '', /answered CONNECT with 407/);
  const gone = send(transportWith(t, { httpsProxy: 'http://user:secret@127.0.0.1:9' }), 'https://upstream.test');
  await gone.done;
  assert.match(gone.failure?.message ?? '', /the proxy cannot be reached: ECONNREFUSED/);
  assert.doesNotMatch(gone.failure?.message ?? 'secret', /secret/);
});

test('a tunnel that never opens ends with the connect deadline', async (t) => {
  const silent = createHttpServer();
  silent.on('connect', () => {});
  await listen(t, silent);
  t.after(() => silent.closeAllConnections());
  const transport = transportWith(t, { httpsProxy: originOf(silent) });
  const call = send(transport, 'https://upstream.test', { timeouts: { connectMs: 150 } });
  await call.done;
  assert.equal(call.failure?.kind, 'connect-timeout');
});
