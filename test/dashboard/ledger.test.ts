import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../support/gateway.ts';
import { dashboardMissing, openBrowser, openSignedIn } from './browser.ts';
import { lookAt } from './look-at.ts';
import { makeParties, makeTraffic, openStage } from './stage.ts';

test('the books are added up from a page, which says who leases and how far the journal is', {
  skip: dashboardMissing(),
}, async (t) => {
  const gateway = await openStage(t);
  await makeTraffic(gateway, 1);
  const { page, complaints } = await openSignedIn(await openBrowser(t), gateway, '/ledger');
  await page.getByText('this one').waitFor();
  await page.getByText('never', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Verify now' }).click();
  await page.getByText('by master; ').waitFor();
  const verdict = page.getByRole('status').getByText('The books add up');
  await verdict.waitFor();
  await lookAt(page, 'ledger-verified');
  const { text } = await gateway.get('/audit?table_name=ledger');
  assert.match(text, /"what":"ledger\.verify".*"sound":true/);
  assert.deepEqual(complaints, []);
});

test('credits are granted with a reason after a second look, and given back', {
  skip: dashboardMissing(),
}, async (t) => {
  const gateway = await openStage(t);
  await makeParties(gateway);
  const { page, complaints } = await openSignedIn(await openBrowser(t), gateway, '/credits');
  await page.getByText('Nothing was granted yet').waitFor();
  await page.getByRole('button', { name: 'Grant credits' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('button', { name: 'Go on' }).click();
  await sheet.getByText('An amount such as 25 or 0.50').waitFor();
  await sheet.getByLabel('Amount in USD').fill('25.000000001');
  await sheet.getByLabel('Reason').fill('Paid by transfer of May');
  await sheet.getByRole('button', { name: 'Go on' }).click();
  const asked = page.getByRole('dialog', { name: 'Grant $25.000000001 to Acme?' });
  await asked.waitFor();
  await lookAt(page, 'credits-confirm');
  await asked.getByRole('button', { name: 'Grant credits' }).click();
  await page.getByRole('cell', { name: 'Paid by transfer of May' }).waitFor();
  await page.getByRole('cell', { name: '$25.000000001' }).waitFor();

  await page.getByRole('button', { name: 'Give back' }).click();
  await sheet.getByLabel('Amount in USD').fill('5');
  await sheet.getByLabel('Reason').fill('Too much');
  await sheet.getByRole('button', { name: 'Go on' }).click();
  await page
    .getByRole('dialog', { name: 'Take $5 back from Acme?' })
    .getByRole('button', { name: 'Give back' })
    .click();
  await page.getByRole('cell', { name: '−$5.00' }).waitFor();
  await eventually(async () =>
    assert.match((await gateway.get('/credits/info?organization_id=acme')).text, /"balance":20\.000000001/),
  );
  await lookAt(page, 'credits-account');
  assert.deepEqual(complaints, []);
});
