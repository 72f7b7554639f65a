import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { accessibilityFaults, dashboardMissing, type Look, openBrowser, openSignedIn } from './browser.ts';
import { makeParties, makeTraffic, openStage } from './stage.ts';

/** Each page with something that stands on it when its data have come. */
const PAGES: Readonly<Record<string, string>> = {
  '/': 'atlas-large',
  '/logs': 'Answered',
  '/models': 'atlas-large',
  '/models/atlas-large': 'p50 · p90 · p99',
  '/models?compare=atlas-large,harbor-1&beside=1': 'Models side by side',
  '/start': 'Done',
  '/playground': 'Nothing said yet',
  '/keys': 'web-shop',
  '/providers': 'north',
  '/providers?provider=openai-compatible': 'p50 · p90 · p99',
  '/routing': 'Strategy and settings',
  '/limits': '6,000 requests a minute',
  '/teams': 'Payments',
  '/teams/payments': 'alice',
  '/users': 'bob@example.com',
  '/organizations': 'Acme',
  '/projects': 'Checkout',
  '/customers': 'Globex',
  '/budgets': 'starter',
  '/tags': 'campaign',
  '/credits/acme': 'Nothing was granted yet',
  '/ledger': 'Live',
  '/sign-on': 'Master key · this browser',
  '/settings': 'What runs',
  '/audit': 'team.create',
  '/audit/1': 'What was made',
};

const LOOKS: Readonly<Record<string, Look>> = {
  light: { scheme: 'light' },
  dark: { scheme: 'dark' },
  phone: { scheme: 'light', width: 390, height: 844 },
};

/** Where pictures of every page are left for people to look at; nowhere unless it is said. */
const PICTURES = process.env['TEST_PICTURES'];

test('every page: nothing that axe finds, no complaint, nothing wider than the window', {
  skip: dashboardMissing(),
}, async (t) => {
  const gateway = await openStage(t);
  await makeTraffic(gateway, 4);
  await makeParties(gateway);
  const browser = await openBrowser(t);
  for (const [look, how] of Object.entries(LOOKS)) {
    const { page, complaints } = await openSignedIn(browser, gateway, '/models', how);
    for (const [path, sign] of Object.entries(PAGES)) {
      await t.test(`${path}, ${look}`, async (each: TestContext) => {
        await page.goto(`/ui${path}`);
        await page.getByText(sign, { exact: true }).first().waitFor();
        if (PICTURES !== undefined) {
          mkdirSync(PICTURES, { recursive: true });
          await page.screenshot({ path: `${PICTURES}/${path.replaceAll('/', '') || 'overview'}-${look}.png` });
        }
        assert.deepEqual(await accessibilityFaults(page), []);
        const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
        assert.ok(overflow <= 0, `${overflow} pixels beyond the window`);
        const [tables, saved] = [page.getByRole('table'), page.getByRole('button', { name: 'Save as CSV' })];
        assert.ok((await saved.count()) >= (await tables.count()), 'each table can be saved');
        assert.deepEqual(complaints.splice(0), []);
        assert.equal(await page.evaluate("'hurt' in window"), false, 'what a model said was run');
        each.diagnostic(await page.title());
      });
    }
  }
});
