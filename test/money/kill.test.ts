import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Gateway, runCommand, startGateway, temporaryFolder } from '../support/gateway.ts';
import { chatBody, PRICE, type SpendRow, spendRows } from '../support/one-upstream.ts';
import { answer, chatAnswer, chatChunk, DONE, startUpstream, usageChunk } from '../support/upstream.ts';

const KILLS = 10;
const CLIENTS = 8;
const COST = (10 * PRICE.input + 5 * PRICE.output) / 1e6;

/** Ids of the answers that came whole: for streams, with [DONE]. */
async function callUntilDead(gateway: Gateway, key: string, streamed: boolean, received: string[]): Promise<void> {
  const body = chatBody({ stream: streamed, max_tokens: 5 });
  for (;;) {
    try {
      const { status, headers, text } = await gateway.post('/v1/chat/completions', body, key);
      const id = headers.get('x-request-id');
      if (status === 200 && id !== null && (!streamed || text.includes('[DONE]'))) received.push(id);
      else if (status !== 200) throw new Error(`${status} ${text}`);
    } catch (error) {
      if (error instanceof TypeError) return;
      throw error;
    }
  }
}

test(`kill -9 under load, ${KILLS} times: every answer received is in the books exactly once`, async (context) => {
  const upstream = await startUpstream(context, async (request) => {
    const streamed = request.body.includes('"stream":true');
    const body = streamed ? chatChunk('one') + usageChunk(10, 5) + DONE : chatAnswer('hello');
    await sleep(5);
    await answer(request, { type: streamed ? 'text/event-stream' : 'application/json', body });
  });
  const data = temporaryFolder(context);
  const config = `credentials: { up: { provider: openai-compatible, base_url: "${upstream.url}", api_key: k } }
models:
  gpt-4o: { deployments: [up/gpt-4o], price: { input: ${PRICE.input}, output: ${PRICE.output} } }
routing: { retries: 0 }
`;
  const received: string[] = [];
  let key = '';
  for (let kill = 0; kill < KILLS; kill++) {
    const gateway = await startGateway(context, { data, config });
    if (kill === 0) key = await gateway.createKey({ max_budget: 1_000 });
    const clients = Array.from({ length: CLIENTS }, (_, at) => callUntilDead(gateway, key, at % 2 === 0, received));
    await sleep(150 + kill * 37);
    await gateway.stop('SIGKILL');
    await Promise.all(clients);
  }
  assert.ok(received.length > KILLS * CLIENTS, `only ${received.length} answers came`);
  assert.equal(new Set(received).size, received.length);

  const gateway = await startGateway(context, { data, config });
  const rows: SpendRow[] = await spendRows(gateway, '?limit=10000');
  const byId = Map.groupBy(rows, ({ request_id: id }) => id);
  const twice = [...byId].filter(([, same]) => same.length > 1);
  assert.deepEqual(twice, []);
  const missing = received.filter((id) => !byId.has(id));
  context.diagnostic(
    `${received.length} answers received, ${rows.length} rows, ${upstream.requests.length} calls upstream`,
  );
  assert.deepEqual(missing, []);
  for (const id of received) assert.equal(byId.get(id)?.[0]?.spend, COST, id);

  // What was under way is charged at its hold, never lost; what the key has spent is the sum of its rows.
  const { info } = JSON.parse((await gateway.get(`/key/info?key=${key}`)).text) as { info: { spend: number } };
  const sum = rows.reduce((total, { spend }) => total + spend, 0);
  assert.ok(Math.abs(info.spend - sum) < 1e-9, `${info.spend} is not the sum of the rows, ${sum}`);
  assert.ok(upstream.requests.length <= rows.length, 'no call went upstream without being held in the books');
  const verified = await runCommand(context, { args: ['ledger', 'verify', '--data', data] });
  assert.equal(verified.code, 0, verified.output);
});
