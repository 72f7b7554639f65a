import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import OpenAI from 'openai';
import { eventually, type Gateway } from '../support/gateway.ts';
import { gatewayAndUpstream, PRICE, type SpendRow, spendRows } from '../support/one-upstream.ts';
import { openAiClient, refusalOf } from '../support/openai-client.ts';
import { chatChunk, startStream, type Upstream, write } from '../support/upstream.ts';

const CLOSED_WITHIN_MS = 100;
const ASK = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'hello' }] };
const WORDS = ['one ', 'two ', 'three '];

type Scene = {
  readonly gateway: Gateway;
  readonly upstream: Upstream;
  /** When the upstream saw its connection closed; null: not yet. */
  readonly closedAt: () => number | null;
};

/** An upstream that says three words, if it answers at all, and then waits for ever. */
async function silentUpstream(context: TestContext, answers: boolean): Promise<Scene> {
  let closedAt: number | null = null;
  const both = await gatewayAndUpstream(context, async (request) => {
    request.socket.once('close', () => {
      closedAt = performance.now();
    });
    if (!answers) return;
    startStream(request);
    for (const word of WORDS) await write(request.socket, chatChunk(word));
  });
  return { ...both, closedAt: () => closedAt };
}

async function assertClosedSoon(context: TestContext, { closedAt }: Scene, left: number): Promise<void> {
  await eventually(() => assert.notEqual(closedAt(), null));
  const took = (closedAt() ?? Number.NaN) - left;
  context.diagnostic(`the upstream was closed after ${took.toFixed(1)} ms`);
  assert.ok(took >= 0 && took < CLOSED_WITHIN_MS, `${took} ms`);
}

/** The gateway hears of it through a socket: the first question after it may come too early. */
function theOnlyRow(gateway: Gateway): Promise<SpendRow> {
  return eventually(async () => {
    const rows = await spendRows(gateway);
    const [row] = rows;
    assert.equal(rows.length, 1);
    assert.ok(row !== undefined);
    return row;
  });
}

const waysToLeave: Readonly<
  Record<string, (stream: AsyncIterable<unknown> & { controller: AbortController }) => void>
> = {
  'its controller is aborted': (stream) => stream.controller.abort(),
  'its loop is left': () => undefined,
};

for (const [how, leave] of Object.entries(waysToLeave)) {
  test(`a stream is left in its middle (${how}): the upstream is closed, what came is paid for`, async (context) => {
    const scene = await silentUpstream(context, true);
    const stream = await openAiClient(scene.gateway).chat.completions.create({ ...ASK, stream: true });
    assert.equal(scene.closedAt(), null);
    let read = '';
    let left = 0;
    for await (const chunk of stream) {
      read += chunk.choices[0]?.delta.content ?? '';
      if (read !== WORDS.join('')) continue;
      left = performance.now();
      leave(stream);
      break;
    }
    await assertClosedSoon(context, scene, left);
    const row = await theOnlyRow(scene.gateway);
    // No usage came: every byte of the request and of the answer counts as a token.
    const input = Buffer.byteLength(JSON.stringify({ ...ASK, stream: true }));
    assert.deepEqual([row.prompt_tokens, row.completion_tokens], [input, WORDS.join('').length]);
    assert.equal(row.spend, (input * PRICE.input + WORDS.join('').length * PRICE.output) / 1e6);
    assert.equal(row.status, 'failure');
    const { text } = await scene.gateway.get(`/api/v1/generation?id=${row.request_id}`);
    const { cancelled, streamed, status, usage } = JSON.parse(text).data;
    assert.deepEqual([cancelled, streamed, status, usage], [true, true, 499, row.spend]);
  });
}

test('a call is aborted before its answer: the upstream is closed, nothing is charged', async (context) => {
  const scene = await silentUpstream(context, false);
  const abort = new AbortController();
  const call = openAiClient(scene.gateway).chat.completions.create(ASK, { signal: abort.signal });
  const refused = refusalOf(call);
  await eventually(() => assert.equal(scene.upstream.requests.length, 1));
  const left = performance.now();
  abort.abort();
  assert.ok((await refused) instanceof OpenAI.APIUserAbortError);
  await assertClosedSoon(context, scene, left);
  const row = await theOnlyRow(scene.gateway);
  assert.deepEqual([row.status, row.spend, row.completion_tokens], ['failure', 0, 0]);
});

test("the client's own timeout ends the call at the upstream too", async (context) => {
  const scene = await silentUpstream(context, false);
  const refusal = await refusalOf(openAiClient(scene.gateway, { timeout: 300 }).chat.completions.create(ASK));
  const left = performance.now();
  assert.ok(refusal instanceof OpenAI.APIConnectionTimeoutError);
  await eventually(() => assert.notEqual(scene.closedAt(), null));
  assert.ok((scene.closedAt() ?? Number.NaN) - left < CLOSED_WITHIN_MS);
  assert.equal((await theOnlyRow(scene.gateway)).spend, 0);
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
  const row = await theOnlyRow(gateway);
  assert.equal(row.metadata.attempts.length, 2);
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  assert.equal(tries, 2);
});
