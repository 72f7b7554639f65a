import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { administrationOf, type Shown } from '../support/administration.ts';
import { openBrowser } from '../support/browser.ts';
import { startGateway } from '../support/gateway.ts';

const PASSWORD = 'tangerine lampshade ferry';
const NO_MODELS = { models: ['no-default-models'] };

/** Two organizations, each with an administrator and a team with one; keys of the administrators' own. */
async function houses(context: TestContext) {
  const gateway = await startGateway(context);
  const { post } = administrationOf(gateway);
  const user = async (id: string, fields: Shown = {}): Promise<void> => {
    const made = { user_id: id, user_email: `${id}@example.com`, auto_create_key: false, ...NO_MODELS, ...fields };
    await post('/user/new', made);
  };
  const join = (organization: string, id: string, role = 'internal_user') =>
    post('/organization/member_add', { organization_id: organization, member: { user_id: id, role } });
  const seat = (team: string, id: string, role = 'user') =>
    post('/team/member_add', { team_id: team, member: { user_id: id, role } });
  const keys: Record<string, string> = {};
  for (const tenant of ['a', 'b']) {
    const [chief, lead] = [`chief-${tenant}`, `lead-${tenant}`];
    await post('/organization/new', { organization_id: `org-${tenant}`, organization_alias: `org-${tenant}` });
    await post('/team/new', { team_id: `team-${tenant}`, organization_id: `org-${tenant}` });
    for (const id of [chief, lead]) await user(id);
    await join(`org-${tenant}`, chief, 'org_admin');
    await join(`org-${tenant}`, lead);
    await seat(`team-${tenant}`, lead, 'admin');
    for (const id of [chief, lead]) keys[id] = await gateway.createKey({ user_id: id });
  }
  const ask = async (path: string, body: unknown, who: string): Promise<readonly [number, Shown]> => {
    const { status, text } = await gateway.post(path, body, keys[who]);
    return [status, JSON.parse(text) as Shown];
  };
  const invite = async (id: string, who: string): Promise<number> =>
    (await ask('/invitation/new', { user_id: id }, who))[0];
  return { gateway, post, user, join, seat, keys, ask, invite };
}

const tokenIn = (made: Shown): string => new URL(String(made['invitation_link'])).searchParams.get('token') ?? '';

suite('administrators of organizations and teams invite', () => {
  test('their own, who set a password and sign in; nobody else is there', async (context) => {
    const { gateway, user, join, seat, keys, ask, invite } = await houses(context);
    for (const id of ['ann', 'ben', 'eve']) await user(id);
    await join('org-a', 'ann');
    await join('org-a', 'ben');
    await seat('team-a', 'ben');
    await join('org-b', 'eve');
    const [status, made] = await ask('/invitation/new', { user_id: 'ann' }, 'chief-a');
    assert.equal(status, 200, JSON.stringify(made));
    assert.equal(await invite('ben', 'lead-a'), 200);
    for (const [who, id] of [
      ['lead-a', 'ann'],
      ['lead-a', 'eve'],
      ['chief-a', 'eve'],
      ['chief-b', 'ann'],
      ['lead-b', 'ben'],
    ] as const) {
      const [theirs, nobodys] = [
        await ask('/invitation/new', { user_id: id }, who),
        await ask('/invitation/new', { user_id: 'nemo' }, who),
      ];
      assert.equal(theirs[0], 404, `${who} ${id}`);
      assert.deepEqual(JSON.stringify(theirs).replaceAll(id, 'ID'), JSON.stringify(nobodys).replaceAll('nemo', 'ID'));
    }
    const listed = async (who: string): Promise<readonly unknown[]> => {
      const { text } = await gateway.get('/invitation/list', keys[who]);
      return (JSON.parse(text) as { invitations: readonly Shown[] }).invitations.map((each) => each['user_id']).sort();
    };
    assert.deepEqual(await listed('chief-a'), ['ann', 'ben']);
    assert.deepEqual(await listed('lead-a'), ['ben']);
    assert.deepEqual(await listed('chief-b'), []);
    const id = String(made['id']);
    assert.equal((await gateway.get(`/invitation/info?invitation_id=${id}`, keys['chief-b'])).status, 404);
    assert.equal((await ask('/invitation/delete', { invitation_id: id }, 'chief-b'))[0], 404);
    assert.equal((await ask('/invitation/delete', { invitation_id: id }, 'lead-a'))[0], 404);
    const browser = openBrowser(gateway.url);
    const accepted = await browser.post('/auth/invitation/accept', { token: tokenIn(made), password: PASSWORD });
    assert.equal(accepted.status, 200, accepted.text);
    assert.equal(await invite('ann', 'chief-a'), 403, 'whoever has a password is somebody already');
    assert.equal((await ask('/invitation/delete', { invitation_id: id }, 'chief-a'))[0], 200);
  });

  test('nobody who has more in hand than they, now or when the link is opened', async (context) => {
    const { gateway, post, user, join, seat, ask, invite, keys } = await houses(context);
    const beyond: readonly (readonly [id: string, make: () => Promise<unknown>, who: string])[] = [
      ['operator', () => user('operator', { user_role: 'proxy_admin' }), 'chief-a'],
      ['viewer', () => user('viewer', { user_role: 'proxy_admin_viewer' }), 'chief-a'],
      ['rich', () => user('rich', { models: ['gpt-4o'] }), 'chief-a'],
      ['everything', () => user('everything', { models: [] }), 'lead-a'],
    ];
    for (const [id, make, who] of beyond) {
      await make();
      await join('org-a', id);
      await seat('team-a', id);
      assert.equal(await invite(id, who), 403, id);
    }
    await user('both');
    for (const org of ['org-a', 'org-b']) await join(org, 'both');
    assert.equal(await invite('both', 'chief-a'), 403, 'another organization has it, too');
    assert.equal(await invite('chief-a', 'lead-a'), 404);
    await seat('team-a', 'chief-a');
    assert.equal(await invite('chief-a', 'lead-a'), 403, 'the administrator above');
    const within = await gateway.createKey({ user_id: 'chief-a', team_id: 'team-a' });
    await user('cara');
    await join('org-a', 'cara');
    assert.equal((await gateway.post('/invitation/new', { user_id: 'cara' }, within)).status, 404, 'a key of the team');
    assert.equal((await gateway.post('/invitation/new', { user_id: 'cara' }, keys['chief-a'])).status, 200);

    for (const [id, rise] of [
      ['dan', () => post('/user/update', { user_id: 'dan', user_role: 'proxy_admin' })],
      ['fay', () => join('org-b', 'fay')],
      ['gus', () => post('/user/update', { user_id: 'gus', password: `${PASSWORD} of gus` })],
    ] as const) {
      await user(id);
      await join('org-a', id);
      const [, made] = await ask('/invitation/new', { user_id: id }, 'chief-a');
      await rise();
      const browser = openBrowser(gateway.url);
      const accepted = await browser.post('/auth/invitation/accept', { token: tokenIn(made), password: PASSWORD });
      assert.equal(accepted.status, 401, `${id}: ${accepted.text}`);
    }
    await post('/invitation/new', { user_id: 'operator' });
  });
});
