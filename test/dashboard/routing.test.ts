import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../support/gateway.ts';
import { accessibilityFaults, dashboardMissing, openBrowser, openSignedIn } from './browser.ts';
import { openStage } from './stage.ts';

test('a fallback is made, refused where it goes round in a circle, drawn and deleted; the file’s stays', {
  skip: dashboardMissing(),
}, async (t) => {
  const gateway = await openStage(t);
  const { page, complaints } = await openSignedIn(await openBrowser(t), gateway, '/routing');
  const list = page.getByRole('list', { name: 'Fallbacks' });
  await list.getByText('when the request is too long').waitFor();
  const fallbackNow = async (model: string): Promise<number> => (await gateway.get(`/fallback/${model}`)).status;

  await page.getByRole('button', { name: 'Add a fallback' }).click();
  const form = page.getByRole('dialog');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByText('Must be given').first().waitFor();
  const choose = async (label: string, option: string): Promise<void> => {
    await form.getByLabel(label).first().click();
    await page.getByRole('option', { name: option, exact: true }).click();
  };
  await choose('Model', 'harbor-1');
  await choose('Tried then, in this order', 'atlas-large');
  await page.keyboard.press('Escape');
  assert.deepEqual(await accessibilityFaults(page), []);
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByRole('alert').filter({ hasText: 'atlas-large' }).waitFor();
  assert.equal(await fallbackNow('harbor-1'), 404, 'a circle is refused');

  await page.goto('/ui/routing');
  await page.getByRole('button', { name: 'Add a fallback' }).click();
  await choose('Model', 'atlas-mini');
  await choose('Tried then, in this order', 'harbor-1');
  await page.keyboard.press('Escape');
  await form.getByRole('button', { name: 'Save' }).click();
  await eventually(async () => assert.equal(await fallbackNow('atlas-mini'), 200));
  await page.getByRole('button', { name: 'Delete the fallback of atlas-mini' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await eventually(async () => assert.equal(await fallbackNow('atlas-mini'), 404));

  await page.getByRole('button', { name: 'Delete the fallback of atlas-large' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page
    .getByRole('dialog')
    .getByText(/managed by the configuration file \(.*waybill\.yaml:\d+:\d+\)/)
    .waitFor();
  assert.deepEqual(
    complaints.filter((complaint) => !/status of 40\d/.test(complaint)),
    [],
  );
});

test('a call is explained, and an outage and another price are tried out beside it', {
  skip: dashboardMissing(),
}, async (t) => {
  const gateway = await openStage(t);
  const { page } = await openSignedIn(await openBrowser(t), gateway, '/routing');
  const form = page.locator('form');
  const choose = async (label: string, option: RegExp): Promise<void> => {
    await form.getByLabel(label).first().click();
    await page.getByRole('option', { name: option }).click();
  };
  await page.getByRole('button', { name: 'Explain', exact: true }).click();
  await page.getByText('Must be given').waitFor();
  await choose('Model', /^atlas-large$/);
  await page.getByLabel('Further members of the request, as JSON').fill('[]');
  await page.getByRole('button', { name: 'Explain', exact: true }).click();
  await page.getByText(/^A JSON object, such as/).waitFor();
  await page.getByLabel('Further members of the request, as JSON').fill('');
  await page.getByRole('button', { name: 'Explain', exact: true }).click();
  const asIs = page.getByRole('region', { name: 'The plan as it is' });
  await asIs.getByRole('row', { name: /^1 south\/atlas-large/ }).waitFor();
  assert.equal(await page.getByRole('region', { name: 'The plan then' }).count(), 0);

  await choose('These were down', /^south/);
  await page.keyboard.press('Escape');
  await choose('This one had another price', /^north/);
  await page.getByLabel('Input, USD a million tokens').fill('cheap');
  await page.getByLabel('Output, USD a million tokens').fill('5');
  await page.getByRole('button', { name: 'Explain', exact: true }).click();
  await page.getByText('USD such as 0.15').waitFor();
  await page.getByLabel('Input, USD a million tokens').fill('1');
  await page.getByRole('button', { name: 'Explain', exact: true }).click();
  const then = page.getByRole('region', { name: 'The plan then' });
  await then.getByRole('row', { name: /^1 ?up from 2 north\/atlas-large.*\$1 \/ \$5/ }).waitFor();
  await then.getByRole('row', { name: /^left out ?was 1 south\/atlas-large.*is taken to be down/ }).waitFor();
  await asIs.getByRole('row', { name: /^1 south\/atlas-large.*\$3 \/ \$15/ }).waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  if (process.env['TEST_PICTURES'] !== undefined) {
    await page.screenshot({ path: `${process.env['TEST_PICTURES']}/routing-explained.png`, fullPage: true });
  }
});
