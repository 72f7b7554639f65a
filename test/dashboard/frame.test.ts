import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { type Gateway, startGateway } from '../support/gateway.ts';
import type { Scope } from '../support/scope.ts';
import { dashboardMissing, openBrowser, openPage, openSignedIn, signIn } from './browser.ts';

/** What the requirement allows; what is loaded later is not counted. */
const MOST_SCRIPT_BYTES = 300_000;

/** More is felt (https://web.dev/articles/cls). Long tasks and times are measured by `npm run bench:dashboard`. */
const MOST_LAYOUT_SHIFT = 0.1;

suite('the frame of the dashboard', { skip: dashboardMissing() }, () => {
  const stops: (() => void | Promise<void>)[] = [];
  const scope: Scope = { after: (stop) => void stops.unshift(stop) };
  let gateway: Gateway;
  let browser: Browser;
  before(async () => {
    [gateway, browser] = await Promise.all([startGateway(scope), openBrowser(scope)]);
  });
  after(async () => {
    for (const stop of stops) await stop();
  });

  test('the first page needs little script, all of it ours and compressed', async (t) => {
    const { page, complaints } = await openPage(browser, gateway);
    let bytes = 0;
    const codings = new Set<string>();
    page.on('response', (response) => {
      if (!response.url().endsWith('.js')) return;
      codings.add(response.headers()['content-encoding'] ?? 'none');
      bytes += Number(response.headers()['content-length'] ?? Number.NaN);
      if (!response.url().startsWith(gateway.url)) complaints.push(`a script from elsewhere: ${response.url()}`);
    });
    await signIn(page, '/');
    await page.waitForLoadState('networkidle');
    t.diagnostic(`${bytes} bytes of script`);
    assert.ok(bytes > 0 && bytes < MOST_SCRIPT_BYTES, `${bytes} bytes of script`);
    assert.deepEqual(
      [...codings].filter((coding) => coding !== 'br' && coding !== 'gzip'),
      [],
    );
    assert.deepEqual(complaints, []);
  });

  test('nothing moves while the first page comes', async (t) => {
    const { page } = await openSignedIn(browser, gateway, '/');
    await page.addInitScript(`
      globalThis.shifted = 0;
      new PerformanceObserver((list) => {
        for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) shifted += value;
      }).observe({ type: 'layout-shift', buffered: true });
    `);
    await page.reload();
    await page.getByRole('heading', { name: 'Overview', exact: true }).waitFor();
    await page.waitForLoadState('networkidle');
    const shifted = await page.evaluate<number>('shifted');
    t.diagnostic(`layout shift ${shifted}`);
    assert.ok(shifted < MOST_LAYOUT_SHIFT, `layout shift ${shifted}`);
  });

  test('a wrong key is told, what was asked for comes after the right one, and signing out ends it', async () => {
    const { page } = await openPage(browser, gateway);
    await page.goto('/ui/models?q=nothing-like-it');
    await page.getByLabel('Master key').fill('sk-not-the-master-key-at-all');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    await signIn(page, '/models?q=nothing-like-it');
    await page.getByText('Nothing matches.').waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'Search' }).inputValue(), 'nothing-like-it');
    await page.getByRole('button', { name: /Master key/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    assert.equal(new URL(page.url()).pathname, '/ui/models');
  });

  test('a session that ends shows the way in at the same address', async () => {
    const { page, context } = await openSignedIn(browser, gateway, '/keys');
    await page.getByRole('heading', { name: 'Keys', exact: true }).waitFor();
    await context.clearCookies();
    await page.getByRole('button', { name: 'Create a key' }).first().click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    assert.equal(new URL(page.url()).pathname, '/ui/keys');
  });

  test('the keyboard goes everywhere', async () => {
    const { page } = await openSignedIn(browser, gateway, '/keys');
    await page.getByRole('heading', { name: 'Keys', exact: true }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    await page.getByRole('heading', { name: 'Models', exact: true }).waitFor();
    await page.getByRole('textbox', { name: 'Search' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('gkx');
    assert.match(page.url(), /\/models/, 'what is typed into a search goes nowhere');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Go to a page').fill('Keys');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Keys', exact: true }).waitFor();
  });

  test('a browser at the front door is shown in, a program is not', async () => {
    const { page } = await openPage(browser, gateway);
    await page.goto('/');
    assert.equal(new URL(page.url()).pathname, '/ui/');
    assert.equal((await gateway.get('/', '')).status, 200);
  });

  test('an address without a page says so', async () => {
    const { page } = await openSignedIn(browser, gateway, '/no/such/page');
    await page.getByText('There is no page at this address.').waitFor();
  });
});
