import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { eventually, type Gateway, startGateway } from '../support/gateway.ts';
import type { Scope } from '../support/scope.ts';
import { answer, startStream, startUpstream, type UpstreamRequest, write } from '../support/upstream.ts';
import { accessibilityFaults, dashboardMissing, openBrowser, openPage, openSignedIn, signIn } from './browser.ts';
import { HOSTILE } from './stage.ts';

const REFUSAL = 'the moon is in the way of this request';
const PICTURES = process.env['TEST_PICTURES'];
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

type Asked = {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly temperature?: number;
};

type Playground = { readonly gateway: Gateway; readonly asked: Asked[] };

/** A provider of models that each do one thing: talk, go on without an end, call a tool, refuse. */
async function openPlayground(test: Scope): Promise<Playground> {
  const asked: Asked[] = [];
  const { url } = await startUpstream(test, async (request) => {
    const body = JSON.parse(request.body) as Asked;
    asked.push(body);
    await speak(request, body);
  });
  const model = (name: string): string =>
    `  ${name}: { deployments: [{ use: north/${name}, price: { input: 3, output: 15 } }] }\n`;
  const config = `version: 1
credentials:
  north: { provider: openai-compatible, base_url: "${url}", api_key: sk-north-secret }
models:
${['talker', 'other', 'endless', 'tooler', 'refuser'].map(model).join('')}routing: { retries: 0 }
`;
  return { gateway: await startGateway(test, { config }), asked };
}

async function speak(request: UpstreamRequest, { model, messages }: Asked): Promise<void> {
  if (model === 'refuser') {
    const body = JSON.stringify({ error: { message: REFUSAL, type: 'invalid_request_error' } });
    return answer(request, { status: 400, body });
  }
  const { socket } = request;
  const send = (choices: unknown, more = {}) =>
    write(socket, `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', choices, ...more })}\n\n`);
  const say = (delta: unknown) => send([{ index: 0, delta, finish_reason: null }]);
  startStream(request);
  // Goes on until whoever reads it hangs up.
  if (model === 'endless') return void (await say({ content: 'without an end' }));
  const last = messages.at(-1);
  if (model === 'tooler' && last?.role === 'user') {
    const call = (given: string, head = {}) =>
      say({ tool_calls: [{ index: 0, ...head, function: { arguments: given } }] });
    await say({
      tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'weather', arguments: '' } }],
    });
    await call('{"city":');
    await call('"Oslo"}');
    await send([{ index: 0, delta: {}, finish_reason: 'tool_calls' }]);
  } else {
    await say({ reasoning_content: 'quietly considered' });
    for (const content of [`${model} heard `, JSON.stringify(last?.content), ` ${HOSTILE}\n`, '```js\nlet a\n```\n'])
      await say({ content });
    await send([{ index: 0, delta: {}, finish_reason: 'stop' }]);
  }
  await send([], { usage: { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 } });
  await write(socket, 'data: [DONE]\n\n');
  socket.end();
}

async function choose(page: Page, ...models: readonly string[]): Promise<void> {
  await page.getByLabel('Models, side by side').first().click();
  for (const model of models) await page.getByRole('option', { name: model, exact: true }).click();
  await page.keyboard.press('Escape');
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).last().fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: `${PICTURES}/playground-${name}.png` });
}

const answerOf = (page: Page, model: string) => page.getByRole('region', { name: `Answer of ${model}` });

