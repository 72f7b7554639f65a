import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Gateway, MASTER_KEY, runCommand } from '../support/gateway.ts';
import { chatBody, gatewayAndUpstream, PRICE } from '../support/one-upstream.ts';
import { answer, chatAnswer, type UpstreamRequest } from '../support/upstream.ts';

const [INPUT, OUTPUT] = [100, 50];
const COST = (INPUT * PRICE.input + OUTPUT * PRICE.output) / 1e6;
const metered = (request: UpstreamRequest): Promise<void> =>
  answer(request, { body: chatAnswer('hello', INPUT, OUTPUT) });

async function called(context: TestContext): Promise<Gateway> {
  const { gateway } = await gatewayAndUpstream(context, metered);
  const key = await gateway.createKey({ key_alias: 'ci' });
  for (const model of ['gpt-4o', 'gpt-4o', 'no-such-model'])
    await gateway.post('/v1/chat/completions', chatBody({ model, max_tokens: OUTPUT }), key);
  return gateway;
}

function commandOf(context: TestContext, gateway: Gateway) {
  return (...args: string[]) =>
    runCommand(context, { args: [...args, '--port', String(gateway.port)], data: gateway.data });
}

test('spend is a table by whom or what, with the total below', async (context) => {
  const gateway = await called(context);
  const waybill = commandOf(context, gateway);
  const byKey = await waybill('spend', '--by', 'key');
  assert.equal(byKey.code, 0, byKey.errors);
  const cells = byKey.output
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/));
  assert.deepEqual(cells[0], ['key', 'spend_usd', 'requests', 'failed_requests', 'prompt_tokens', 'completion_tokens']);
  assert.match(cells[1]?.[0] ?? '', /^ci \(\w+\)$/);
  const sums = [String(2 * COST), '3', '1', String(2 * INPUT), String(2 * OUTPUT)];
  assert.deepEqual(cells[1]?.slice(1), sums);
  assert.deepEqual(cells[2], ['total', ...sums]);
  const days = JSON.parse((await waybill('spend', '--json')).output) as {
    readonly totals: { readonly requests: number };
  };
  assert.equal(days.totals.requests, 3);
  const refused = await waybill('spend', '--by', 'moon');
  assert.equal(refused.code, 1);
  assert.match(refused.errors, /--by: expected one of day, key, .* got 'moon'/);
  assert.match((await waybill('spend', '--from', 'yesterday')).errors, /'from' must be a date/);
});

test('logs are lines, newest last, and may be narrowed', async (context) => {
  const gateway = await called(context);
  const waybill = commandOf(context, gateway);
  const all = await waybill('logs');
  assert.equal(all.code, 0, all.errors);
  const lines = all.output.trimEnd().split('\n');
  assert.equal(lines.length, 3);
  assert.match(lines[0] ?? '', /\t200\tgpt-4o\tci\t100\+50 tokens\t/);
  assert.match(lines[2] ?? '', /\t404\tno-such-model\tci\t.*\tmodel_not_found$/);
  const failed = await waybill('logs', '--status', 'failure');
  assert.equal(failed.output.trimEnd(), lines[2]);
});

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));

test('logs --follow goes on with calls as they end', async (context) => {
  const gateway = await called(context);
  const key = await gateway.createKey({ key_alias: 'late' });
  const args = [MAIN, 'logs', '--follow', '--limit', '1', '--url', gateway.url];
  const env = { PATH: process.env['PATH'] ?? '', WAYBILL_DATA: gateway.data, WAYBILL_MASTER_KEY: MASTER_KEY };
  const child = spawn(process.execPath, args, { cwd: gateway.data, env, stdio: ['ignore', 'pipe', 'inherit'] });
  context.after(() => child.kill());
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  assert.match((await lines.next()).value ?? '', /\tno-such-model\t/, 'the newest that was there');
  await gateway.post('/v1/chat/completions', chatBody({ max_tokens: OUTPUT }), key);
  assert.match((await lines.next()).value ?? '', /\t200\tgpt-4o\tlate\t/);
});
