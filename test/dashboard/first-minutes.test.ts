import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { eventually, type Gateway, startGateway } from '../support/gateway.ts';
import type { Scope } from '../support/scope.ts';
import { answer, startStream, startUpstream, type UpstreamRequest, write } from '../support/upstream.ts';
import { accessibilityFaults, dashboardMissing, openBrowser, openPage } from './browser.ts';

const PROVIDER_KEY = 'sk-of-the-provider';
const EMAIL = 'ann@example.com';
const PASSWORD = 'correct horse battery staple';
const PICTURES = process.env['TEST_PICTURES'];

/** A provider that takes one key, and says hello. */
async function speak(request: UpstreamRequest): Promise<void> {
  if (request.headers['authorization'] !== `Bearer ${PROVIDER_KEY}`)
    return answer(request, { status: 401, body: '{"error":{"message":"no such key here","type":"auth"}}' });
  const { stream = false } = JSON.parse(request.body) as { stream?: boolean };
  const usage = { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 };
  const head = { id: 'c1', created: 1_764_000_000, model: 'tiny' };
  if (!stream) {
    const choices = [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }];
    return answer(request, { body: JSON.stringify({ ...head, object: 'chat.completion', choices, usage }) });
  }
  const chunk = (choices: unknown, more = {}) =>
    `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices, ...more })}\n\n`;
  startStream(request);
  const { socket } = request;
  await write(socket, chunk([{ index: 0, delta: { content: 'Hello from afar.' }, finish_reason: 'stop' }]));
  await write(socket, `${chunk([], { usage })}data: [DONE]\n\n`);
  socket.end();
}

/** By the link of the first start, as whoever installs it does. */
async function becomeAdministrator(page: Page, gateway: Gateway): Promise<void> {
  const link = await eventually(() => {
    const [, path] = /(\/ui\/setup\?token=\S+)/.exec(gateway.errors()) ?? [];
    assert.ok(path);
    return path;
  });
  await page.goto(link);
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel('A password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Begin' }).click();
}

async function signInAs(page: Page, path: string): Promise<void> {
  await page.goto(`/ui${path}`);
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.locator('input[type=password]').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: `${PICTURES}/first-${name}.png`, fullPage: true });
}

const onOverview = (page: Page) => page.getByRole('heading', { name: 'Overview', exact: true }).waitFor();

async function openEmpty(test: Scope): Promise<Gateway> {
  return startGateway(test, { env: { WAYBILL_PRIVATE_HOSTS: '127.0.0.1' } });
}

test('from a fresh data folder to a call in the log', { skip: dashboardMissing() }, async (t) => {
  const { url } = await startUpstream(t, speak);
  const gateway = await openEmpty(t);
  const browser = await openBrowser(t);
  const { page, complaints } = await openPage(browser, gateway);
  await becomeAdministrator(page, gateway);
  await page.getByRole('heading', { name: 'First steps' }).waitFor();
  assert.equal(new URL(page.url()).pathname, '/ui/start');

  await page.getByLabel('Its API key').fill('sk-mistyped');
  await page.getByLabel('Model').fill('tiny');
  await page.getByLabel('Address').fill(url);
  await page.getByRole('button', { name: 'Test the connection' }).click();
  await page.getByRole('alert').getByText('It answered with status 401.').waitFor();
  await page.getByLabel('Its API key').fill(PROVIDER_KEY);
  await page.getByRole('button', { name: 'Test the connection' }).click();
  await page.getByText(/^It answered within/).waitFor();
  await picture(page, 'provider');
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.getByRole('button', { name: 'Add', exact: true }).click();

  await page.getByRole('button', { name: 'Make a key' }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Make a key' }).click();
  const secret = await page.locator('[data-secret]').innerText();
  await page
    .getByRole('dialog')
    .getByText(/"model": "tiny"/)
    .first()
    .waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  const called = { model: 'tiny', messages: [{ role: 'user', content: 'hi' }] };
  await page.getByRole('dialog').getByRole('button').last().click();
  await page.getByLabel('Message').waitFor();

  const other = await openPage(browser, gateway, { scheme: 'dark', width: 390, height: 844 });
  await signInAs(other.page, '/start');
  await other.page.getByLabel('Message').waitFor();
  await picture(other.page, 'call-phone');
  assert.deepEqual(await accessibilityFaults(other.page), []);

  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('Hello from afar.').waitFor();
  await page.getByText('8 in, 2 out').waitFor();
  await page.getByRole('button', { name: 'See it in the books' }).click();
  await page.getByText(/^Call gen-/).waitFor();
  await picture(page, 'books');
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.getByRole('button', { name: 'Finish' }).click();
  await onOverview(page);
  await page.reload();
  await onOverview(page);
  assert.equal(
    (await gateway.post('/v1/chat/completions', called, secret)).status,
    200,
    'the key that was shown works',
  );
  assert.deepEqual(
    // A call that is not written down yet is asked for again.
    complaints.filter((complaint) => !/status of 404/.test(complaint)),
    [],
  );
});

test('steps are skipped, and who has said no is not led there again, in any browser', {
  skip: dashboardMissing(),
}, async (t) => {
  const gateway = await openEmpty(t);
  const browser = await openBrowser(t);
  const { page } = await openPage(browser, gateway);
  await becomeAdministrator(page, gateway);
  await page.getByRole('button', { name: 'Skip' }).click();
  await page.getByRole('button', { name: 'Make a key' }).waitFor();
  await page.reload();
  await page.getByText('Skipped').waitFor();
  await page.getByRole('button', { name: 'Do it after all' }).click();
  await page.getByLabel('Its API key').waitFor();
  await page.getByRole('button', { name: 'Not now, and not again' }).click();
  await onOverview(page);
  const other = await openPage(browser, gateway);
  await signInAs(other.page, '/');
  await onOverview(other.page);
  await other.page.getByRole('link', { name: 'First steps' }).click();
  await other.page.getByRole('heading', { name: 'First steps' }).waitFor();
});
