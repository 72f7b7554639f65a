import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { MASTER_KEY, runCommand } from '../support/gateway.ts';
import { chatBody, gatewayAndUpstream } from '../support/one-upstream.ts';
import { answer, chatAnswer, chatChunk, DONE } from '../support/upstream.ts';

const UPSTREAM_KEY = 'sk-upstream-secret';
const SECRET_KEY = 'canary-secret-key-5f1e9b7a';
const FOREIGN = 'sk-canary-foreign-2c4d6e8f';
const PROMPT = 'canary-prompt-9a8b7c6d';
const ANSWER = 'canary-answer-1f2e3d4c';
const UPSTREAM_WORDS = 'canary-upstream-words-7e6d5c4b';

test('no secret, prompt or answer is in a log, the books, a metric, an error or another answer', async (context) => {
  let turn = 0;
  const { gateway } = await gatewayAndUpstream(
    context,
    async (request) => {
      turn++;
      if (turn === 1) return answer(request, { body: chatAnswer(ANSWER) });
      if (turn === 2) return answer(request, { type: 'text/event-stream', body: chatChunk(ANSWER) + DONE });
      if (turn === 3) return answer(request, { status: 401, body: `{"error":{"message":"${UPSTREAM_WORDS}"}}` });
      if (turn === 4) return answer(request, { body: `${ANSWER} is no JSON` });
      return void request.socket.destroy();
    },
    { env: { WAYBILL_SECRET_KEY: SECRET_KEY, LOG_LEVEL: 'debug' } },
  );
  const virtual = await gateway.createKey({ key_alias: 'canary', max_budget: 100 });
  const body = (stream: boolean): string => chatBody({ stream, messages: [{ role: 'user', content: PROMPT }] });
  const said: string[] = [];
  for (const stream of [false, true, false, false, true]) {
    const { status, text } = await gateway.post('/v1/chat/completions', body(stream), virtual, {
      'x-api-key': FOREIGN,
    });
    if (status !== 200) said.push(text);
  }
  assert.equal(said.length, 3);
  for (const refused of [
    await gateway.post('/v1/chat/completions', body(false), FOREIGN),
    await gateway.post('/v1/chat/completions', body(false).replace('"messages"', '"messages" oops'), virtual),
    await gateway.post(
      '/v1/chat/completions',
      chatBody({ model: 'unknown', messages: [{ role: 'user', content: PROMPT }] }),
      virtual,
    ),
    await gateway.post('/key/generate', { key: virtual }),
    await gateway.post('/key/generate', { max_budget: PROMPT }),
  ]) {
    assert.ok(refused.status >= 400, refused.text);
    said.push(refused.text);
  }
  for (const path of ['/spend/logs', '/key/list?return_full_object=true', '/metrics', '/health', '/v1/models']) {
    const { status, text } = await gateway.get(path);
    assert.equal(status, 200, `${path}: ${text}`);
    said.push(text);
  }
  const checked = await runCommand(context, {
    data: gateway.data,
    args: ['check', '--json'],
    env: { WAYBILL_CONFIG: gateway.configFile ?? '', WAYBILL_SECRET_KEY: SECRET_KEY },
  });
  assert.equal(checked.code, 0, checked.errors);
  said.push(checked.output, checked.errors);
  const whileRunning = filesIn(gateway.data);
  assert.deepEqual(await gateway.stop(), { code: 0, signal: null });

  const places: Readonly<Record<string, string>> = {
    'the answers': said.join('\n'),
    'the log': gateway.errors() + gateway.output(),
    ...whileRunning,
    ...filesIn(gateway.data),
  };
  assert.ok(Object.keys(whileRunning).length > 2, 'there is a data folder to look into');
  assert.match(Object.values(places).join('\n'), /"canary"/, 'what is no secret is found, so a secret would be');
  const secrets = { UPSTREAM_KEY, SECRET_KEY, FOREIGN, PROMPT, ANSWER, UPSTREAM_WORDS, MASTER_KEY, virtual };
  for (const [place, text] of Object.entries(places)) {
    for (const [name, secret] of Object.entries(secrets)) {
      assert.ok(!text.includes(secret), `${name} is in ${place}`);
    }
  }
});

function filesIn(folder: string): Readonly<Record<string, string>> {
  const files = globSync('**/*', { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), 'latin1')]),
  );
}
