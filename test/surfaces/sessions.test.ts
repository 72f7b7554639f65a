import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, startGateway } from '../support/gateway.ts';
import { type SpendRow, spendRows } from '../support/one-upstream.ts';
import { answer, chatAnswer, startUpstream } from '../support/upstream.ts';

test('a session stays where it was answered, and its name is in the request log', async (context) => {
  const upstream = await startUpstream(context, (request) => answer(request, { body: chatAnswer('hi') }));
  const gateway = await startGateway(context, {
    config: `version: 1
credentials:
  up: { provider: openai-compatible, base_url: "${upstream.url}", api_key: k }
models:
  m: { deployments: [up/a, up/b, up/c, up/d] }
`,
  });
  const ask = async (headers: Record<string, string>, more: object = {}) => {
    const messages = [{ role: 'user', content: 'hello' }];
    const { status, text } = await gateway.post(
      '/v1/chat/completions',
      { model: 'm', messages, ...more },
      undefined,
      headers,
    );
    assert.equal(status, 200, text);
    return String(JSON.parse(upstream.requests.at(-1)?.body ?? '{}').model);
  };
  for (const [session, headers, more] of [
    ['one', { 'x-claude-code-session-id': 'one' }, {}],
    ['two', {}, { session_id: 'two' }],
    ['three', { 'session-id': 'three' }, { prompt_cache_key: 'key' }],
  ] as const) {
    const models = new Set<string>();
    for (let turn = 0; turn < 8; turn++) models.add(await ask(headers, more));
    assert.equal(models.size, 1, session);
  }
  const spread = new Set<string>();
  for (let turn = 0; turn < 30; turn++) spread.add(await ask({}));
  assert.ok(spread.size > 1);

  const rows = await eventually(async () => {
    const all: SpendRow[] = await spendRows(gateway);
    assert.equal(all.length, 54);
    return all;
  });
  const sessions = rows.map((row) => row['session_id']);
  for (const session of ['one', 'two', 'three'])
    assert.equal(sessions.filter((each) => each === session).length, 8, session);
  assert.equal(sessions.filter((each) => each === null).length, 30);
});
