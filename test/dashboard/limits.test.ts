import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessibilityFaults, dashboardMissing, openBrowser, openSignedIn } from './browser.ts';
import { openStage } from './stage.ts';

test('limits show what is used of them, filtered by whose they are, as the address says', {
  skip: dashboardMissing(),
}, async (t) => {
  const gateway = await openStage(t);
  const { page } = await openSignedIn(await openBrowser(t), gateway, '/limits');
  await page.getByRole('row', { name: /^Deployment .*harbor-1 6,000 requests a minute/ }).waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.getByLabel('Whose limits').first().click();
  await page.getByRole('option', { name: 'Team', exact: true }).click();
  await page.getByText('No limit is in use').waitFor();
  await page.goto('/ui/limits?kind=deployment');
  await page.getByRole('row', { name: /^Deployment .*harbor-1 6,000 requests a minute/ }).waitFor();
});
