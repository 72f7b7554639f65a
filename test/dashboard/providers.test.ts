import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../support/gateway.ts';
import { accessibilityFaults, dashboardMissing, openBrowser, openSignedIn } from './browser.ts';
import { openStage } from './stage.ts';

type Credential = {
  readonly credential_name: string;
  readonly credential_values: Readonly<Record<string, unknown>>;
  readonly credential_info: Readonly<Record<string, unknown>>;
};

test('a credential is made, refused where it is wrong, changed and deleted; the file’s are only read', {
  skip: dashboardMissing(),
}, async (t) => {
  const gateway = await openStage(t);
  const { page, complaints } = await openSignedIn(await openBrowser(t), gateway, '/providers');
  const credentialNow = async () => {
    const { credentials } = JSON.parse((await gateway.get('/credentials')).text) as { credentials: Credential[] };
    return credentials.find(({ credential_name: name }) => name === 'acme');
  };

  await page.getByRole('button', { name: 'Add a credential' }).first().click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Name').fill('acme');
  await form.getByRole('button', { name: 'Add a credential' }).click();
  await form.getByText('Must be given').waitFor();
  assert.equal(await credentialNow(), undefined, 'nothing is sent before it is right');
  await form.getByRole('textbox', { name: 'API key' }).fill('sk-acme-very-secret-1234');
  await form.getByLabel('Name').fill('not : a name');
  await form.getByRole('button', { name: 'Add a credential' }).click();
  await form.getByRole('alert').first().waitFor();
  await form.getByLabel('Name').fill('acme');
  await form.getByLabel('Address').fill('http://169.254.169.254/v1');
  await form.getByRole('button', { name: 'Add a credential' }).click();
  await form.getByRole('alert').filter({ hasText: 'api_base' }).waitFor();
  assert.equal(await form.getByLabel('Address').getAttribute('aria-invalid'), 'true', 'at the field that is wrong');
  await form.getByLabel('Address').fill('');
  await form.getByLabel('Provider').fill('openai');
  assert.deepEqual(await accessibilityFaults(page), []);
  await form.getByRole('button', { name: 'Add a credential' }).click();
  await eventually(async () => assert.equal((await credentialNow())?.credential_info['custom_llm_provider'], 'openai'));

  await page.goto('/ui/providers/acme');
  const sheet = page.getByRole('dialog').first();
  await sheet.getByRole('button', { name: 'Change' }).click();
  const changing = page.getByRole('dialog').filter({ has: page.getByRole('button', { name: 'Save' }) });
  await changing.getByLabel('Provider').fill('mistral');
  await changing.getByRole('button', { name: 'Save' }).click();
  await eventually(async () => {
    const now = await credentialNow();
    assert.equal(now?.credential_info['custom_llm_provider'], 'mistral');
    assert.ok(now.credential_values['api_key'], 'the secret that was not typed again stays');
  });
  assert.ok(!(await page.content()).includes('very-secret'), 'what is secret is not shown again');
  await sheet.getByRole('button', { name: 'Delete' }).click();
  await page.getByLabel('Type acme to go on').fill('acme');
  await page.getByRole('button', { name: 'Delete' }).last().click();
  await eventually(async () => assert.equal(await credentialNow(), undefined));

  await page.goto('/ui/providers/north');
  await page.getByText('The configuration names it: it is changed there.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Delete' }).count(), 0);
  await page.getByText(/\.yaml:3:3$/).waitFor();
  assert.ok(!(await page.content()).includes('sk-north-secret'));
  assert.deepEqual(
    complaints.filter((complaint) => !/status of 40\d/.test(complaint)),
    [],
  );
});

test('a connection is tested with a credential: what is refused stands in the form', {
  skip: dashboardMissing(),
}, async (t) => {
  const gateway = await openStage(t);
  const { page } = await openSignedIn(await openBrowser(t), gateway, '/providers');
  await page.getByRole('button', { name: 'Test a connection' }).click();
  const form = page.getByRole('dialog');
  await form.getByRole('button', { name: 'Send one token' }).click();
  await form.getByText('Must be given').waitFor();
  const ask = async (credential: string): Promise<void> => {
    await form.getByLabel('Provider and model').fill('openai-compatible/atlas-mini');
    await form.getByLabel('Credential').first().click();
    await page.getByRole('option', { name: credential, exact: true }).click();
    await form.getByRole('button', { name: 'Send one token' }).click();
  };
  await ask('south');
  await form.getByRole('alert').filter({ hasText: 'Status 503' }).waitFor();
  await ask('north');
  await form.getByRole('status').filter({ hasText: 'It answered in ' }).waitFor();
  assert.equal(
    await form.getByRole('alert').filter({ hasText: 'Status 503' }).count(),
    0,
    'what was told before is gone',
  );
  assert.deepEqual(await accessibilityFaults(page), []);
});
