import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { m } from '../../dashboard/src/messages/index.ts';
import { eventually, type Gateway } from '../support/gateway.ts';
import type { Scope } from '../support/scope.ts';
import { accessibilityFaults, dashboardMissing, openBrowser, openPage, openSignedIn, signIn } from './browser.ts';
import { makeParties, makeTraffic, openStage } from './stage.ts';

/** Pages of which there is no list to be searched. */
const WITHOUT_SEARCH: ReadonlySet<string> = new Set(['/playground', '/routing']);
/** What they show is there before anything is asked for, or stands in the browser. */
const ASKS_NOTHING: ReadonlySet<string> = new Set(['/playground']);
/** The button of each page that makes something, which opens a form. */
const MAKES: Readonly<Record<string, string>> = {
  '/models': m.models.addModel,
  '/keys': m.keys.create,
  '/providers': m.providers.create,
  '/routing': 'Add a fallback',
  '/teams': m.parties.kinds.teams.create,
  '/users': m.parties.kinds.users.create,
  '/organizations': m.parties.kinds.organizations.create,
  '/projects': m.parties.kinds.projects.create,
  '/customers': m.parties.kinds.customers.create,
  '/budgets': m.parties.kinds.budgets.create,
  '/tags': m.parties.kinds.tags.create,
  '/credits/acme': m.credits.grant,
};

suite('what every page does alike', { skip: dashboardMissing() }, () => {
  const stops: (() => void | Promise<void>)[] = [];
  const scope: Scope = { after: (stop) => void stops.unshift(stop) };
  let gateway: Gateway;
  let browser: Browser;
  let page: Page;
  let pages: readonly ListedPage[];
  before(async () => {
    gateway = await openStage(scope);
    await makeTraffic(gateway, 1);
    await makeParties(gateway);
    const grant = { organization_id: 'acme', amount: '5', note: 'To begin with' };
    await gateway.post('/credits/grant', grant, undefined, { 'idempotency-key': 'first' });
    browser = await openBrowser(scope);
    ({ page } = await openSignedIn(browser, gateway, '/models'));
    pages = await listedIn(page);
    assert.ok(pages.length > 15);
  });
  after(async () => {
    for (const stop of stops) await stop();
  });
  const titled = (title: string) => page.getByRole('heading', { level: 1, name: title, exact: true });

  test('every page: its letters, back, the search in the address, a reload, and times with UTC', async (t) => {
    for (const { path, title, letter } of pages) await t.test(path, () => goAbout(path, title, letter));
  });

  async function goAbout(path: string, title: string, letter: string): Promise<void> {
    const [from, fromTitle] = path === '/models' ? ['/keys', m.keys.title] : ['/models', m.models.title];
    await page.goto(`/ui${from}`);
    await titled(fromTitle).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press(letter);
    await titled(title).waitFor();
    assert.equal(new URL(page.url()).pathname.replace(/\/$/, ''), `/ui${path}`.replace(/\/$/, ''));
    await page.goBack();
    await titled(fromTitle).waitFor();
    await page.goForward();
    await titled(title).waitFor();
    await page.waitForLoadState('networkidle');
    assert.deepEqual(await page.evaluate(TIMES_WITHOUT_UTC), []);
    if (WITHOUT_SEARCH.has(path)) return;
    const search = page.getByRole('textbox', { name: 'Search', exact: true }).first();
    await search.waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('zz-nothing');
    await eventually(() => assert.equal(new URL(page.url()).searchParams.get('q'), 'zz-nothing'));
    await page.reload();
    await titled(title).waitFor();
    await search.waitFor();
    assert.equal(await search.inputValue(), 'zz-nothing');
  }

  test('the palette lists every page, and finds keys, teams, users and models by their names', async () => {
    await page.goto('/ui/logs');
    await titled(m.logs.title).waitFor();
    await page.keyboard.press('Control+k');
    const field = page.getByPlaceholder(m.frame.commandsPlaceholder);
    for (const { title } of pages)
      await page.getByRole('dialog').getByRole('button', { name: title }).first().waitFor();
    const leadsTo: Readonly<Record<string, RegExp>> = {
      'night-bat': /\/keys\/.+/,
      Payme: /\/teams\/payments$/,
      'bob@': /\/users\/.+/,
      'harbor-': /\/models\/harbor-1$/,
    };
    for (const [text, address] of Object.entries(leadsTo)) {
      await page.keyboard.press('Control+k');
      await field.fill(text);
      await page.getByRole('dialog').getByRole('button', { name: text }).first().click();
      await page.waitForURL(address);
      await page.keyboard.press('Escape');
    }
  });

  test('what cannot be asked for is told in words, with a way to try again', async () => {
    const { page: broken } = await openPage(browser, gateway);
    await signIn(broken, '/models');
    await broken.route(/^(?!.*\/(?:ui|auth)\/)/, (route) =>
      ['fetch', 'xhr'].includes(route.request().resourceType())
        ? route.fulfill({ status: 400, json: { error: { message: 'the books are closed', type: 'invalid_request' } } })
        : route.continue(),
    );
    for (const { path, title } of pages.filter((each) => !ASKS_NOTHING.has(each.path))) {
      // By a link within the page: who is signed in is known already.
      await broken.evaluate(`history.pushState({}, '', '/ui${path}'); dispatchEvent(new PopStateEvent('popstate'))`);
      await broken.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
      await broken.getByText('the books are closed').first().waitFor({ timeout: 30_000 });
    }
  });

  test('forms, menus and the palette: nothing that axe finds, in both themes', async () => {
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const [path, make] of Object.entries(MAKES)) {
        await page.goto(`/ui${path}`);
        await page.getByRole('button', { name: make, exact: true }).first().click();
        const form = page.getByRole('dialog');
        await form.getByRole('button', { name: 'Cancel' }).waitFor();
        assert.deepEqual(await accessibilityFaults(page), [], `${path}, ${scheme}`);
        await page.keyboard.press('Escape');
        await form.waitFor({ state: 'detached' });
      }
      await page.getByRole('button', { name: /Master key/ }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
      assert.deepEqual(await accessibilityFaults(page), [], `account, ${scheme}`);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+k');
      await page.getByPlaceholder(m.frame.commandsPlaceholder).waitFor();
      assert.deepEqual(await accessibilityFaults(page), [], `palette, ${scheme}`);
      await page.keyboard.press('Escape');
    }
  });
});

type ListedPage = { readonly path: string; readonly title: string; readonly letter: string };

/** As the navigation has them: a new page is looked at without a word here. */
async function listedIn(page: Page): Promise<readonly ListedPage[]> {
  const links = page.getByRole('navigation').getByRole('link');
  await links.first().waitFor();
  const found: ListedPage[] = [];
  for (const link of await links.all()) {
    const path = (await link.getAttribute('href'))?.replace(/^\/ui/, '') ?? '';
    const letter = await link.locator('kbd').textContent();
    found.push({
      path: path === '' ? '/' : path,
      title: (await link.locator('span').textContent()) ?? '',
      letter: letter?.replace('g ', '') ?? '',
    });
  }
  return found;
}

/** Run in the page, therefore text. */
const TIMES_WITHOUT_UTC = `[...document.querySelectorAll('time')]
  .filter(({ title }) => !/ UTC$/.test(title))
  .map(({ outerHTML }) => outerHTML)`;
