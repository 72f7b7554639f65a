import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../support/gateway.ts';
import { chatBody, gatewayAndUpstream } from '../support/one-upstream.ts';
import { answer, chatAnswer, type UpstreamRequest } from '../support/upstream.ts';
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
  await sheet.getByLabel('Good until').fill('2020-01-01T00:00');
  await sheet.getByRole('button', { name: 'Go on' }).click();
  await sheet.getByText('A moment to come, or nothing.').waitFor();
  await sheet.getByLabel('Good until').fill('2099-07-01T12:00');
  await sheet.getByRole('button', { name: 'Go on' }).click();
  const asked = page.getByRole('dialog', { name: 'Grant $25.000000001 to Acme?' });
  await asked.waitFor();
  await lookAt(page, 'credits-confirm');
  await asked.getByRole('button', { name: 'Grant credits' }).click();
  await page.getByRole('cell', { name: 'Paid by transfer of May' }).waitFor();
  await page.getByRole('cell', { name: '$25.000000001' }).first().waitFor();
  // Noon of a summer in Berlin.
  await eventually(async () =>
    assert.match(
      (await gateway.get('/credits/info?organization_id=acme')).text,
      /"expires_at":"2099-07-01T10:00:00.000Z"/,
    ),
  );

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

test('what is held for a call that hangs is listed, until it ends', { skip: dashboardMissing() }, async (t) => {
  const waiting: UpstreamRequest[] = [];
  const { gateway } = await gatewayAndUpstream(t, async (request) => void waiting.push(request));
  const key = await gateway.createKey({ key_alias: 'slow', max_budget: 5 });
  const call = gateway.post('/v1/chat/completions', chatBody({ max_tokens: 5 }), key);
  const { page, complaints } = await openSignedIn(await openBrowser(t), gateway, '/ledger');
  const holds = page.getByRole('table', { name: 'Open holds' });
  await holds.getByRole('cell', { name: 'slow' }).waitFor();
  await lookAt(page, 'ledger-held');
  await eventually(() => assert.equal(waiting.length, 1));
  for (const request of waiting) void answer(request, { body: chatAnswer('hello') });
  const { headers } = await call;
  await page.getByText('No call is under way').waitFor();
  assert.match(headers.get('x-request-id') ?? '', /^gen-/);
  assert.deepEqual(complaints, []);
});
