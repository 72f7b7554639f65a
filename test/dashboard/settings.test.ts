import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dashboardMissing, openBrowser, openSignedIn } from './browser.ts';
import { lookAt } from './look-at.ts';
import { openStage } from './stage.ts';

test('every setting says where it comes from and how it is changed', { skip: dashboardMissing() }, async (t) => {
  const gateway = await openStage(t);
  const { page, complaints } = await openSignedIn(await openBrowser(t), gateway, '/settings?set=1');
  await page.getByText('SQLite in the data folder').waitFor();
  await page.getByRole('row').filter({ hasText: 'routing.strategy' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByText('ordered', { exact: true }).waitFor();
  await sheet.getByText(/waybill\.yaml:\d+:\d+/).waitFor();
  await lookAt(page, 'settings-one');
  await page.keyboard.press('Escape');
  await page.getByRole('switch', { name: 'Only what was set' }).uncheck({ force: true });
  await page.getByRole('textbox', { name: 'Search' }).fill('sign_on.session.idle');
  await page.getByRole('cell', { name: '2h', exact: true }).waitFor();
  await lookAt(page, 'settings');
  assert.ok(!(await page.content()).includes('sk-north-secret'));
  assert.deepEqual(complaints, []);
});
