import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Gateway } from '../support/gateway.ts';
import { gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import { openAiClient, refusalOf } from '../support/openai-client.ts';
import {
  answer,
  chatAnswer,
  chatChunk,
  DONE,
  startStream,
  type UpstreamRequest,
  usageChunk,
} from '../support/upstream.ts';

const ASK = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'hello' }] };
const COST = (10 * 2 + 5 * 10) / 1e6;

function chat(request: UpstreamRequest): Promise<void> | void {
  if (!JSON.parse(request.body).stream) return answer(request, { body: chatAnswer('hi') });
  startStream(request);
  request.socket.end(chatChunk('hi') + usageChunk(10, 5) + DONE);
}

function idsOf(headers: Headers | undefined): string {
  const ids = ['x-request-id', 'x-generation-id', 'x-litellm-call-id'].map((name) => headers?.get(name));
  assert.equal(new Set(ids).size, 1, String(ids));
  assert.match(String(ids[0]), /^[\x21-\x7e]{10,}$/);
  return String(ids[0]);
}

async function generationOf(gateway: Gateway, id: string, key?: string): Promise<Record<string, unknown>> {
  const { status, text } = await gateway.get(`/api/v1/generation?id=${encodeURIComponent(id)}`, key);
  assert.equal(status, 200, text);
  return JSON.parse(text).data;
}

test('plain: the ids in the headers find the call at once, with its cost', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, chat);
  const call = openAiClient(gateway).chat.completions.create(ASK);
  const { data, response, request_id: requestId } = await call.withResponse();
  const id = idsOf(response.headers);
  assert.equal(requestId, id);
  assert.equal((data as { _request_id?: unknown })._request_id, id);
  assert.equal(response.headers.get('content-type'), 'application/json');
  assert.equal(Number(response.headers.get('x-litellm-response-cost')), COST);
  assert.equal(response.headers.get('x-litellm-attempted-retries'), '0');
  assert.equal(response.headers.get('x-litellm-attempted-fallbacks'), '0');
  const generation = await generationOf(gateway, id);
  const { id: found, upstream_id: upstreamId, model, provider_name: provider } = generation;
  assert.deepEqual([found, upstreamId, model, provider], [id, 'chatcmpl-1', 'gpt-4o', 'openai-compatible']);
  const { tokens_prompt: input, tokens_completion: output, total_cost: cost, streamed, cancelled } = generation;
  assert.deepEqual([input, output, cost, streamed, cancelled], [10, 5, COST, false, false]);
  const rows = await spendRows(gateway, `?request_id=${id}`);
  assert.deepEqual(
    rows.map((row) => [row.request_id, row.spend, row.status, row['model_id']]),
    [[id, COST, 'success', response.headers.get('x-litellm-model-id')]],
  );
  const raw = await openAiClient(gateway).chat.completions.create(ASK).asResponse();
  assert.notEqual(idsOf(raw.headers), id);
  assert.equal(await raw.text(), chatAnswer('hi'));
});

test('streamed: the call is in the books when its last event has been read', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, chat);
  const asked = { ...ASK, stream: true } as const;
  const { data, response } = await openAiClient(gateway).chat.completions.create(asked).withResponse();
  const id = idsOf(response.headers);
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
  assert.match(response.headers.get('cache-control') ?? '', /no-transform/);
  assert.equal((await Array.fromAsync(data)).length, 1);
  const { streamed, total_cost: cost } = await generationOf(gateway, id);
  assert.deepEqual([streamed, cost], [true, COST]);
  assert.equal((await spendRows(gateway, `?request_id=${id}`))[0]?.spend, COST);
});

test("every call is found at once, many at a time, and by the answer's own id all of them", async (context) => {
  const { gateway } = await gatewayAndUpstream(context, chat);
  const client = openAiClient(gateway);
  const ids = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const { request_id: id } = await client.chat.completions.create(ASK).withResponse();
      assert.equal((await generationOf(gateway, String(id)))['id'], id);
      return String(id);
    }),
  );
  assert.equal(new Set(ids).size, 20);
  const rows = await spendRows(gateway, '?request_id=chatcmpl-1');
  assert.deepEqual(rows.map((row) => row.request_id).sort(), ids.sort());
  const times = rows.map((row) => String(row['startTime']));
  assert.deepEqual(times, [...times].sort().reverse());
  assert.equal((await generationOf(gateway, 'chatcmpl-1'))['id'], rows[0]?.request_id);
});

test("a refused call has its ids and its row; the client's own id is kept beside them", async (context) => {
  const { gateway } = await gatewayAndUpstream(context, chat);
  const call = openAiClient(gateway).chat.completions.create(
    { ...ASK, model: 'nothing-like-it' },
    { headers: { 'x-request-id': 'mine-1' } },
  );
  const refusal = await refusalOf(call);
  const id = idsOf(refusal.headers);
  assert.equal(refusal.requestID, id);
  assert.notEqual(id, 'mine-1');
  const { request_id: clients, status, error } = await generationOf(gateway, id);
  assert.deepEqual([clients, status, (error as { code: string }).code], ['mine-1', 404, 'model_not_found']);
  assert.deepEqual(await spendRows(gateway, '?request_id=mine-1'), []);
  const unauthorized = await refusalOf(
    openAiClient(gateway, { apiKey: 'sk-wrong-0123456789' }).chat.completions.create(ASK),
  );
  idsOf(unauthorized.headers);
});

test("a key finds its own calls and nobody else's", async (context) => {
  const { gateway } = await gatewayAndUpstream(context, chat);
  const [one, other] = [await gateway.createKey(), await gateway.createKey()];
  const idAs = async (apiKey: string): Promise<string> => {
    const call = openAiClient(gateway, { apiKey }).chat.completions.create(ASK);
    return String((await call.withResponse()).request_id);
  };
  const [ofOne, ofOther] = [await idAs(one), await idAs(other)];
  assert.equal((await generationOf(gateway, ofOne, one))['id'], ofOne);
  assert.equal((await gateway.get(`/api/v1/generation?id=${ofOther}`, one)).status, 404);
  assert.equal((await gateway.get(`/spend/logs?request_id=${ofOther}`, one)).text, '[]');
  for (const query of ['', '?request_id=chatcmpl-1']) {
    const rows = JSON.parse((await gateway.get(`/spend/logs${query}`, one)).text) as { request_id: string }[];
    assert.deepEqual(
      rows.map((row) => row.request_id),
      [ofOne],
    );
  }
  assert.equal((await spendRows(gateway, '?request_id=chatcmpl-1')).length, 2);
  assert.equal((await gateway.get('/api/v1/generation?id=gen-nothing')).status, 404);
});
