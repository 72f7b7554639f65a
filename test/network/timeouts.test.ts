import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findFreePort } from '../../src/network/index.ts';
import { startGateway } from '../support/gateway.ts';
import { chatBody, errorOf, gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import { answer, chatAnswer, chatChunk, startStream, write } from '../support/upstream.ts';

const timeouts = (fields: string): string => `{ retries: 0, timeouts: { ${fields} } }`;

test('silent before the first byte: 504 upstream_timeout, saying which timeout and how long', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, () => undefined, { routing: timeouts('first_byte: 300ms') });
  for (const stream of [false, true]) {
    const started = performance.now();
    const { status, text } = await gateway.post('/v1/chat/completions', chatBody({ stream }));
    const took = performance.now() - started;
    assert.equal(status, 504, text);
    assert.equal(errorOf(text).code, 'upstream_timeout');
    assert.equal(errorOf(text).message, 'The upstream sent no content in time (timeouts.first_byte: 300 ms).');
    assert.ok(took > 250 && took < 2_000, `${took} ms`);
  }
  const rows = await spendRows(gateway);
  assert.deepEqual(
    rows.map(({ status, spend }) => [status, spend]),
    [
      ['failure', 0],
      ['failure', 0],
    ],
  );
});

test('headers and comments do not count as the first byte', async (context) => {
  const { gateway } = await gatewayAndUpstream(
    context,
    async (request) => {
      startStream(request);
      for (let at = 0; at < 20 && !request.socket.destroyed; at++) {
        await write(request.socket, ': PROCESSING\n\n');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    { routing: timeouts('first_byte: 300ms') },
  );
  const { status, text } = await gateway.post('/v1/chat/completions', chatBody({ stream: true }));
  assert.equal(status, 504, text);
});

test('silent in mid-stream: the idle timeout ends it with an error event', async (context) => {
  const { gateway } = await gatewayAndUpstream(
    context,
    async (request) => {
      startStream(request);
      await write(request.socket, chatChunk('one'));
    },
    { routing: timeouts('idle: 300ms') },
  );
  const { status, text } = await gateway.post('/v1/chat/completions', chatBody({ stream: true }));
  assert.equal(status, 200);
  assert.match(text, /"one"/);
  assert.doesNotMatch(text, /\[DONE\]/);
  assert.equal(errorOf(text.split('data: ').at(-1) ?? '').code, 'upstream_timeout', text);
});

test('a plain answer that stops half way: 504', async (context) => {
  const { gateway } = await gatewayAndUpstream(
    context,
    ({ socket }) => {
      const body = chatAnswer('hello');
      socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`);
      socket.write(body.slice(0, 20));
    },
    { routing: timeouts('idle: 300ms') },
  );
  const { status, text } = await gateway.post('/v1/chat/completions', chatBody());
  assert.equal(status, 504, text);
});

test('a stream that never ends: the total timeout ends it', async (context) => {
  const { gateway } = await gatewayAndUpstream(
    context,
    async (request) => {
      startStream(request);
      while (!request.socket.destroyed) {
        await write(request.socket, chatChunk('one'));
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    { routing: timeouts('total: 600ms') },
  );
  const started = performance.now();
  const { text } = await gateway.post('/v1/chat/completions', chatBody({ stream: true }));
  const took = performance.now() - started;
  assert.ok(took > 500 && took < 2_500, `${took} ms`);
  assert.equal(errorOf(text.split('data: ').at(-1) ?? '').code, 'upstream_timeout', text);
});

test('slow but never silent: no timeout applies', async (context) => {
  const { gateway } = await gatewayAndUpstream(
    context,
    async (request) => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      await answer(request, { body: chatAnswer('hello'), cuts: [10, 20, 30] });
    },
    { routing: timeouts('first_byte: 400ms, idle: 400ms') },
  );
  assert.equal((await gateway.post('/v1/chat/completions', chatBody())).status, 200);
});

test('nobody listens: 502 upstream_unreachable, the address in the log and not in the answer', async (context) => {
  const port = await findFreePort('127.0.0.1');
  const gateway = await startGateway(context, {
    config: `credentials: { up: { provider: openai-compatible, base_url: "http://127.0.0.1:${port}/v1" } }
models: { gpt-4o: { deployments: [up/gpt-4o], price: free } }
routing: { retries: 0 }
`,
  });
  const { status, text } = await gateway.post('/v1/chat/completions', chatBody());
  assert.equal(status, 502, text);
  assert.equal(errorOf(text).message, 'The upstream cannot be reached (ECONNREFUSED).');
  assert.ok(gateway.errors().includes(`http://127.0.0.1:${port}`), gateway.errors());
});
