import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { eventually, MASTER_KEY } from '../support/gateway.ts';
import { chatBody, gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import { openRaw, rawPost } from '../support/raw-client.ts';
import { chatChunk, DONE, startStream, usageChunk, write } from '../support/upstream.ts';

const MIB = 1_048_576;
const OFFERED_BYTES = 128 * MIB;

test('a slow reader: the upstream is paused, memory stays flat, and what it reads in the end is whole', {
  skip: process.platform === 'linux' ? false : 'reads memory from /proc',
}, async (context) => {
  let written = 0;
  let done = false;
  const chunk = Buffer.from(chatChunk('x'.repeat(65_536)));
  const { gateway } = await gatewayAndUpstream(context, async (request) => {
    startStream(request);
    while (written < OFFERED_BYTES && !request.socket.destroyed) {
      await write(request.socket, chunk);
      written += chunk.length;
    }
    request.socket.end(usageChunk(10, 20) + DONE);
    done = true;
  });
  const resident = (): number =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gateway.child.pid}/status`, 'utf8'))?.[1]) * 1_024;
  const client = await openRaw(context, gateway.port);
  client.socket.removeAllListeners('data');
  let received = 0;
  let tail = Buffer.alloc(0);
  client.socket.on('data', (data: Buffer) => {
    received += data.length;
    tail = Buffer.concat([tail, data]).subarray(-200);
  });
  client.socket.pause();
  client.socket.write(rawPost('/v1/chat/completions', MASTER_KEY, chatBody({ stream: true }), ['Connection: close']));
  const before = resident();
  let last = -1;
  await eventually(async () => {
    const now = written;
    const stands = now === last && now > 0;
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.ok(stands, 'the upstream is still taken from');
  }, 15_000);
  const grown = resident() - before;
  context.diagnostic(`${(written / MIB).toFixed(1)} MiB were taken, memory grew by ${(grown / MIB).toFixed(1)} MiB`);
  assert.ok(written < OFFERED_BYTES / 4, `${written} bytes were taken for a reader that takes nothing`);
  assert.ok(grown < 32 * MIB, `${grown} bytes`);
  assert.equal(done, false);

  client.socket.resume();
  await client.ended;
  assert.ok(received > OFFERED_BYTES, `${received} bytes came`);
  assert.match(tail.toString(), /\[DONE\]/);
  const after = resident() - before;
  context.diagnostic(`after 128 MiB memory had grown by ${(after / MIB).toFixed(1)} MiB`);
  assert.ok(after < 96 * MIB, `${after} bytes`);
  const [row] = await spendRows(gateway);
  assert.deepEqual([row?.status, row?.prompt_tokens, row?.completion_tokens], ['success', 10, 20]);
});