test('the playground', { skip: dashboardMissing() }, async (t) => {
  const { gateway, asked } = await openPlayground(t);
  const browser = await openBrowser(t);

  await t.test('two models answer side by side; their words are text; what they took and cost is told', async () => {
    const { page, complaints } = await openSignedIn(browser, gateway, '/playground?model=talker');
    await choose(page, 'other');
    await page.getByLabel('System prompt').fill('Be brief.');
    await page.getByLabel('Temperature').fill('warm');
    await page.getByText('A number such as 0.7').waitFor();
    await page.getByLabel('Temperature').fill('0.25');
    await say(page, 'hello there');
    for (const model of ['talker', 'other']) {
      const said = answerOf(page, model);
      await said.getByText(`${model} heard "hello there"`).waitFor();
      await said.getByText('<script>window.hurt=1</script>').waitFor();
      await said.getByText('1,000 in, 100 out').waitFor();
      // 1000 tokens of $3 and 100 of $15 a million.
      await said.getByText('$0.0045').waitFor();
      await said.getByText(/^gen-/).waitFor();
      assert.equal(await said.getByText('quietly considered').isVisible(), false);
      assert.equal(await said.locator('pre').innerText(), 'let a\n');
    }
    assert.equal(await page.evaluate("'hurt' in window"), false);
    assert.deepEqual(asked[0]?.messages, [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'hello there' },
    ]);
    assert.equal(asked[0]?.temperature, 0.25);
    await answerOf(page, 'talker').getByText('Reasoning').click();
    await answerOf(page, 'talker').getByText('quietly considered').waitFor();
    await picture(page, 'two-light');
    assert.deepEqual(await accessibilityFaults(page), []);

    await page.getByRole('button', { name: 'Code' }).click();
    await page.getByText('$WAYBILL_KEY').first().waitFor();
    assert.match(await page.getByRole('dialog').innerText(), /"content": "hello there"[\s\S]*"temperature": 0.25/);
    await picture(page, 'code');
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.keyboard.press('Escape');

    await eventually(async () => {
      const kept = await page.evaluate<string | null>("localStorage.getItem('waybill.playground.master')");
      assert.match(kept ?? '', /1100|1000/);
    });
    await page.reload();
    await answerOf(page, 'other').getByText('other heard "hello there"').waitFor();
    await page.getByRole('button', { name: 'Edit this message' }).click();
    await page.getByRole('textbox', { name: 'Message' }).first().fill('said otherwise');
    await page.getByRole('button', { name: 'Send again' }).click();
    await answerOf(page, 'other').getByText('other heard "said otherwise"').waitFor();
    assert.deepEqual(
      // A call that is not written down yet is asked for again.
      complaints.filter((complaint) => !/status of 404/.test(complaint)),
      [],
    );
  });

  await t.test('an answer without an end is stopped', async () => {
    const { page } = await openSignedIn(browser, gateway, '/playground?model=endless', { scheme: 'dark' });
    await say(page, 'go on');
    await answerOf(page, 'endless').getByText('without an end').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await answerOf(page, 'endless').getByText('Stopped').waitFor();
    await picture(page, 'stopped-dark');
    assert.deepEqual(await accessibilityFaults(page), []);
  });

  await t.test('a tool that a model calls is answered by the person', async () => {
    const { page } = await openSignedIn(browser, gateway, '/playground?model=tooler', { width: 390, height: 844 });
    await say(page, 'how is the weather?');
    await answerOf(page, 'tooler').getByText('{"city":"Oslo"}').waitFor();
    await page.getByLabel('Result of weather').fill('rain');
    await picture(page, 'tools-phone');
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.getByRole('button', { name: 'Send the results' }).click();
    await answerOf(page, 'tooler').getByText('tooler heard "rain"').waitFor();
    assert.deepEqual(asked.at(-1)?.messages.slice(1), [
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'rain' },
    ]);
  });

  await t.test('what a provider refuses is told in its words, and a picture goes along', async () => {
    const { page } = await openSignedIn(browser, gateway, '/playground?model=refuser');
    await page.locator('input[type=file]').setInputFiles({ name: 'dot.png', mimeType: 'image/png', buffer: PIXEL });
    await page.getByRole('img', { name: 'Picture 1' }).waitFor();
    await say(page, 'look');
    await answerOf(page, 'refuser').getByRole('alert').getByText(REFUSAL).waitFor();
    assert.deepEqual(asked.at(-1)?.messages.at(-1)?.content, [
      { type: 'text', text: 'look' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL.toString('base64')}` } },
    ]);
  });

  await t.test('the key of the page lasts an hour', async () => {
    const { text } = await gateway.get('/key/list?return_full_object=true&size=100');
    const { keys } = JSON.parse(text) as { keys: { key_alias: string; expires: string; created_at: string }[] };
    const made = keys.filter(({ key_alias: alias }) => alias.startsWith('playground-'));
    assert.ok(made.length > 0);
    for (const { expires, created_at: createdAt } of made)
      assert.equal(Math.round((Date.parse(expires) - Date.parse(createdAt)) / 60_000), 60);
  });

  await t.test('of a logged call the model is taken over', async () => {
    const { text } = await gateway.get('/reports/logs?limit=1&model=other');
    const [call] = (JSON.parse(text) as { data: { id: string }[] }).data;
    const { page } = await openPage(browser, gateway);
    await signIn(page, `/playground?from=${call?.id}`);
    await page.getByText('other', { exact: true }).first().waitFor();
    await say(page, 'again');
    await answerOf(page, 'other').getByText('other heard "again"').waitFor();
  });

  // With an administrator there, the way in asks for a password first: this one comes last.
  await t.test("the call of a person is that person's", async () => {
    const mia = { user_id: 'mia', user_email: 'mia@example.com', user_role: 'proxy_admin', auto_create_key: false };
    await gateway.post('/user/new', mia);
    const { text } = await gateway.post('/invitation/new', { user_id: 'mia' });
    const { page } = await openPage(browser, gateway);
    await page.goto((JSON.parse(text) as { invitation_link: string }).invitation_link);
    await page.getByLabel('A password').fill('correct horse battery staple');
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.getByRole('link', { name: 'Playground', exact: true }).click();
    await page.getByText('talker', { exact: true }).first().waitFor();
    await say(page, 'as mia');
    await page.getByText('heard "as mia"').first().waitFor();
    await eventually(async () => {
      const logged = await gateway.get('/reports/logs?limit=1&user=mia');
      assert.match(logged.text, /"key_alias":"playground-/);
    });
  });
});
