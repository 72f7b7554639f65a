import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser as openProgram } from '../support/browser.ts';
import { eventually } from '../support/gateway.ts';
import { dashboardMissing, openBrowser, openSignedIn } from './browser.ts';
import { lookAt } from './look-at.ts';
import { openStage } from './stage.ts';

const PASSWORD = 'tangerine lampshade ferry';
const WRONG = 'no such password here';

test('somebody is invited, signs in, is signed out everywhere, locked out, and let in again', {
  skip: dashboardMissing(),
}, async (t) => {
  const gateway = await openStage(t);
  for (const user_email of ['ann@example.com', 'bob@example.com']) {
    const user_id = user_email.slice(0, 3);
    await gateway.post('/user/new', { user_id, user_email, auto_create_key: false });
  }
  const { page, complaints } = await openSignedIn(await openBrowser(t), gateway, '/sign-on?tab=invitations');
  await page.getByText('Nobody is invited').waitFor();
  await page.getByRole('button', { name: 'Invite a user' }).click();
  await page.getByRole('combobox', { name: 'User' }).fill('ann@');
  await page.getByRole('option', { name: 'ann@example.com' }).click();
  await page.getByRole('button', { name: 'Make the link' }).click();
  const link = (await page.locator('[data-secret]').textContent()) ?? '';
  assert.match(link, /\/ui\/invitation\?token=wbl_/);
  await lookAt(page, 'sign-on-invitation');
  await page.getByRole('button', { name: 'I have passed it on' }).click();
  await page.getByRole('cell', { name: 'ann@example.com', exact: true }).waitFor();

  const ann = openProgram(gateway.url);
  const token = new URL(link).searchParams.get('token');
  assert.equal((await ann.post('/auth/invitation/accept', { token, password: PASSWORD })).status, 200);
  await page.getByRole('tab', { name: 'Sessions' }).click();
  await eventually(() => assert.match(page.url(), /tab=sessions/));
  await page.getByRole('button', { name: 'End all of this user: ann' }).click();
  await lookAt(page, 'sign-on-sessions');
  await page.getByRole('dialog').getByRole('button', { name: 'End', exact: true }).click();
  await eventually(async () => assert.equal((await ann.get('/auth/session')).status, 401));
  await eventually(async () => assert.equal(await page.getByRole('cell', { name: 'ann', exact: true }).count(), 0));

  for (let failed = 0; failed < 5; failed += 1)
    await ann.post('/auth/sign-in', { email: 'ann@example.com', password: WRONG });
  const right = { email: 'ann@example.com', password: PASSWORD };
  await page.getByRole('tab', { name: 'Locked out' }).click();
  await page.getByRole('cell', { name: 'ann@example.com', exact: true }).waitFor();
  await lookAt(page, 'sign-on-lockouts');
  await page.getByRole('button', { name: 'Unlock: ann@example.com' }).click();
  await page.getByText('Nobody has to wait').waitFor();
  assert.equal((await ann.post('/auth/sign-in', right)).status, 200);

  await gateway.post('/invitation/new', { user_id: 'bob' });
  await page.getByRole('tab', { name: 'Invitations' }).click();
  await page.getByRole('button', { name: 'Revoke: bob@example.com' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await eventually(async () =>
    assert.equal(await page.getByRole('cell', { name: 'bob@example.com', exact: true }).count(), 0),
  );
  assert.deepEqual(complaints, []);
});

test('how people sign in is shown as the configuration has it, without its secret', {
  skip: dashboardMissing(),
}, async (t) => {
  const gateway = await openStage(t, {
    PROXY_BASE_URL: 'https://gateway.example.com',
    GOOGLE_CLIENT_ID: 'google-client-7',
    GOOGLE_CLIENT_SECRET: 'the-secret-of-google',
    ALLOWED_EMAIL_DOMAINS: 'example.com',
  });
  const { page, complaints } = await openSignedIn(await openBrowser(t), gateway, '/sign-on?tab=providers');
  await page.getByText('google-client-7').waitFor();
  await page.getByText('https://gateway.example.com/auth/oidc/callback').waitFor();
  await page.getByText('set, and shown to nobody').waitFor();
  await lookAt(page, 'sign-on-providers');
  assert.ok(!(await page.content()).includes('the-secret-of-google'));
  assert.deepEqual(complaints, []);
});
