import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { eventually } from '../support/gateway.ts';
import { dashboardMissing, openBrowser, openSignedIn } from './browser.ts';
import { lookAt } from './look-at.ts';
import { HOSTILE, makeParties, makeTraffic, openStage } from './stage.ts';

/** Ways to have text run as a script, by the place where it would be read as something else. */
const PAYLOADS: readonly string[] = [
  ...['script', 'SCRIPT', 'script/x', 'svg><script'].map((tag) => `<${tag}>window.hurt=1</script>`),
  ...['img src=x', 'image src=x', 'video src=x', 'audio src=x', 'input type=image src=x', 'object data=x'].map(
    (tag) => `<${tag} onerror=window.hurt=1>`,
  ),
  ...['svg', 'body', 'style', 'iframe', 'link rel=stylesheet href=/ui/favicon.svg', 'embed src=/ui/favicon.svg'].map(
    (tag) => `<${tag} onload=window.hurt=1>`,
  ),
  ...['input autofocus', 'textarea autofocus', 'select autofocus', 'button autofocus', 'a href=# tabindex=1'].map(
    (tag) => `<${tag} onfocus=window.hurt=1>`,
  ),
  ...['details open ontoggle', 'marquee onstart', 'div onpointerover', 'p onclick', 'b onmousemove'].map(
    (tag) => `<${tag}=window.hurt=1>text`,
  ),
  ...['javascript:', 'JaVaScRiPt:', 'java\tscript:', '\u0001javascript:', 'data:text/html,'].map(
    (scheme) => `<a href="${scheme}window.hurt=1">text</a>`,
  ),
  ...['"', "'", '`', '">', "'>", '`>', '-->', '*/', ']]>', '</title>', '</textarea>', '</style>', '</template>'].map(
    (end) => `${end}<img src=x onerror=window.hurt=1>`,
  ),
  '{{constructor.constructor("window.hurt=1")()}}',
  '${window.hurt=1}',
  '#{window.hurt=1}',
  '<%= window.hurt=1 %>',
  '<math><mtext><style><img src=x onerror=window.hurt=1>',
  '<form><button formaction=javascript:window.hurt=1>text',
  '<svg><animate onbegin=window.hurt=1 attributeName=x>',
  '<meta http-equiv=refresh content="0;url=javascript:window.hurt=1">',
  '<base href=//example.invalid/>',
  '&lt;script&gt;window.hurt=1&lt;/script&gt;',
  '\u202e<img src=x onerror=window.hurt=1>',
];

const KEEPING = 'defaults: { request_log: { prompts: full } }\n';

test('a call is found by filter and id, and says where it went, what failed before, and what came of it', {
  skip: dashboardMissing(),
}, async (t) => {
  const gateway = await openStage(t);
  await makeTraffic(gateway, 1);
  const key = await gateway.createKey({ key_alias: 'talks' });
  for (const content of ['one', 'two']) {
    await gateway.post(
      '/v1/chat/completions',
      { model: 'atlas-large', session_id: 'talk-1', messages: [{ role: 'user', content }] },
      key,
    );
  }
  const { page, complaints } = await openSignedIn(await openBrowser(t), gateway, '/logs');
  const table = page.getByRole('table', { name: 'Logs' });
  const rows = table.locator('tbody tr[aria-rowindex]');
  await eventually(async () => {
    await page.reload();
    await rows.first().waitFor();
    assert.equal(await rows.count(), 8);
  });

  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByLabel('Model', { exact: true }).fill('harbor-1');
  await page.getByRole('button', { name: 'Apply' }).click();
  await eventually(async () => assert.equal(await rows.count(), 2));
  assert.match(page.url(), /model=harbor-1/);
  await page.getByRole('button', { name: 'Without Model: harbor-1' }).click();
  await eventually(async () => assert.equal(await rows.count(), 8));

  await page.goto('/ui/logs?session=talk-1');
  await eventually(async () => assert.equal(await rows.count(), 2));
  await rows.first().focus();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  const sheet = page.getByRole('dialog');
  await sheet.getByText('overloaded').first().waitFor();
  await sheet.getByText('1. south/atlas-large').waitFor();
  await sheet.getByText('2. north/atlas-large').waitFor();
  await sheet.getByRole('heading', { name: 'Why there' }).waitFor();
  await sheet.getByText('this call').waitFor();
  const here = page.url();
  await lookAt(page, 'logs-call');
  await sheet
    .getByRole('region', { name: 'The same session' })
    .getByRole('button', { name: /Answered/ })
    .click();
  await eventually(() => assert.notEqual(page.url(), here));
  await page.keyboard.press('Escape');
  await eventually(() => assert.match(page.url(), /\/ui\/logs\?session=talk-1/));
  assert.deepEqual(complaints, []);
});

