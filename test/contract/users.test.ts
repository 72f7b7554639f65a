import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  createKeyAdministration,
  createKeyRing,
  createPartyAdministration,
  derivePepper,
  masterVirtualKey,
  type PartyFilter,
} from '../../src/access/index.ts';
import { createUser, type Joined, removeBudget } from '../../src/administration/index.ts';
import type { Database } from '../../src/store/index.ts';
import { onBothDatabases } from './on-both-databases.ts';

const clock = { nowMs: () => 1_000_000, monotonicMs: () => 1_000_000 };
const master = { key: masterVirtualKey, path: '/user/new' };
const by = { createdBy: 'master' } as const;

async function instance(database: Database) {
  const ring = await createKeyRing({ database, pepper: derivePepper('a secret for tests'), masterKey: null, clock });
  const keys = createKeyAdministration({ database, ring, clock });
  const changed = async () => void (await ring.refresh());
  const attenuation = { known: ring, otherNames: () => ({ names: [], groups: [] }) };
  return { ring, keys, attenuation, parties: createPartyAdministration({ database, clock, changed }) };
}

const JOINED: readonly Joined[] = [
  { kind: 'team', groupId: 'payments', facts: { role: 'admin', maxBudgetNanoUsd: 5n } },
  { kind: 'organization', groupId: 'acme', facts: { role: 'internal_user' } },
];

onBothDatabases('users', (open) => {
  it('are made with their memberships and a key, or not at all', async () => {
    const { main } = await open();
    const all = await instance(main);
    const alice = { kind: 'user', id: 'alice', email: 'alice@example.com', ...by } as const;
    await assert.rejects(createUser(all, master, alice, JOINED, null), /There is no team 'payments'/);
    assert.equal(await all.parties.findParty('user', 'alice'), null);
    await all.parties.createParties([
      { kind: 'organization', id: 'acme', ...by },
      { kind: 'team', id: 'payments', organizationId: 'acme', ...by },
    ]);
    const { created } = await createUser(all, master, alice, JOINED, { alias: 'first', teamId: 'payments' });
    assert.ok(created !== null);
    const key = all.ring.find(created.secret);
    const member = key?.parties.find(({ kind }) => kind === 'member');
    assert.deepEqual([member?.id, member?.allowance.budgets[0]?.limitNanoUsd], ['payments\nalice', 5n]);
    assert.equal((await all.parties.findParty('organization_member', 'acme\nalice'))?.role, 'internal_user');
    const bob = { kind: 'user', id: 'bob', ...by } as const;
    await assert.rejects(createUser(all, master, bob, JOINED, { alias: 'first' }), /the alias 'first' already/);
    assert.equal(await all.parties.findParty('user', 'bob'), null);
    assert.equal(await all.parties.findParty('member', 'payments\nbob'), null);
  });

  it('are listed by what they are, and counted with their keys', async () => {
    const { main } = await open();
    const all = await instance(main);
    await all.parties.createParties([
      { kind: 'organization', id: 'acme', ...by },
      { kind: 'team', id: 'payments', ...by },
      {
        kind: 'user',
        id: 'c',
        email: 'zoe@example.com',
        settings: { ssoUserId: 'sso|"1"' },
        role: 'proxy_admin',
        ...by,
      },
    ]);
    await createUser(all, master, { kind: 'user', id: 'a', email: 'bob_1@example.com', ...by }, JOINED, {});
    await createUser(all, master, { kind: 'user', id: 'b', email: 'bobx1@example.com', ...by }, [], {});
    const listed = async (filter: Omit<PartyFilter, 'reach'>): Promise<string> => {
      const paging = { page: 1, size: 10, by: 'id', ascending: true } as const;
      const { parties, total } = await all.parties.listParties('user', { reach: 'everything', ...filter }, paging);
      return `${total}: ${parties.map(({ id }) => id).join(' ')}`;
    };
    assert.equal(await listed({}), '3: a b c');
    assert.equal(await listed({ ofTeams: ['payments', 'nowhere'] }), '1: a');
    assert.equal(await listed({ ofOrganizations: ['acme'] }), '1: a');
    assert.equal(await listed({ ofTeams: [] }), '0: ');
    assert.equal(await listed({ ssoUserIds: ['sso|"1"', 'x'] }), '1: c');
    assert.equal(await listed({ email: 'BOB_1@' }), '1: a', 'an underscore stands for itself');
    assert.equal(await listed({ role: 'proxy_admin', ids: ['a', 'c'] }), '1: c');
    const counts = await all.keys.countKeysOfUsers(['a', 'b', 'c']);
    assert.deepEqual([...counts].sort(), [
      ['a', 1],
      ['b', 1],
    ]);
    assert.equal((await all.keys.countKeysOfUsers([])).size, 0);
  });

  it('and keys go by a shared budget, which stays while anybody does', async () => {
    const { main } = await open();
    const all = await instance(main);
    await all.parties.createParties([
      { kind: 'budget', id: 'sm"all', maxBudgetNanoUsd: 5n, terms: { budgetDuration: '1d' }, rpmLimit: 3, ...by },
      { kind: 'user', id: 'u', budgetId: 'sm"all', ...by },
    ]);
    const made = await all.keys.createKey({ terms: { budgetId: 'sm"all' }, maxBudgetNanoUsd: 9n, ...by });
    assert.ok(made.outcome === 'created');
    const own = () => all.ring.find(made.secret)?.parties[0]?.allowance;
    const budgets = () => own()?.budgets.map(({ limitNanoUsd, window }) => [limitNanoUsd, window.name]);
    assert.deepEqual(budgets(), [[9n, 'total']], 'an amount of its own has no period of another');
    assert.equal(own()?.limits[0]?.limit, 3);
    await all.keys.updateKey(made.key.id, { maxBudgetNanoUsd: null });
    assert.deepEqual(budgets(), [[5n, '1d']]);
    await all.parties.changeParty('budget', 'sm"all', 'master', () => ({ maxBudgetNanoUsd: 6n }));
    assert.deepEqual(budgets(), [[6n, '1d']]);
    await assert.rejects(removeBudget(all, 'sm"all'), /is referred to by 1 user, 1 key: /);
    await all.keys.revokeKeys([made.key.id], 'everything');
    await all.parties.removeParties('user', ['u']);
    assert.equal((await removeBudget(all, 'sm"all')).id, 'sm"all');
    await assert.rejects(removeBudget(all, 'sm"all'), /There is no budget/);
  });
});
