import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { dashboardMissing, openBrowser, openSignedIn } from './browser.ts';
import { makeParties, openStage } from './stage.ts';

/** What a table within something else saves: where it stands, and lines that are in it. */
const SHEETS: Readonly<Record<string, readonly string[]>> = {
  '/teams/payments': ['Member,Role', 'alice,Admin'],
  '/audit/1': ['Field,After', 'alias,Acme'],
  '/models?compare=atlas-large,harbor-1&beside=1': [
    'What,atlas-large,harbor-1',
    'Context,200000,1000000',
    'Input,3,0.075',
  ],
};

test('a table in a sheet is saved as any other', { skip: dashboardMissing() }, async (t) => {
  const gateway = await openStage(t);
  await makeParties(gateway);
  const { page, complaints } = await openSignedIn(await openBrowser(t), gateway, '/models');
  for (const [path, lines] of Object.entries(SHEETS)) {
    await t.test(path, async () => {
      await page.goto(`/ui${path}`);
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('table').waitFor();
      const saved = await savedFrom(page, dialog);
      assert.deepEqual(
        lines.filter((line) => !saved.includes(line)),
        [],
        saved.join('\n'),
      );
    });
  }
  assert.deepEqual(complaints, []);
});

test('a plan is saved with what it would be otherwise', { skip: dashboardMissing() }, async (t) => {
  const gateway = await openStage(t);
  const { page } = await openSignedIn(await openBrowser(t), gateway, '/routing');
  await page.locator('form').getByLabel('Model').first().click();
  await page.getByRole('option', { name: 'harbor-1', exact: true }).click();
  await page.getByRole('button', { name: 'Explain', exact: true }).click();
  const plan = page.getByRole('region', { name: 'The plan as it is' });
  await plan.getByRole('table').waitFor();
  const [head = '', first = ''] = await savedFrom(page, plan);
  assert.equal(head, 'Place,Deployment,Why,This call');
  assert.match(first, /^1,[0-9a-f]{16},/);
});

async function savedFrom(page: Page, place: Locator): Promise<readonly string[]> {
  const download = page.waitForEvent('download');
  await place.getByRole('button', { name: 'Save as CSV' }).click();
  return readFileSync(await (await download).path(), 'utf8').split('\r\n');
}