test('whatever has calls leads to them: a row of Overview, a model, a key, a team, a call to the playground', {
  skip: dashboardMissing(),
}, async (t) => {
  const gateway = await openStage(t);
  await makeParties(gateway);
  await makeTraffic(gateway, 1);
  const key = await gateway.createKey({ key_alias: 'of-payments', team_id: 'payments' });
  await gateway.post('/v1/chat/completions', { model: 'harbor-1', messages: [{ role: 'user', content: 'x' }] }, key);
  const { page, complaints } = await openSignedIn(await openBrowser(t), gateway, '/logs');
  const rows = page.getByRole('table', { name: 'Logs' }).locator('tbody tr[aria-rowindex]');
  await eventually(async () => {
    await page.reload();
    await rows.first().waitFor();
    assert.equal(await rows.count(), 7);
  });
  const follow = async (path: string, link: string, calls: number, address: RegExp): Promise<void> => {
    await page.goto(`/ui${path}`);
    await page.getByRole('link', { name: link, exact: true }).click();
    await page.getByRole('heading', { name: 'Logs', exact: true }).waitFor();
    await eventually(async () => assert.equal(await rows.count(), calls, link));
    assert.match(page.url(), address);
  };
  await follow('/?by=model', 'harbor-1', 3, /range=7d&model=harbor-1/);
  await follow('/?by=key', 'of-payments', 1, /key=/);
  await follow('/?by=team', 'Payments', 1, /team=payments/);
  await follow('/?by=provider', 'openai-compatible', 6, /provider=openai-compatible/);
  await follow('/', 'model_access_denied', 1, /error_code=model_access_denied/);
  await follow('/models', 'Calls of atlas-mini', 2, /model=atlas-mini/);
  await follow('/models/atlas-mini', 'Calls', 2, /model=atlas-mini/);
  await follow('/keys', 'Calls of web-shop', 3, /key=/);
  await follow('/teams', 'Calls of Payments', 1, /team=payments/);
  await follow('/users', 'Calls of bob@example.com', 0, /user=/);

  await page.goto('/ui/keys');
  await page.getByRole('img', { name: '3 calls in 14 days' }).first().waitFor();
  await lookAt(page, 'keys-usage');
  await page.goto('/ui/teams/payments');
  await page.getByRole('dialog').getByRole('link', { name: 'Keys', exact: true }).click();
  await page.getByRole('cell', { name: 'of-payments', exact: true }).waitFor();
  const keys = page.getByRole('table', { name: 'Keys' }).locator('tbody tr[aria-rowindex]');
  await eventually(async () => assert.equal(await keys.count(), 1));

  await page.goto('/ui/logs?model=harbor-1');
  await rows.first().click();
  await page.getByRole('link', { name: 'Replay in the playground' }).click();
  await page.getByText('As the call of harbor-1').waitFor();
  await lookAt(page, 'playground-replay');
  assert.deepEqual(complaints, []);
});

