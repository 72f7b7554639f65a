import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, MASTER_KEY } from '../support/gateway.ts';
import { chatBody, gatewayAndUpstream, PRICE, spendRows } from '../support/one-upstream.ts';
import { openRaw, rawPost } from '../support/raw-client.ts';
import { chatChunk, startStream, write } from '../support/upstream.ts';

const CLOSED_WITHIN_MS = 100;

for (const streamed of [true, false]) {
  test(`the client goes in mid-answer (${streamed ? 'streamed' : 'plain'}): the upstream is closed and the call is in the books`, async (context) => {
    let closedAt: number | null = null;
    const { gateway, upstream } = await gatewayAndUpstream(context, async (request) => {
      request.socket.once('close', () => {
        closedAt = performance.now();
      });
      if (!streamed) return;
      startStream(request);
      for (const word of ['one ', 'two ', 'three ']) await write(request.socket, chatChunk(word.repeat(20)));
    });
    const body = chatBody({ stream: streamed });
    const client = await openRaw(context, gateway.port);
    client.socket.write(rawPost('/v1/chat/completions', MASTER_KEY, body));
    if (streamed) await client.until(/three/);
    else await eventually(() => assert.equal(upstream.requests.length, 1));
    const left = performance.now();
    client.socket.destroy();
    await eventually(() => assert.notEqual(closedAt, null));
    const took = (closedAt ?? 0) - left;
    context.diagnostic(`closed after ${took.toFixed(1)} ms`);
    assert.ok(took < CLOSED_WITHIN_MS, `${took} ms`);
    const [row] = await eventually(async () => {
      const rows = await spendRows(gateway);
      assert.equal(rows.length, 1);
      return rows;
    });
    assert.equal(row?.status, 'failure');
    // Without usage in the answer the bound by bytes stands: no token is shorter than one.
    const produced = streamed
      ? Buffer.byteLength(['one ', 'two ', 'three '].map((word) => word.repeat(20)).join(''))
      : 0;
    const cost = streamed ? (body.length * PRICE.input + produced * PRICE.output) / 1e6 : 0;
    assert.deepEqual([row?.completion_tokens, row?.spend], [produced, cost]);
  });
}

test('the client goes while it still sends its request: nothing goes upstream', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, () => undefined);
  const client = await openRaw(context, gateway.port);
  const whole = rawPost('/v1/chat/completions', MASTER_KEY, chatBody());
  client.socket.write(whole.slice(0, -10));
  await new Promise((resolve) => setTimeout(resolve, 50));
  client.socket.destroy();
  const [row] = await eventually(async () => {
    const rows = await spendRows(gateway);
    assert.equal(rows.length, 1);
    return rows;
  });
  assert.equal(row?.spend, 0);
  assert.equal(upstream.requests.length, 0);
});
