import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGateway } from '../support/gateway.ts';

test('comes up with nothing, answers from the sandbox, stops with 0', async (context) => {
  const gateway = await startGateway(context);
  const answer = await gateway.post('/v1/chat/completions', {
    model: 'sandbox/echo',
    messages: [{ role: 'user', content: 'hello' }],
  });
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.text, /hello/);
  assert.deepEqual(await gateway.stop(), { code: 0, signal: null });
});