test('saved is all that was asked for, not only what was scrolled to, and no name becomes a formula', {
  skip: dashboardMissing(),
}, async (t) => {
  const gateway = await openStage(t);
  const body = { model: 'nobody-has-it', user: '=HYPERLINK("http://x")', messages: [{ role: 'user', content: 'x' }] };
  const calls = 230;
  await Promise.all(Array.from({ length: calls }, () => gateway.post('/v1/chat/completions', body)));
  const { page, complaints } = await openSignedIn(await openBrowser(t), gateway, '/logs?cols=model,customer');
  await eventually(async () => {
    await page.reload();
    const count = page.getByRole('status').filter({ hasText: 'of' }).first();
    assert.equal(await count.textContent(), `200 of ${calls} rows`);
  });
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as CSV' }).click();
  const download = await saved;
  assert.equal(download.suggestedFilename(), 'logs.csv');
  const [header, ...lines] = readFileSync(await download.path(), 'utf8').split('\r\n');
  assert.equal(header, 'Model,Customer');
  assert.equal(lines.length, calls);
  assert.equal(new Set(lines).size, 1);
  assert.equal(lines[0], `nobody-has-it,"'=HYPERLINK(""http://x"")"`);
  assert.deepEqual(complaints, []);
});

test('while it is live, a new call comes by itself', { skip: dashboardMissing() }, async (t) => {
  const gateway = await openStage(t);
  const key = await gateway.createKey({ key_alias: 'late' });
  const { page, complaints } = await openSignedIn(await openBrowser(t), gateway, '/logs');
  await page.getByText('No call in this time').waitFor();
  await page.getByRole('switch', { name: 'Live' }).check({ force: true });
  await eventually(() => assert.match(page.url(), /live=1/));
  await gateway.post('/v1/chat/completions', { model: 'harbor-1', messages: [{ role: 'user', content: 'now' }] }, key);
  await page.getByRole('cell', { name: 'harbor-1' }).waitFor();
  assert.deepEqual(complaints, []);
});

test('fifty ways to be run as a script stay text in every field that a caller names', {
  skip: dashboardMissing(),
}, async (t) => {
  assert.ok(PAYLOADS.length >= 50);
  const gateway = await openStage(t, {}, KEEPING);
  const key = await gateway.createKey({ key_alias: HOSTILE });
  for (const payload of PAYLOADS) {
    const body = {
      model: 'harbor-1',
      user: payload,
      session_id: payload,
      metadata: { tags: [payload.replaceAll(',', ' ')] },
      tools: [{ type: 'function', function: { name: payload, description: payload, parameters: {} } }],
      stop: payload,
      messages: [
        { role: payload, content: payload },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: payload, function: { name: payload, arguments: payload } }],
        },
        { role: 'user', content: [{ type: 'image_url', image_url: { url: payload } }, { type: payload }] },
      ],
    };
    await gateway.post('/v1/chat/completions', body, key);
    await gateway.post('/v1/chat/completions', { ...body, model: payload }, key);
  }
  const { page, complaints } = await openSignedIn(
    await openBrowser(t),
    gateway,
    '/logs?cols=model,key,customer,session,tags,error_code',
    { width: 1280, height: 3_000 },
  );
  const rows = page.getByRole('table', { name: 'Logs' }).locator('tbody tr[aria-rowindex]');
  await eventually(async () => {
    await page.reload();
    await rows.first().waitFor();
    assert.ok((await page.getByRole('status').first().textContent())?.includes(String(2 * PAYLOADS.length)));
  });
  // What is opened differs by its place in the list only: every payload stood in the table already.
  for (const id of (await idsOf(gateway)).filter((_, index) => index % 9 === 0)) {
    await page.goto(`/ui/logs/${id}`);
    await page.getByRole('dialog').getByRole('heading', { name: 'Attempts' }).waitFor();
    for (const tab of ['Request', 'Answer']) {
      await page.getByRole('tab', { name: tab }).click();
      await page
        .getByRole('dialog')
        .getByText(/^(?:Whole|Nobody answered)$/)
        .waitFor();
      for (const view of await page.getByRole('dialog').locator('summary').all()) await view.click();
    }
    assert.equal(await page.evaluate("'hurt' in window"), false, `call ${id}`);
    assert.equal(await page.locator('[role=dialog] img, [role=dialog] iframe, [role=dialog] embed').count(), 0);
  }
  assert.equal(await page.locator('main img, main iframe, main object, main embed').count(), 0);
  assert.deepEqual(complaints, []);
});

