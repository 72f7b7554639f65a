import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { startGateway } from '../support/gateway.ts';
import { openAiClient, refusalOf } from '../support/openai-client.ts';

const MODEL = 'sandbox/echo';

test('a conversation by reference: what was said before is counted, told and kept', async (context) => {
  const client = openAiClient(await startGateway(context));
  const first = await client.responses.create({ model: MODEL, input: 'one' });
  assert.equal(first.output_text, 'one');
  const second = await client.responses.create({ model: MODEL, input: 'two', previous_response_id: first.id });
  assert.equal(second.previous_response_id, first.id);
  assert.ok((second.usage?.input_tokens ?? 0) > (first.usage?.input_tokens ?? 0));
  const stream = client.responses.stream({ model: MODEL, input: 'three', previous_response_id: second.id });
  const third = await stream.finalResponse();
  assert.equal(third.output_text, 'three');
  assert.ok((third.usage?.input_tokens ?? 0) > (second.usage?.input_tokens ?? 0));

  assert.deepEqual((await client.responses.retrieve(second.id)).output, second.output);
  const items = await Array.fromAsync(await client.responses.inputItems.list(third.id, { order: 'asc', limit: 2 }));
  const texts = items.map((item) => JSON.stringify(item)).map((item) => /one|two|three/.exec(item)?.[0]);
  assert.deepEqual(texts, ['one', 'one', 'two', 'two', 'three']);
});

test('what was not to be kept, is deleted, or is another key’s does not exist', async (context) => {
  const gateway = await startGateway(context);
  const client = openAiClient(gateway);
  const other = openAiClient(gateway, { apiKey: await gateway.createKey() });
  const kept = await client.responses.create({ model: MODEL, input: 'kept' });
  const unkept = await client.responses.create({ model: MODEL, input: 'not kept', store: false });
  for (const [asker, id] of [
    [client, unkept.id],
    [other, kept.id],
    [client, 'resp_none'],
  ] as const) {
    const refusal = await refusalOf(asker.responses.create({ model: MODEL, input: 'x', previous_response_id: id }));
    assert.ok(refusal instanceof OpenAI.BadRequestError, id);
    assert.equal(refusal.code, 'previous_response_not_found');
    assert.ok((await refusalOf(asker.responses.retrieve(id))) instanceof OpenAI.NotFoundError);
  }
  await client.responses.delete(kept.id);
  assert.ok((await refusalOf(client.responses.retrieve(kept.id))) instanceof OpenAI.NotFoundError);
  assert.ok((await refusalOf(client.responses.delete(kept.id))) instanceof OpenAI.NotFoundError);
});

test('compacting: what the user said stays, a summary stands for the rest, and the conversation goes on from it', async (context) => {
  const client = openAiClient(await startGateway(context));
  const input = [
    { role: 'user', content: 'The answer is 42.' },
    { role: 'assistant', content: 'Noted.' },
  ] as const;
  const compacted = await client.responses.compact({ model: MODEL, input: [...input] });
  assert.equal(compacted.object, 'response.compaction');
  assert.deepEqual(
    compacted.output.map(({ type }) => type),
    ['message', 'compaction'],
  );
  assert.ok(JSON.stringify(compacted.output[0]).includes('The answer is 42.'));
  const next = await client.responses.create({
    model: MODEL,
    input: [...(compacted.output as OpenAI.Responses.ResponseInput), { role: 'user', content: 'go on' }],
  });
  assert.equal(next.output_text, 'go on');
});
