import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { WebSocket } from 'ws';
import type { JsonObject } from '../../src/std/index.ts';
import { MASTER_KEY, startGateway } from '../support/gateway.ts';
import { answer, startUpstream, type Upstream } from '../support/upstream.ts';

type Turns = { readonly say: (event: JsonObject) => Promise<string>; readonly upstream: Upstream };

/** A socket to a gateway whose model is at OpenAI: `say` sends a turn and gives the id of its response. */
async function socketAt(context: TestContext): Promise<Turns> {
  const upstream = await startUpstream(context, async (request) => {
    if (request.body.includes('break')) {
      await answer(request, { status: 400, body: JSON.stringify({ error: { message: 'It broke.' } }) });
      return;
    }
    const response = {
      ...{ id: `resp_${upstream.requests.length}`, object: 'response', status: 'completed', model: 'gpt-5' },
      output: [{ id: 'm', type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Yes.' }] }],
      usage: { input_tokens: 3, output_tokens: 1, total_tokens: 4 },
    };
    const event = { type: 'response.completed', sequence_number: 0, response };
    const body = `event: response.completed\ndata: ${JSON.stringify(event)}\n\n`;
    await answer(request, { type: 'text/event-stream', body });
  });
  const config = `version: 1
credentials: { up: { provider: openai, base_url: "${upstream.url}", api_key: sk-upstream-secret } }
models: { gpt-5: { deployments: [{ use: up/gpt-5, price: { input: 1, output: 1 } }] } }
`;
  const { url } = await startGateway(context, { config });
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/responses`, {
    headers: { authorization: `Bearer ${MASTER_KEY}` },
  });
  context.after(() => socket.terminate());
  await once(socket, 'open');
  const say = async (event: JsonObject): Promise<string> => {
    socket.send(JSON.stringify({ type: 'response.create', model: 'gpt-5', ...event }));
    for (;;) {
      const [message] = (await once(socket, 'message')) as [Buffer];
      const { type, response, error } = JSON.parse(message.toString());
      if (type === 'error') throw new Error(error.message);
      if (type === 'response.completed') return response.id;
    }
  };
  return { say, upstream };
}

function sentTo(upstream: Upstream): { readonly previous: unknown; readonly input: string } {
  const { previous_response_id: previous, input } = JSON.parse(upstream.requests.at(-1)?.body ?? '');
  return { previous, input: JSON.stringify(input) };
}

test('what only the connection remembers is told to the upstream again: it keeps nothing of it', async (context) => {
  const { say, upstream } = await socketAt(context);
  const first = await say({ input: 'one', store: false });
  await say({ input: 'two', store: false, previous_response_id: first });
  const { previous, input } = sentTo(upstream);
  assert.equal(previous, undefined);
  assert.match(input, /one.*Yes\..*two/);
});

test('what the upstream was asked to keep goes to it by reference', async (context) => {
  const { say, upstream } = await socketAt(context);
  const first = await say({ input: 'one' });
  await say({ input: 'two', previous_response_id: first });
  const { previous, input } = sentTo(upstream);
  assert.equal(previous, first);
  assert.doesNotMatch(input, /one/);
});

test('a turn that fails makes the connection forget the turn that it went on from', async (context) => {
  const { say } = await socketAt(context);
  const first = await say({ input: 'one', store: false });
  await assert.rejects(say({ input: 'break', store: false, previous_response_id: first }), /It broke/);
  await assert.rejects(say({ input: 'two', store: false, previous_response_id: first }), /not found/);
  const again = await say({ input: 'one and two', store: false });
  await say({ input: 'three', store: false, previous_response_id: again });
});
