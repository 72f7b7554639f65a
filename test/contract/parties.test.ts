import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  createKeyAdministration,
  createKeyRing,
  createPartyAdministration,
  derivePepper,
  mayUseModel,
  type NewParty,
  newMember,
} from '../../src/access/index.ts';
import type { Database } from '../../src/store/index.ts';
import { onBothDatabases } from './on-both-databases.ts';

const pepper = derivePepper('a secret key for tests');
const clock = { nowMs: () => 1_000_000, monotonicMs: () => 1_000_000 };
const by = { createdBy: 'master' } as const;

async function instance(main: Database) {
  const ring = await createKeyRing({ database: main, pepper, masterKey: null, clock });
  const keys = createKeyAdministration({ database: main, ring, clock });
  const changed = async () => void (await ring.refresh());
  return { ring, keys, parties: createPartyAdministration({ database: main, clock, changed }) };
}

type Instance = Awaited<ReturnType<typeof instance>>;

const ACME: readonly NewParty[] = [
  { kind: 'organization', id: 'acme', models: ['gpt-*', 'claude'], settings: { pays: 'prepaid' }, ...by },
  {
    kind: 'team',
    id: 'payments',
    organizationId: 'acme',
    models: ['gpt-5', 'claude'],
    aliases: { fast: 'gpt-5', slow: 'gpt-4' },
    maxBudgetNanoUsd: 2n ** 60n + 1n,
    rpmLimit: 600,
    terms: { budgetDuration: '1mo', modelRpmLimit: { 'gpt-5': 5 } },
    settings: { memberTerms: { maxBudget: '100', terms: { budgetDuration: '1d' } } },
    metadata: { nested: { text: 'line\nfeed' } },
    ...by,
  },
  { kind: 'project', id: 'checkout', teamId: 'payments', ...by },
  { kind: 'user', id: 'alice', email: 'Alice@Example.com', models: ['nothing'], maxBudgetNanoUsd: 7n, ...by },
  newMember('member', 'payments', 'alice', { role: 'admin', ...by }),
];

async function keyOf({ keys }: Instance, given: Parameters<Instance['keys']['createKey']>[0] | object) {
  const made = await keys.createKey({ createdBy: 'master', ...given });
  assert.ok(made.outcome === 'created');
  return made;
}

