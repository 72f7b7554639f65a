import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, startGateway } from '../support/gateway.ts';
import { accessibilityFaults, dashboardMissing, openBrowser, openPage } from './browser.ts';

test('the link of a first start makes the administrator, who signs in with the password from then on', {
  skip: dashboardMissing(),
}, async (t) => {
  const gateway = await startGateway(t);
  const link = await eventually(() => {
    const [, path] = /(\/ui\/setup\?token=\S+)/.exec(gateway.errors()) ?? [];
    assert.ok(path);
    return path;
  });
  const { page, context } = await openPage(await openBrowser(t), gateway);
  await page.goto(link);
  await page.getByLabel('E-mail').fill('ann@example.com');
  await page.getByLabel('A password').fill('short');
  await page.getByRole('button', { name: 'Begin' }).click();
  await page.getByRole('alert').waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.getByLabel('A password').fill('correct horse battery staple');
  await page.getByRole('button', { name: 'Begin' }).click();
  await page.getByRole('navigation').waitFor({ state: 'attached' });
  assert.equal(new URL(page.url()).search, '', 'the link is not in the address any more');

  await context.clearCookies();
  await page.goto('/ui/keys');
  await page.getByLabel('E-mail').fill('ann@example.com');
  await page.locator('input[type=password]').fill('correct horse battery staple');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Keys' }).waitFor();
});
