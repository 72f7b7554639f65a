import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, type Gateway } from '../support/gateway.ts';
import { accessibilityFaults, dashboardMissing, openBrowser, openSignedIn } from './browser.ts';
import { makeTraffic, openStage } from './stage.ts';

type Row = {
  readonly model_name: string;
  readonly litellm_params: Readonly<Record<string, unknown>>;
  readonly model_info: Readonly<Record<string, unknown>>;
};

async function deploymentOf(gateway: Gateway, model: string): Promise<Row | undefined> {
  const { data } = JSON.parse((await gateway.get('/model/info')).text) as { data: Row[] };
  return data.find(({ model_name: name }) => name === model);
}

test('a model is made, refused where it is wrong, called, changed and deleted; the file’s is only switched', {
  skip: dashboardMissing(),
}, async (t) => {
  const gateway = await openStage(t);
  const { page, complaints } = await openSignedIn(await openBrowser(t), gateway, '/models');

  await page.getByRole('button', { name: 'Add a model' }).click();
  const form = page.getByRole('dialog').filter({ has: page.getByRole('button', { name: 'Add', exact: true }) });
  await form.getByLabel('Model').first().fill('fast');
  await form.getByLabel('Provider and model').fill('nobody/at-all');
  await form.getByLabel('Input, USD for a million tokens').fill('cheap');
  await form.getByRole('button', { name: 'Add', exact: true }).click();
  await form.getByText('An amount such as 12.50').waitFor();
  assert.equal(await deploymentOf(gateway, 'fast'), undefined, 'nothing is sent before it is right');
  await form.getByLabel('Input, USD for a million tokens').fill('0.15');
  await form.getByRole('button', { name: 'Add', exact: true }).click();
  await form.getByRole('alert').filter({ hasText: 'nobody' }).waitFor();
  await form.getByLabel('Provider and model').fill('openai-compatible/atlas-mini');
  await form.getByLabel('Credential').first().click();
  await page.getByRole('option', { name: 'north', exact: true }).click();
  await form.getByRole('button', { name: 'Add', exact: true }).click();
  await eventually(async () =>
    assert.equal((await deploymentOf(gateway, 'fast'))?.model_info['input_cost_per_token'], 0.15e-6),
  );
  const called = await gateway.post('/v1/chat/completions', {
    model: 'fast',
    messages: [{ role: 'user', content: 'x' }],
  });
  assert.equal(called.status, 200);

  await page.goto('/ui/models/fast');
  const sheet = page.getByRole('dialog').first();
  await sheet.getByRole('button', { name: 'Change', exact: true }).click();
  const changing = page.getByRole('dialog').filter({ has: page.getByRole('button', { name: 'Save' }) });
  await changing.getByLabel('Requests a minute').fill('600');
  await changing.getByRole('button', { name: 'Save' }).click();
  await eventually(async () => assert.equal((await deploymentOf(gateway, 'fast'))?.litellm_params['rpm'], 600));
  assert.equal(
    (await deploymentOf(gateway, 'fast'))?.litellm_params['litellm_credential_name'],
    'north',
    'the rest stays',
  );
  await sheet.getByRole('button', { name: 'Delete' }).click();
  await page.getByLabel('Type fast to go on').fill('fast');
  await page.getByRole('button', { name: 'Delete' }).last().click();
  await eventually(async () => assert.equal(await deploymentOf(gateway, 'fast'), undefined));

  await page.goto('/ui/models/atlas-mini');
  const files = page.getByRole('dialog').first();
  await files.getByText(/waybill\.yaml:\d+:\d+/).waitFor();
  assert.equal(await files.getByRole('button', { name: 'Delete' }).count(), 0);
  assert.deepEqual(
    complaints.filter((complaint) => !/status of 40\d/.test(complaint)),
    [],
  );
});

test('a deployment is switched off for a while, with a reason, and on again before its time', {
  skip: dashboardMissing(),
}, async (t) => {
  const gateway = await openStage(t);
  const { page } = await openSignedIn(await openBrowser(t), gateway, '/models/atlas-mini');
  const overlays = async (): Promise<readonly Readonly<Record<string, unknown>>[]> =>
    (JSON.parse((await gateway.get('/overlay/list')).text) as { overlays: [] }).overlays;
  const ask = () =>
    gateway.post('/v1/chat/completions', { model: 'atlas-mini', messages: [{ role: 'user', content: 'x' }] });

  const sheet = page.getByRole('dialog').first();
  await sheet.getByText('Switch for a while').click();
  const form = page.getByRole('dialog').filter({ has: page.getByRole('button', { name: 'Do it' }) });
  await form.getByLabel('What').first().click();
  await page.getByRole('option', { name: 'Off: nothing goes there' }).click();
  await form.getByRole('button', { name: 'Do it' }).click();
  await form.getByText('Must be given').waitFor();
  assert.deepEqual(await overlays(), [], 'nothing without a reason');
  await form.getByLabel('Reason').fill('new certificate');
  assert.deepEqual(await accessibilityFaults(page), []);
  await form.getByRole('button', { name: 'Do it' }).click();
  await sheet.getByText('Switched off').waitFor();
  const [laid] = await overlays();
  assert.deepEqual([laid?.['set'], laid?.['kind'], laid?.['reason']], ['off', 'deployment', 'new certificate']);
  assert.equal((await ask()).status, 503);

  await sheet.getByRole('button', { name: 'End: Off: nothing goes there' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End', exact: true }).click();
  await sheet.getByText('Well', { exact: true }).waitFor();
  assert.equal((await ask()).status, 200);
});

test('up to four models stand side by side, as the address says', { skip: dashboardMissing() }, async (t) => {
  const gateway = await openStage(t);
  await makeTraffic(gateway, 1);
  const { page } = await openSignedIn(await openBrowser(t), gateway, '/models');
  await page.getByLabel('Compare atlas-large').check();
  await page.getByRole('button', { name: 'Choose another one' }).waitFor();
  await page.getByLabel('Compare harbor-1').check();
  await page.getByRole('button', { name: 'Compare 2' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('columnheader', { name: 'harbor-1' }).waitFor();
  const row = sheet.getByRole('row', { name: /^Context / });
  assert.match((await row.textContent()) ?? '', /200,000.*1,000,000/);
  assert.deepEqual(await accessibilityFaults(page), []);
  const search = new URL(page.url()).searchParams;
  assert.deepEqual([search.get('compare'), search.get('beside')], ['atlas-large,harbor-1', '1']);
  await sheet.getByRole('button', { name: 'Leave out harbor-1' }).click();
  await sheet.getByRole('columnheader', { name: 'harbor-1' }).waitFor({ state: 'detached' });
});
