import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { administrationOf } from '../support/administration.ts';
import { eventually, type Gateway } from '../support/gateway.ts';
import { dashboardMissing, openBrowser, openPage } from './browser.ts';
import { lookAt } from './look-at.ts';
import { openStage } from './stage.ts';

/** A user of the team, signed in by the invitation that it had. */
async function enter(page: Page, gateway: Gateway, name: string, role: 'admin' | 'user'): Promise<void> {
  const { post } = administrationOf(gateway);
  await post('/user/new', { user_id: name, user_email: `${name}@example.com`, auto_create_key: false });
  await post('/team/member_add', { team_id: 'core', member: { user_id: name, role } });
  const { invitation_link: link } = await post('/invitation/new', { user_id: name });
  const token = new URL(String(link)).searchParams.get('token');
  const accepted = await page.context().request.post(`${gateway.url}/auth/invitation/accept`, {
    headers: { 'sec-fetch-site': 'same-origin' },
    data: { token, password: 'correct horse battery staple' },
  });
  assert.equal(accepted.status(), 200, await accepted.text());
  await page.goto('/ui/keys');
}

async function makeKey(page: Page, name: string, team: string | null): Promise<void> {
  await page.getByRole('button', { name: 'Create a key' }).first().click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Name').fill(name);
  if (team !== null) {
    await form.getByLabel('Team').first().click();
    await page.getByRole('option', { name: team }).click();
  }
  await form.getByLabel('Budget in USD').fill('5');
}

test('a member makes keys of its own, and an administrator those of a team, within what it has', {
  skip: dashboardMissing(),
}, async (t) => {
  const gateway = await openStage(t);
  const { post, list } = administrationOf(gateway);
  await post('/team/new', { team_id: 'core', team_alias: 'Core', max_budget: 20, models: ['atlas-mini'] });
  const keysNow = async () => {
    const { text } = await gateway.get('/key/list?return_full_object=true');
    return (JSON.parse(text) as { keys: Readonly<Record<string, unknown>>[] }).keys;
  };
  const browser = await openBrowser(t);

  const { page } = await openPage(browser, gateway);
  await enter(page, gateway, 'ann', 'user');
  await makeKey(page, 'notebook', null);
  await lookAt(page, 'member-key-form');
  await page.getByRole('dialog').getByRole('button', { name: 'Create a key' }).click();
  await page.getByText(/sk-/).first().waitFor();
  const [own] = await eventually(async () => {
    const keys = await keysNow();
    assert.equal(keys.length, 1);
    return keys;
  });
  assert.deepEqual([own?.['user_id'], own?.['team_id'], own?.['max_budget']], ['ann', null, 5]);
  await page.goto(`/ui/keys/${own?.['token_id']}`);
  const sheet = page.getByRole('dialog').first();
  await sheet.getByRole('button', { name: 'Rotate' }).waitFor();
  assert.equal(await sheet.getByRole('button', { name: 'Block', exact: true }).count(), 0, 'that is not for members');

  const lead = (await openPage(browser, gateway)).page;
  await enter(lead, gateway, 'lea', 'admin');
  await makeKey(lead, 'for the team', 'Core');
  await lead.getByRole('dialog').getByLabel('Budget in USD').fill('25');
  await lead.getByRole('dialog').getByRole('button', { name: 'Create a key' }).click();
  await lead.getByText("'max_budget' cannot be 25 USD: the team 'core' has 20 USD.").first().waitFor();
  await lookAt(lead, 'member-key-refused');
  await lead.getByRole('dialog').getByLabel('Budget in USD').fill('15');
  await lead.getByRole('dialog').getByRole('button', { name: 'Create a key' }).click();
  await eventually(async () => {
    const made = (await keysNow()).find(({ team_id: team }) => team === 'core');
    assert.deepEqual([made?.['user_id'], made?.['max_budget']], ['lea', 15]);
  });
  await lead.goto('/ui/teams/core');
  await lead.getByRole('dialog').first().getByRole('button', { name: 'Add a member' }).waitFor();
  assert.equal((await list('/team/list')).length, 1);
});
