import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { selfSigned } from '../../test/support/self-signed.ts';
import { openAsk, openMetadataAsk } from './ask.ts';
import { createConnections } from './connections.ts';

const direct = { ca: [], httpProxy: null, httpsProxy: null, noProxy: null };
const question = { method: 'GET', headers: {}, body: null, timeoutMs: 2_000 } as const;

async function serving(t: TestContext, answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ways = [
  ['a token service', openAsk(createConnections(direct))],
  ['a metadata service', openMetadataAsk()],
] as const;

test('a question is asked as it is, and any status is an answer; redirects are not followed', async (t) => {
  const origin = await serving(t, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    response.writeHead(302, { location: 'http://169.254.169.254/' });
    response.end(`${request.method} ${request.url} ${request.headers['x-a']} ${body}`);
  });
  for (const [name, ask] of ways) {
    const asked = { ...question, method: 'POST', url: `${origin}/x?y=1`, headers: { 'x-a': 'b' }, body: 'c' } as const;
    assert.deepEqual(await ask(asked), { status: 302, text: 'POST /x?y=1 b c' }, name);
  }
});

test('silence and endless answers are given up', async (t) => {
  const silent = await serving(t, () => undefined);
  const endless = await serving(t, (_request, response) => {
    const more = (): void => {
      if (!response.destroyed) response.write('x'.repeat(100_000), () => setImmediate(more));
    };
    more();
  });
  for (const [name, ask] of ways) {
    await assert.rejects(ask({ ...question, url: silent, timeoutMs: 50 }), /no answer within 50 ms/, name);
    await assert.rejects(ask({ ...question, url: endless }), /more than 1000000 bytes/, name);
  }
});

test('each goes only where it may', async () => {
  const [[, ask], [, askMetadata]] = ways;
  await assert.rejects(ask({ ...question, url: 'http://169.254.169.254/' }), /cannot be asked/);
  await assert.rejects(ask({ ...question, url: 'http://metadata.google.internal/' }), /cannot be asked/);
  await assert.rejects(askMetadata({ ...question, url: 'https://sts.amazonaws.com/' }), /cannot be asked/);
  await assert.rejects(askMetadata({ ...question, url: 'http://10.0.0.1/' }), /cannot be asked/);
});

test('a token service is asked through the proxy', async (t) => {
  const proxy = await serving(t, (request, response) => response.end(`${request.url} ${request.headers.host}`));
  const ask = openAsk(createConnections({ ...direct, httpProxy: proxy }));
  const { text } = await ask({ ...question, url: 'http://token.example.com/t?u=1' });
  assert.equal(text, 'http://token.example.com/t?u=1 token.example.com');
});

test('a token service is known by its certificate', async (t) => {
  const certificate = selfSigned(t, 'token.test');
  if (certificate === null) return t.skip('no openssl here to make a certificate');
  const server = createTlsServer(certificate, (request, response) => response.end(`tls ${request.headers.host}`));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const host = `localhost:${(server.address() as AddressInfo).port}`;
  const trusting = openAsk(createConnections({ ...direct, ca: [certificate.cert] }));
  assert.equal((await trusting({ ...question, url: `https://${host}/` })).text, `tls ${host}`);
  const distrustful = openAsk(createConnections(direct));
  await assert.rejects(distrustful({ ...question, url: `https://${host}/` }), /self-signed/);
});
