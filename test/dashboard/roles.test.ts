import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { eventually, type Gateway } from '../support/gateway.ts';
import { dashboardMissing, openBrowser, openPage } from './browser.ts';
import { lookAt } from './look-at.ts';
import { openStage } from './stage.ts';

const PASSWORD = 'tangerine lampshade ferry';

type Person = {
  readonly role: string;
  /** In the order of the navigation. */
  readonly pages: readonly string[];
  /** Aliases of the keys that are listed. */
  readonly keys: readonly string[];
  readonly teams: readonly string[];
  /** Whether there is a button to make a key, or a team. */
  readonly makes: { readonly key: boolean; readonly team: boolean };
};

const WATCHED = ['Overview', 'Logs', 'Models'];
const OF_MEMBERS = [...WATCHED, 'Playground', 'Keys', 'Teams', 'Projects'];
const PEOPLE_PAGES = ['Teams', 'Users', 'Organizations', 'Projects', 'Customers', 'Budgets', 'Tags', 'Credits'];
const RUN = ['Sign-on', 'Ledger', 'Audit log', 'Settings'];
/** Those that are looked at here; a new page is none of this test's. */
const ALL_PAGES = [...WATCHED, 'Playground', 'Keys', 'Providers', ...PEOPLE_PAGES, ...RUN];
const ALL_KEYS = ['inas-own', 'payments-service', 'search-service'];
const ALL_TEAMS = ['Payments', 'Search'];

/** Of a team that is called Payments, tom is an administrator and ina a member. */
const PEOPLE: Readonly<Record<string, Person>> = {
  ada: {
    role: 'proxy_admin',
    pages: ALL_PAGES,
    keys: ALL_KEYS,
    teams: ALL_TEAMS,
    makes: { key: true, team: true },
  },
  tom: {
    role: 'internal_user',
    pages: OF_MEMBERS,
    keys: ['payments-service'],
    teams: ['Payments'],
    makes: { key: true, team: false },
  },
  ina: {
    role: 'internal_user',
    pages: OF_MEMBERS,
    keys: ['inas-own'],
    teams: ['Payments'],
    makes: { key: true, team: false },
  },
  vic: {
    role: 'proxy_admin_viewer',
    pages: [...WATCHED, 'Keys', 'Providers', ...PEOPLE_PAGES, ...RUN],
    keys: ALL_KEYS,
    teams: ALL_TEAMS,
    makes: { key: false, team: false },
  },
};

test('each role has its pages, its rows and its buttons', { skip: dashboardMissing() }, async (t) => {
  const gateway = await openStage(t);
  await makePeople(gateway);
  const browser = await openBrowser(t);
  for (const [id, person] of Object.entries(PEOPLE)) {
    await t.test(`${id}, ${person.role}`, async () => {
      const { page, complaints } = await openAs(browser, gateway, id);
      const links = page.getByRole('navigation').getByRole('link').locator('span');
      await links.first().waitFor();
      const shown = await links.allTextContents();
      assert.deepEqual(
        shown.filter((title) => ALL_PAGES.includes(title)),
        person.pages,
      );
      await page.goto('/ui/keys');
      assert.deepEqual(await namesIn(page, 'Keys', person.keys.length), person.keys);
      assert.equal(await page.getByRole('button', { name: 'Create a key' }).count(), person.makes.key ? 1 : 0);
      await page.goto('/ui/teams');
      assert.deepEqual(await namesIn(page, 'Teams', person.teams.length), person.teams);
      assert.equal(await page.getByRole('button', { name: 'Make a team' }).count(), person.makes.team ? 1 : 0);
      assert.deepEqual(complaints, []);
    });
  }
});

test('who may not do something is told so: a page, another’s key, and what only administrators end', {
  skip: dashboardMissing(),
}, async (t) => {
  const gateway = await openStage(t);
  const { search } = await makePeople(gateway);
  const browser = await openBrowser(t);

  const ina = await openAs(browser, gateway, 'ina');
  await ina.page.goto('/ui/audit');
  await ina.page.getByRole('heading', { name: 'You may not see this page.' }).waitFor();
  await ina.page.getByText('audit.read').waitFor();
  await lookAt(ina.page, 'roles-closed');
  await ina.page.goto(`/ui/keys/${search}`);
  await ina.page.getByRole('dialog').getByRole('alert').waitFor();
  assert.ok(!(await ina.page.content()).includes('search-service'), 'of another’s key nothing is told');

  const vic = await openAs(browser, gateway, 'vic');
  await vic.page.goto(`/ui/keys/${search}`);
  const sheet = vic.page.getByRole('dialog');
  await sheet.getByText('search-service').first().waitFor();
  for (const verb of ['Edit', 'Rotate', 'Block', 'Revoke'])
    assert.equal(await sheet.getByRole('button', { name: verb, exact: true }).count(), 0, verb);
  await vic.page.goto('/ui/sign-on?tab=sessions');
  const end = vic.page.getByRole('button', { name: 'End all of this user: vic' });
  assert.equal(await end.getAttribute('aria-disabled'), 'true');
  await end.hover();
  await vic.page.getByText('Your role may not do this (session.delete).').waitFor();
  await end.click({ force: true });
  await vic.page.goto('/ui/ledger');
  const verify = vic.page.getByRole('button', { name: 'Verify now' });
  assert.equal(await verify.getAttribute('aria-disabled'), 'true');
  await verify.hover();
  const reason = vic.page.getByText('Your role may not have the books added up.');
  await reason.waitFor();
  await vic.page.mouse.move(0, 0);
  await reason.waitFor({ state: 'detached' });
  await lookAt(vic.page, 'roles-viewer');
  assert.deepEqual(vic.complaints, []);
});

async function makePeople(gateway: Gateway): Promise<{ readonly search: string }> {
  const send = async (path: string, body: object): Promise<string> => {
    const { status, text } = await gateway.post(path, body);
    assert.equal(status, 200, `${path}: ${text}`);
    return text;
  };
  for (const [user_id, { role }] of Object.entries(PEOPLE)) {
    const signsIn = { user_email: `${user_id}@example.com`, password: PASSWORD };
    await send('/user/new', { ...signsIn, user_id, user_role: role, auto_create_key: false });
  }
  const members = [
    { role: 'admin', user_id: 'tom' },
    { role: 'user', user_id: 'ina' },
  ];
  await send('/team/new', { team_id: 'payments', team_alias: 'Payments', members_with_roles: members });
  await send('/team/new', { team_id: 'search', team_alias: 'Search' });
  await send('/key/generate', { key_alias: 'payments-service', team_id: 'payments' });
  await send('/key/generate', { key_alias: 'inas-own', user_id: 'ina' });
  const made = await send('/key/generate', { key_alias: 'search-service', team_id: 'search' });
  return { search: (JSON.parse(made) as { token_id: string }).token_id };
}

async function openAs(browser: Browser, gateway: Gateway, id: string): Promise<{ page: Page; complaints: string[] }> {
  const { page, complaints } = await openPage(browser, gateway);
  await page.goto('/ui/');
  await page.getByRole('textbox', { name: 'E-mail' }).fill(`${id}@example.com`);
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('#content').waitFor();
  return { page, complaints };
}

/** The first cell of each row, in the order of the alphabet. */
async function namesIn(page: Page, table: string, count: number): Promise<readonly string[]> {
  const cells = page.getByRole('table', { name: table, exact: true }).locator('tbody tr[aria-rowindex] td:first-child');
  await eventually(async () => assert.equal(await cells.count(), count));
  return (await cells.allTextContents()).toSorted();
}
