import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { eventually, MASTER_KEY } from '../support/gateway.ts';
import { chatBody, errorOf, gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import { openRaw, rawPost } from '../support/raw-client.ts';
import { chatAnswer, chatChunk, startStream, usageChunk, write } from '../support/upstream.ts';

/** Ways to end a stream before it is whole; the head asked for a length or for chunks, so that a clean end is none. */
const DEATHS = {
  'a reset': (socket) => socket.resetAndDestroy(),
  'a close in mid-chunk': (socket) => socket.end('40\r\ndata: {"id"'),
} satisfies Record<string, (socket: Socket) => void>;

for (const [name, die] of Object.entries(DEATHS)) {
  test(`the upstream dies in mid-stream by ${name}: an error event, and no [DONE]`, async (context) => {
    const { gateway } = await gatewayAndUpstream(context, async ({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n');
      for (const word of ['one', 'two']) {
        const chunk = chatChunk(word);
        await write(socket, `${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
      die(socket);
    });
    const client = await openRaw(context, gateway.port);
    const close = ['Connection: close'];
    client.socket.write(rawPost('/v1/chat/completions', MASTER_KEY, chatBody({ stream: true }), close));
    await client.ended;
    const text = client.text();
    assert.match(text, /^HTTP\/1\.1 200/);
    assert.match(text, /"two"/);
    assert.doesNotMatch(text, /\[DONE\]/);
    const last = text.split('data: ').at(-1)?.split('\n')[0] ?? '';
    assert.equal(errorOf(last).code, 'upstream_ended', text);
    const [row] = await eventually(async () => {
      const rows = await spendRows(gateway);
      assert.equal(rows.length, 1);
      return rows;
    });
    assert.equal(row?.status, 'failure');
    assert.ok((row?.spend ?? 0) > 0, 'what was produced is metered');
  });
}

test('a stream that ends without [DONE] but whole is passed as it is', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, async (request) => {
    startStream(request);
    await write(request.socket, chatChunk('one') + usageChunk(7, 3));
    request.socket.end();
  });
  const { status, text } = await gateway.post('/v1/chat/completions', chatBody({ stream: true }));
  assert.equal(status, 200);
  assert.equal(text, chatChunk('one'));
  const [row] = await spendRows(gateway);
  assert.deepEqual([row?.status, row?.prompt_tokens, row?.completion_tokens], ['success', 7, 3]);
});

test('a plain answer that breaks off is no answer: 502, and nothing is charged', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(
    context,
    async ({ socket }) => {
      const body = chatAnswer('hello');
      await write(
        socket,
        `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 50)}`,
      );
      socket.destroy();
    },
    { routing: '{ retries: 1 }' },
  );
  const { status, text } = await gateway.post('/v1/chat/completions', chatBody());
  assert.equal(status, 502, text);
  assert.ok(upstream.requests.length >= 1);
  const [row] = await spendRows(gateway);
  assert.deepEqual([row?.status, row?.spend], ['failure', 0]);
});
