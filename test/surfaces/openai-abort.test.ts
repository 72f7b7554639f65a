import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import OpenAI from 'openai';
import { eventually, type Gateway } from '../support/gateway.ts';
import { gatewayAndUpstream, PRICE, type SpendRow, spendRows } from '../support/one-upstream.ts';
import { openAiClient, refusalOf } from '../support/openai-client.ts';
import { chatChunk, startStream, type Upstream, write } from '../support/upstream.ts';

/**
 * Of the median: it takes 2 ms, but the first time in a new process 20 to 60, and 150 was seen with two cores under a
 * load of 6. A delay of the gateway's own would be in all of them.
 */
const CLOSED_WITHIN_MS = 100;
const STREAMS = 9;
const ASK = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'hello' }] };
const WORDS = ['one ', 'two ', 'three '];

type Scene = {
  readonly gateway: Gateway;
  readonly upstream: Upstream;
  /** When the upstream saw each of its connections closed, in that order. */
  readonly closings: readonly number[];
};

/** An upstream that says three words, if it answers at all, and then waits for ever. */
async function silentUpstream(context: TestContext, answers: boolean): Promise<Scene> {
  const closings: number[] = [];
  const both = await gatewayAndUpstream(context, async (request) => {
    request.socket.once('close', () => closings.push(performance.now()));
    if (!answers) return;
    startStream(request);
    for (const word of WORDS) await write(request.socket, chatChunk(word));
  });
  return { ...both, closings };
}

/** The gateway hears of it through a socket: the first question after it may come too early. */
function rowsOf(gateway: Gateway, count: number): Promise<readonly SpendRow[]> {
  return eventually(async () => {
    const rows = await spendRows(gateway);
    assert.equal(rows.length, count);
    return rows;
  });
}

const waysToLeave: Readonly<
  Record<string, (stream: AsyncIterable<unknown> & { controller: AbortController }) => void>
> = {
  'its controller is aborted': (stream) => stream.controller.abort(),
  'its loop is left': () => undefined,
};

for (const [how, leave] of Object.entries(waysToLeave)) {
  test(`streams are left in their middle (${how}): the upstream is closed, what came is paid for`, async (context) => {
    const scene = await silentUpstream(context, true);
    const client = openAiClient(scene.gateway);
    const took: number[] = [];
    for (let nth = 0; nth < STREAMS; nth++) {
      const stream = await client.chat.completions.create({ ...ASK, stream: true });
      assert.equal(scene.closings.length, nth);
      let read = '';
      let left = Number.NaN;
      for await (const chunk of stream) {
        read += chunk.choices[0]?.delta.content ?? '';
        if (read !== WORDS.join('')) continue;
        left = performance.now();
        leave(stream);
        break;
      }
      await eventually(() => assert.equal(scene.closings.length, nth + 1));
      took.push((scene.closings[nth] ?? Number.NaN) - left);
    }
    context.diagnostic(`the upstream was closed after ${took.map((ms) => ms.toFixed(1)).join(', ')} ms`);
    const median = took.toSorted((a, b) => a - b)[Math.floor(STREAMS / 2)] ?? Number.NaN;
    assert.ok(median >= 0 && median < CLOSED_WITHIN_MS, `${median} ms`);

    // No usage came: every byte of the request and of the answer counts as a token.
    const [input, output] = [Buffer.byteLength(JSON.stringify({ ...ASK, stream: true })), WORDS.join('').length];
    const spend = (input * PRICE.input + output * PRICE.output) / 1e6;
    for (const row of await rowsOf(scene.gateway, STREAMS)) {
      assert.deepEqual([row.prompt_tokens, row.completion_tokens, row.spend], [input, output, spend]);
      assert.equal(row.status, 'failure');
      const { text } = await scene.gateway.get(`/api/v1/generation?id=${row.request_id}`);
      const { cancelled, streamed, status, usage } = JSON.parse(text).data;
      assert.deepEqual([cancelled, streamed, status, usage], [true, true, 499, spend]);
    }
  });
}

test('a call is aborted before its answer: the upstream is closed, nothing is charged', async (context) => {
  const scene = await silentUpstream(context, false);
  const abort = new AbortController();
  const call = openAiClient(scene.gateway).chat.completions.create(ASK, { signal: abort.signal });
  const refused = refusalOf(call);
  await eventually(() => assert.equal(scene.upstream.requests.length, 1));
  assert.equal(scene.closings.length, 0);
  abort.abort();
  assert.ok((await refused) instanceof OpenAI.APIUserAbortError);
  await eventually(() => assert.equal(scene.closings.length, 1));
  const [row] = await rowsOf(scene.gateway, 1);
  assert.deepEqual([row?.status, row?.spend, row?.completion_tokens], ['failure', 0, 0]);
});

test("the client's own timeout ends the call at the upstream too", async (context) => {
  const scene = await silentUpstream(context, false);
  const call = openAiClient(scene.gateway, { timeout: 1_000 }).chat.completions.create(ASK);
  const refused = refusalOf(call);
  await eventually(() => assert.equal(scene.upstream.requests.length, 1));
  assert.equal(scene.closings.length, 0);
  assert.ok((await refused) instanceof OpenAI.APIConnectionTimeoutError);
  await eventually(() => assert.equal(scene.closings.length, 1));
  assert.equal((await rowsOf(scene.gateway, 1))[0]?.spend, 0);
});

test('a stream is aborted while the gateway waits to try again: no further try', async (context) => {
  let tries = 0;
  const { gateway } = await gatewayAndUpstream(
    context,
    ({ socket }) => {
      tries++;
      socket.end('HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    },
    { routing: '{ retries: 4, max_attempts: 5 }' },
  );
  const abort = new AbortController();
  const call = openAiClient(gateway).chat.completions.create({ ...ASK, stream: true }, { signal: abort.signal });
  const refused = refusalOf(call);
  // The pause before the third try is at least a quarter of a second.
  await eventually(() => assert.equal(tries, 2));
  abort.abort();
  assert.ok((await refused) instanceof OpenAI.APIUserAbortError);
  const [row] = await rowsOf(gateway, 1);
  assert.equal(row?.metadata.attempts.length, 2);
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  assert.equal(tries, 2);
});