async function idsOf(gateway: { get(path: string): Promise<{ text: string }> }): Promise<readonly string[]> {
  const { text } = await gateway.get('/reports/logs?limit=1000');
  return (JSON.parse(text) as { data: readonly { id: string }[] }).data.map(({ id }) => id);
}

test('what a call said and was answered is read in its tabs, whole in the playground, and told where it is not kept', {
  skip: dashboardMissing(),
}, async (t) => {
  const gateway = await openStage(t, {}, KEEPING);
  const parameters = { type: 'object', properties: { city: { type: 'string' } } };
  const asked = {
    model: 'harbor-1',
    temperature: 0.2,
    tools: [{ type: 'function', function: { name: 'weather', description: 'Of a city, now.', parameters } }],
    messages: [
      { role: 'system', content: 'Answer as a sailor would, in two sentences.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is the weather in Oslo, and where is this?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'Rain, 6 degrees.' },
    ],
  };
  const idOf = async (more: object = {}): Promise<string> => {
    const { headers } = await gateway.post('/v1/chat/completions', { ...asked, ...more });
    return headers.get('x-generation-id') ?? '';
  };
  const [kept, secret] = [await idOf({ stream: true }), await idOf({ 'no-log': true })];
  const { page, complaints } = await openSignedIn(await openBrowser(t), gateway, `/logs/${kept}`);
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('tab', { name: 'Request' }).click();
  await sheet.getByText('Answer as a sailor would').waitFor();
  await sheet.getByText('Picture, not shown').waitFor();
  await sheet.getByText('Calls weather').waitFor();
  await sheet.getByText('Rain, 6 degrees.').waitFor();
  await sheet.getByRole('region', { name: 'Parameters' }).getByText('0.2').waitFor();
  await sheet.getByRole('region', { name: 'Tools' }).getByText('weather').click();
  await lookAt(page, 'logs-request');
  await sheet.getByText('JSON', { exact: true }).click();
  await sheet.getByText('"temperature": 0.2').waitFor();
  await lookAt(page, 'logs-request-json');
  await sheet.getByRole('tab', { name: 'Answer' }).click();
  await sheet.getByText('Assistant').waitFor();
  await lookAt(page, 'logs-answer');

  await page.goto(`/ui/logs/${secret}`);
  await sheet.getByRole('tab', { name: 'Request' }).click();
  await sheet.getByText('Of this call nothing is kept').waitFor();

  await page.goto(`/ui/playground?from=${kept}`);
  await page.getByText('Its system prompt, messages, tools and parameters are here').waitFor();
  await page.getByText('What is the weather in Oslo').waitFor();
  assert.equal(await page.getByLabel('System prompt').inputValue(), 'Answer as a sailor would, in two sentences.');
  await lookAt(page, 'playground-replay-whole');
  assert.deepEqual(complaints, []);
});

test('where nothing is kept the page says so, and how it would be', { skip: dashboardMissing() }, async (t) => {
  const gateway = await openStage(t);
  const body = { model: 'harbor-1', messages: [{ role: 'user', content: 'x' }] };
  const { headers } = await gateway.post('/v1/chat/completions', body);
  const id = headers.get('x-generation-id') ?? '';
  const { page, complaints } = await openSignedIn(await openBrowser(t), gateway, `/logs/${id}`);
  await page.getByRole('tab', { name: 'Answer' }).click();
  await page.getByText('What calls say is not kept').waitFor();
  await lookAt(page, 'logs-not-kept');
  assert.deepEqual(complaints, []);
});