onBothDatabases('parties', (open) => {
  it('are made all or none, found as they were made, and free again when they are gone', async () => {
    const { main } = await open();
    const { parties, ring } = await instance(main);
    const made = await parties.createParties(ACME);
    const team = made?.[1];
    const found = await parties.findParty('team', 'payments');
    assert.deepEqual({ ...found, changedSeq: 0 }, team);
    assert.deepEqual(ring.party('team', 'payments'), found);
    assert.equal((await parties.findUserByEmail('ALICE@example.com'))?.id, 'alice');
    assert.equal(await parties.createParties([{ kind: 'tag', id: 'new', ...by }, ...ACME]), null);
    assert.equal(await parties.findParty('tag', 'new'), null, 'none of them was written');
    const same = { kind: 'user', id: 'other', email: 'alice@example.COM', ...by } as const;
    assert.equal(await parties.createParties([same]), null, 'an address is one user’s');
    assert.equal((await parties.removeParties('user', ['alice', 'nobody'])).length, 1);
    assert.ok(await parties.createParties([same, { kind: 'user', id: 'alice', ...by }]));
  });

  it('change by several at once, and nothing of it is lost', async () => {
    const { main } = await open();
    const [one, other] = [await instance(main), await instance(main)];
    await one.parties.createParties(ACME);
    const names = ['a', 'b', 'c', 'd'];
    await Promise.all(
      names.map((name, index) =>
        (index % 2 === 0 ? one : other).parties.changeParty('team', 'payments', 'master', ({ metadata }) => ({
          metadata: { ...metadata, [name]: index },
        })),
      ),
    );
    const { metadata } = (await one.parties.findParty('team', 'payments')) ?? {};
    assert.deepEqual(Object.keys(metadata ?? {}).sort(), ['a', 'b', 'c', 'd', 'nested']);
    assert.equal(await one.parties.changeParty('team', 'nobody', 'master', () => ({ blocked: true })), null);
    await other.ring.refresh();
    assert.deepEqual(other.ring.party('team', 'payments')?.metadata, metadata);
  });

  it('are whom a key stands with: what they may use, what they are called, and what holds for them', async () => {
    const { main } = await open();
    const all = await instance(main);
    await all.parties.createParties(ACME);
    const { secret } = await keyOf(all, { projectId: 'checkout', userId: 'alice', models: ['all-team-models'] });
    const key = all.ring.find(secret);
    assert.ok(key !== null);
    assert.deepEqual(
      key.parties.map(({ kind, id, allowance }) => [kind, id, allowance.budgets.map((each) => each.limitNanoUsd)]),
      [
        ['key', key.id, []],
        ['user', 'alice', []],
        ['member', 'payments\nalice', [100n]],
        ['team', 'payments', [2n ** 60n + 1n]],
        ['project', 'checkout', []],
        ['organization_member', 'acme\nalice', []],
        ['organization', 'acme', []],
      ],
    );
    assert.deepEqual([key.caller.teamId, key.caller.organizationId], ['payments', 'acme']);
    assert.deepEqual(key.caller.aliases, { fast: 'gpt-5', slow: 'gpt-4' });
    const may = (model: string) => mayUseModel(key.caller, model);
    assert.deepEqual(['gpt-5', 'claude', 'gpt-4', 'other'].map(may), [true, true, false, false]);
    const own = await keyOf(all, { userId: 'alice' });
    const personal = all.ring.find(own.secret);
    assert.deepEqual(
      personal?.parties.map(({ kind, allowance }) => [kind, allowance.budgets[0]?.limitNanoUsd]),
      [
        ['key', undefined],
        ['user', 7n],
      ],
      'what a user may use is for keys that are the user’s alone',
    );
    assert.ok(personal !== null && !mayUseModel(personal.caller, 'gpt-5'));
    await all.parties.changeParty('organization', 'acme', 'master', () => ({ blocked: true }));
    assert.equal(all.ring.find(secret)?.blockedBy?.id, 'acme');
    assert.equal(all.ring.find(own.secret)?.blockedBy, null);
  });

  it('share the terms of a budget that they refer to, and follow its changes', async () => {
    const { main } = await open();
    const { parties, ring } = await instance(main);
    await parties.createParties([
      { kind: 'budget', id: 'small', maxBudgetNanoUsd: 5n, ...by },
      { kind: 'customer', id: 'c1', budgetId: 'small', ...by },
      { kind: 'customer', id: 'c2', budgetId: 'small', maxBudgetNanoUsd: 9n, ...by },
    ]);
    const limits = () => ['c1', 'c2'].map((id) => ring.party('customer', id)?.allowance.budgets[0]?.limitNanoUsd);
    assert.deepEqual(limits(), [5n, 9n]);
    await parties.changeParty('budget', 'small', 'master', () => ({ maxBudgetNanoUsd: 6n }));
    assert.deepEqual(limits(), [6n, 9n]);
  });

  for (const [kind, id, left] of [
    ['organization', 'acme', ['alice', 'stranger']],
    ['team', 'payments', ['acme', 'alice', 'stranger']],
    ['project', 'checkout', ['acme', 'alice', 'payments', 'payments\nalice', 'stranger']],
    ['user', 'alice', ['acme', 'checkout', 'payments', 'stranger']],
  ] as const) {
    it(`a ${kind} that goes takes what is in it along, and its keys work no more at once`, async () => {
      const { main } = await open();
      const [one, other] = [await instance(main), await instance(main)];
      await one.parties.createParties([...ACME, { kind: 'team', id: 'stranger', ...by }]);
      const mine = await keyOf(one, { projectId: 'checkout', userId: 'alice' });
      const others = await keyOf(one, { teamId: 'stranger' });
      assert.equal((await one.parties.removeParties(kind, [id])).length, 1);
      assert.equal(one.ring.find(mine.secret), null);
      assert.ok(one.ring.find(others.secret));
      await other.ring.refresh();
      assert.equal(other.ring.find(mine.secret), null);
      const kinds = ['organization', 'team', 'project', 'user', 'member'] as const;
      const pages = await Promise.all(
        kinds.map((each) => one.parties.listParties(each, { reach: 'everything' }, { page: 1, size: 10 })),
      );
      const ids = pages.flatMap(({ parties }) => parties.map((party) => party.id)).sort();
      assert.deepEqual(ids, left);
    });
  }

  it('a member that goes takes its keys of the team along and no others', async () => {
    const { main } = await open();
    const all = await instance(main);
    await all.parties.createParties(ACME);
    const inTeam = await keyOf(all, { teamId: 'payments', userId: 'alice' });
    const alone = await keyOf(all, { userId: 'alice' });
    await all.parties.removeParties('member', ['payments\nalice']);
    assert.equal(all.ring.find(inTeam.secret), null);
    assert.ok(all.ring.find(alone.secret));
  });
});
