import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { eventually } from '../support/gateway.ts';
import { dashboardMissing, openBrowser, openSignedIn } from './browser.ts';
import { lookAt } from './look-at.ts';
import { makeParties, openStage } from './stage.ts';

test('a change is found, read field by field, and the whole log is verified', {
  skip: dashboardMissing(),
}, async (t) => {
  const gateway = await openStage(t);
  await makeParties(gateway);
  await gateway.post('/team/update', { team_id: 'payments', max_budget: 250, models: ['harbor-1'] });
  const { page, complaints } = await openSignedIn(await openBrowser(t), gateway, '/audit');
  const rows = page.getByRole('table', { name: 'Audit log' }).locator('tbody tr[aria-rowindex]');
  await rows.first().waitFor();
  const all = await rows.count();

  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByLabel('Id of what was changed').fill('payments');
  await page.getByRole('button', { name: 'Apply' }).click();
  await eventually(async () => assert.equal(await rows.count(), 2));
  assert.match(page.url(), /object_id=payments/);
  await rows.first().click();
  const sheet = page.getByRole('dialog');
  const budget = sheet.getByRole('row').filter({ hasText: 'max_budget_nano' });
  await budget.waitFor();
  assert.deepEqual(await budget.getByRole('cell').allTextContents(), ['$200', '$250']);
  await lookAt(page, 'audit-entry');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Without Id of what was changed: payments' }).click();
  await eventually(async () => assert.equal(await rows.count(), all));

  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'All of it as CSV' }).click(),
  ]);
  assert.equal(file.suggestedFilename(), 'audit.csv');

  await page.getByRole('button', { name: 'Verify' }).click();
  await page.getByText('each as it was written and following the one before it').waitFor();
  const books = new DatabaseSync(`${gateway.data}/waybill.db`);
  books.exec('DROP TRIGGER telemetry_audit_no_update');
  books.exec("UPDATE telemetry_audit SET actor = 'nobody' WHERE seq = 3");
  books.close();
  await page.getByRole('button', { name: 'Verify' }).click();
  await page.getByText('Entry 3 is not as it was written, or it is gone. The 2 entries before it are sound.').waitFor();
  await lookAt(page, 'audit-broken');
  assert.deepEqual(complaints, []);
});
