import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../support/gateway.ts';
import { dashboardMissing, openBrowser, openPage, openSignedIn } from './browser.ts';
import { makeParties, openStage } from './stage.ts';

test('a team is made, refused where it is wrong, changed, given a member, blocked and deleted', {
  skip: dashboardMissing(),
}, async (t) => {
  const gateway = await openStage(t);
  await makeParties(gateway);
  const { page, complaints } = await openSignedIn(await openBrowser(t), gateway, '/teams');
  const teamNow = async () => {
    const { text } = await gateway.get('/v2/team/list');
    return (JSON.parse(text) as { teams: Readonly<Record<string, unknown>>[] }).teams.find(
      (team) => team['team_id'] === 'search',
    );
  };

  await page.getByRole('button', { name: 'Make a team' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Name').fill('Search');
  await form.getByLabel('Id').fill('search');
  await form.getByLabel('Budget in USD').fill('a lot');
  await form.getByRole('button', { name: 'Make a team' }).click();
  await form.getByText('An amount such as 12.50').waitFor();
  assert.equal(await teamNow(), undefined, 'nothing is sent before it is right');
  await form.getByLabel('Budget in USD').fill('12.5');
  await form.getByLabel('Organization').fill('nowhere');
  await form.getByRole('button', { name: 'Make a team' }).click();
  await form.getByRole('alert').first().waitFor();
  assert.equal(await form.getByLabel('Name').inputValue(), 'Search', 'what was typed stays');
  await form.getByLabel('Organization').fill('acme');
  await form.getByRole('button', { name: 'Make a team' }).click();
  await eventually(async () => assert.equal((await teamNow())?.['max_budget'], 12.5));

  await page.goto('/ui/teams/search');
  const sheet = page.getByRole('dialog').first();
  await sheet.getByRole('button', { name: 'Add a member' }).click();
  const adding = page.getByRole('dialog').filter({ has: page.getByLabel('User id or e-mail') });
  await adding.getByLabel('User id or e-mail').fill('bob@example.com');
  await adding.getByLabel('Role').first().click();
  await page.getByRole('option', { name: 'Admin: runs the team' }).click();
  await adding.getByRole('button', { name: 'Add a member' }).click();
  await eventually(async () => assert.match(JSON.stringify((await teamNow())?.['admins']), /^\["[^"]+"\]$/));

  await sheet.getByRole('button', { name: 'Block', exact: true }).click();
  await eventually(async () => assert.equal((await teamNow())?.['blocked'], true));
  await page.getByRole('button', { name: 'Undo' }).first().click();
  await eventually(async () => assert.equal((await teamNow())?.['blocked'], false));

  await sheet.getByRole('button', { name: 'Remove: bob@example.com' }).click();
  const leaving = page.getByRole('dialog').filter({ hasText: 'Remove bob@example.com?' });
  await leaving.getByRole('button', { name: 'Cancel' }).click();
  assert.match(JSON.stringify((await teamNow())?.['admins']), /^\["[^"]+"\]$/, 'who cancels changes nothing');
  await sheet.getByRole('button', { name: 'Remove: bob@example.com' }).click();
  await leaving.getByRole('button', { name: 'Remove' }).click();
  await eventually(async () => assert.deepEqual((await teamNow())?.['admins'], []));
  await sheet.getByRole('button', { name: 'Delete' }).click();
  await page.getByLabel('Type Search to go on').fill('Search');
  await page.getByRole('button', { name: 'Delete' }).last().click();
  await eventually(async () => assert.equal(await teamNow(), undefined));
  assert.deepEqual(
    complaints.filter((complaint) => !/status of 40\d/.test(complaint)),
    [],
  );
});

test('a password is set for a user, is shown nowhere, and lets them in', { skip: dashboardMissing() }, async (t) => {
  const gateway = await openStage(t);
  const browser = await openBrowser(t);
  const { page } = await openSignedIn(browser, gateway, '/users');
  const password = ' three umbrellas in the rain ';
  await page.getByRole('button', { name: 'Add a user' }).first().click();
  const form = page.getByRole('dialog');
  await form.getByLabel('E-mail').fill('eve@example.com');
  await form.getByRole('textbox', { name: 'Password' }).fill('short');
  await form.getByRole('button', { name: 'Add a user' }).click();
  await form.getByRole('alert').first().waitFor();
  assert.equal(await form.getByLabel('E-mail').inputValue(), 'eve@example.com', 'what was typed stays');
  await form.getByRole('textbox', { name: 'Password' }).fill(password);
  await form.getByRole('button', { name: 'Add a user' }).click();
  await page.getByRole('row', { name: /eve@example.com/ }).click();
  const sheet = page.getByRole('dialog').first();
  await sheet.getByRole('button', { name: 'Change' }).click();
  const changing = page.getByRole('dialog').filter({ has: page.getByRole('textbox', { name: 'Password' }) });
  assert.equal(await changing.getByRole('textbox', { name: 'Password' }).inputValue(), '');
  await changing.getByLabel('Name').fill('Eve');
  await changing.getByRole('button', { name: 'Save' }).click();
  await eventually(async () => assert.match((await gateway.get('/user/list')).text, /"user_alias":"Eve"/));
  assert.doesNotMatch((await gateway.get('/user/list')).text, /umbrellas/);

  const other = await openPage(browser, gateway);
  await other.page.goto('/ui/models');
  await other.page.getByRole('button', { name: 'Use e-mail and password' }).click();
  await other.page.getByLabel('E-mail').fill('eve@example.com');
  await other.page.getByRole('textbox', { name: 'Password' }).fill(password);
  await other.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await other.page.locator('#content').waitFor();
});
