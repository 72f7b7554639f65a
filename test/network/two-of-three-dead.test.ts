import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { chatAnswer } from '../support/upstream.ts';

const SERVICE_MS = 100;
const CALLS = 200;
const AT_ONCE = 10;

async function startModel(context: TestContext): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      setTimeout(() => response.setHeader('content-type', 'application/json').end(chatAnswer('hello')), SERVICE_MS);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => kill(server));
  return server;
}

/** What is connected is cut, and nobody gets in any more. */
function kill(server: Server): void {
  server.close();
  server.closeAllConnections();
}

async function run(gateway: Gateway): Promise<{ readonly p95Ms: number; readonly answered: number }> {
  const times: number[] = [];
  let [begun, answered] = [0, 0];
  const caller = async (): Promise<void> => {
    while (begun++ < CALLS) {
      const fromMs = performance.now();
      const body = { model: 'm', messages: [{ role: 'user', content: 'hello' }] };
      const { status } = await gateway.post('/v1/chat/completions', body);
      times.push(performance.now() - fromMs);
      if (status === 200) answered++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, caller));
  return { p95Ms: times.sort((a, b) => a - b)[Math.floor(CALLS * 0.95)] ?? 0, answered };
}

test('with two of three deployments dead every call is answered, p95 within 1.5 x of the healthy run', async (context) => {
  const servers = await Promise.all([startModel(context), startModel(context), startModel(context)]);
  const credentials = servers.map((server, at) => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    return `up${at}: { provider: openai-compatible, base_url: "${url}", api_key: k }`;
  });
  const gateway = await startGateway(context, {
    config: `credentials: { ${credentials.join(', ')} }
models: { m: { price: free, deployments: [up0/m, up1/m, up2/m] } }
`,
  });
  const healthy = await run(gateway);
  assert.equal(healthy.answered, CALLS);
  const [, second, third] = servers;
  if (second !== undefined && third !== undefined) [second, third].forEach(kill);
  const half = await run(gateway);
  assert.equal(half.answered, CALLS);
  context.diagnostic(`p95 ${healthy.p95Ms.toFixed(0)} ms, then ${half.p95Ms.toFixed(0)} ms`);
  assert.ok(half.p95Ms <= healthy.p95Ms * 1.5, `${half.p95Ms} ms after ${healthy.p95Ms} ms`);
});
