import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { it, test } from 'node:test';
import fc from 'fast-check';
import {
  createKeyAdministration,
  createKeyRing,
  createPartyAdministration,
  type Desired,
  type DesiredKey,
  type DesiredParty,
  derivePepper,
  openReconciler,
  planReconciliation,
} from '../../src/access/index.ts';
import { GatewayError } from '../../src/inference/index.ts';
import { type Database, migrate, migrationsFolder, openSqlite } from '../../src/store/index.ts';
import { asActor, listAudit, openAuditTrail, verifyAudit } from '../../src/telemetry/index.ts';

import { onBothDatabases } from './on-both-databases.ts';

const pepper = derivePepper('a secret key for tests');
let nowMs = 1_000_000;
const clock = { nowMs: () => nowMs++, monotonicMs: () => 1_000_000 };

async function instance(database: Database, name = 'one') {
  const ring = await createKeyRing({ database, pepper, masterKey: null, clock });
  const { recording } = openAuditTrail(database, clock);
  const changed = async (): Promise<void> => void (await ring.refresh());
  const isNamed = (): boolean => false;
  const reconciler = openReconciler({ database, ring, clock, recording, isNamed, instance: name, changed });
  return {
    ring,
    keys: createKeyAdministration({ database, ring, clock, recording }),
    parties: createPartyAdministration({ database, clock, changed, recording }),
    take: (desired: Desired) =>
      asActor({ id: 'configuration', changedBy: null, ip: null }, () => reconciler.reconcile(desired)),
    plan: (desired: Desired) => planReconciliation(desired, { database, pepper, clock, isNamed }),
  };
}

function team(id: string, more: Partial<DesiredParty['facts']> = {}, at = `file.yaml:${id.length}:3`): DesiredParty {
  const facts = {
    alias: id,
    organizationId: null,
    teamId: null,
    userId: null,
    budgetId: null,
    role: null,
    email: null,
    models: [],
    aliases: {},
    metadata: {},
    maxBudgetNanoUsd: null,
    rpmLimit: null,
    terms: {},
    settings: {},
    blocked: false,
  };
  return { kind: 'team', id, at, facts: { ...facts, ...more } };
}

function key(name: string, secret: string | null, more: Partial<DesiredKey['facts']> = {}): DesiredKey {
  const facts = {
    keyAlias: name,
    userId: null,
    teamId: null,
    projectId: null,
    organizationId: null,
    models: [],
    aliases: {},
    metadata: {},
    maxBudgetNanoUsd: null,
    rpmLimit: null,
    terms: {},
    expiresAtMs: null,
    blocked: false,
  };
  const known = secret === null ? null : { inner: hash('sha256', secret), hint: secret.slice(-4) };
  return { name, at: 'file.yaml:9:3', facts: { ...facts, ...more }, secret: known };
}

const CI = 'sk-ci-0123456789abcdef';
const NOBODY: Desired = { parties: [], keys: [] };
const PAYMENTS: Desired = {
  parties: [team('payments', { terms: { budgets: [{ nanoUsd: '2000', per: '1mo', policy: 'clamp' }] } })],
  keys: [key('ci', CI, { teamId: 'payments' }), key('made', null, { teamId: 'payments' })],
};

onBothDatabases('what the configuration has', (open) => {
  it('is made once, told in the audit log by one entry each, and the second time there is nothing to do', async () => {
    const { main } = await open();
    const { take, ring, parties } = await instance(main);
    const first = await take(PAYMENTS);
    assert.ok(first.outcome === 'reconciled');
    assert.deepEqual(
      first.made.map(({ name }) => name),
      ['made'],
    );
    assert.equal(ring.find(CI)?.caller.keyAlias, 'ci');
    assert.equal(ring.find(first.made[0]?.secret ?? '')?.caller.teamId, 'payments');
    assert.equal((await parties.findParty('team', 'payments'))?.createdBy, 'configuration');
    const again = await take(PAYMENTS);
    assert.ok(again.outcome === 'reconciled' && again.made.length === 0);
    const { entries } = await listAudit(main, {}, { page: 1, size: 10 });
    assert.deepEqual(entries.map(({ action, actor }) => `${action} by ${actor}`).sort(), [
      'key.create by configuration',
      'key.create by configuration',
      'team.create by configuration',
    ]);
    assert.equal((await verifyAudit(main)).brokenAt, null);
  });

  it('is revoked or blocked when it is gone, and comes back as what it was', async () => {
    const { main } = await open();
    const { take, ring, parties, keys } = await instance(main);
    const first = await take(PAYMENTS);
    assert.ok(first.outcome === 'reconciled');
    const made = first.made[0]?.secret ?? '';
    const own = await keys.createKey({ teamId: 'payments', createdBy: 'master' });
    assert.ok(own.outcome === 'created');
    const [id, createdAtMs] = [ring.find(CI)?.id, (await parties.findParty('team', 'payments'))?.createdAtMs];
    await take(NOBODY);
    assert.deepEqual([ring.find(CI), ring.find(made)], [null, null]);
    assert.equal(ring.find(own.secret)?.blockedBy?.id, 'payments', 'a key made over the API stays, and stands still');
    await take(PAYMENTS);
    assert.equal(ring.find(CI)?.id, id);
    assert.equal(ring.find(made)?.caller.keyAlias, 'made', 'the secret that was shown once works again');
    assert.equal(ring.find(own.secret)?.blockedBy, null);
    assert.equal((await parties.findParty('team', 'payments'))?.createdAtMs, createdAtMs);
  });

  it('is nobody else’s to change, but for what is spent and lent', async () => {
    const { main } = await open();
    const { take, keys, parties } = await instance(main);
    await take(PAYMENTS);
    const isConflict = (error: unknown): boolean =>
      error instanceof GatewayError && error.code === 'conflict' && error.message.includes('file.yaml, line ');
    const { key: ci } = { key: await keys.keyInfo(CI, 'everything') };
    assert.equal(ci?.terms.managedAt, 'file.yaml:9:3');
    await assert.rejects(keys.updateKey(CI, { blocked: true }), isConflict);
    await assert.rejects(keys.rotateKey(CI, { graceMs: 0, changes: {} }), isConflict);
    await assert.rejects(keys.revokeKeys([CI], 'everything'), isConflict);
    await assert.rejects(keys.revokeKeysByAlias(['ci'], 'everything'), isConflict);
    await assert.rejects(
      parties.changeParty('team', 'payments', 'master', () => ({ rpmLimit: 5 })),
      isConflict,
    );
    await assert.rejects(parties.removeParties('team', ['payments']), isConflict);
    const increase = { nanoUsd: '5', untilMs: 9_000_000, ofAll: true } as const;
    const lent = await keys.updateKey(CI, { terms: (terms) => ({ ...terms, increase }) });
    assert.equal(lent.outcome, 'updated');
    await take({ ...PAYMENTS, keys: [key('ci', CI, { teamId: 'payments', rpmLimit: 7 })] });
    const kept = await keys.keyInfo(CI, 'everything');
    assert.deepEqual([kept?.rpmLimit, kept?.terms.increase], [7, increase]);
  });

  it('does not go with a team that was made over the API', async () => {
    const { main } = await open();
    const { take, parties } = await instance(main);
    await parties.createParties([{ kind: 'team', id: 'own', createdBy: 'master' }]);
    await take({ parties: [], keys: [key('ci', CI, { teamId: 'own' })] });
    await assert.rejects(parties.removeParties('team', ['own']), /key 'ci' of the team 'own' is managed/);
  });

  it('takes over what is called the same, and leaves the rest alone', async () => {
    const { main } = await open();
    const { take, ring, keys, parties } = await instance(main);
    await parties.createParties([{ kind: 'team', id: 'payments', rpmLimit: 3, createdBy: 'master' }]);
    const clash = await keys.createKey({ alias: 'ci', createdBy: 'master' });
    const other = await keys.createKey({ alias: 'other', createdBy: 'master' });
    assert.ok(clash.outcome === 'created' && other.outcome === 'created');
    const taken = await take(PAYMENTS);
    assert.ok(taken.outcome === 'reconciled');
    assert.deepEqual(
      [...taken.steps.parties, ...taken.steps.keys].map(({ name, verb, isTaken }) => [name, verb, isTaken]),
      [
        ['payments', 'change', true],
        ['ci', 'change', true],
        ['made', 'create', false],
      ],
    );
    assert.deepEqual([ring.find(clash.secret), ring.find(CI)?.id], [null, clash.key.id]);
    assert.equal(ring.find(other.secret)?.caller.keyAlias, 'other');
  });

  it('changes nothing at all where something of it cannot be', async () => {
    const { main } = await open();
    const { take, keys, ring } = await instance(main);
    const own = await keys.createKey({ secret: CI, alias: 'mine', createdBy: 'master' });
    assert.equal(own.outcome, 'created');
    await take({ parties: [], keys: [key('first', 'sk-first-0123456789')] });
    const outcome = await take({
      parties: [team('fine')],
      keys: [key('first', CI), key('lost', 'sk-lost-0123456789', { teamId: 'nowhere' })],
    });
    assert.deepEqual(outcome, {
      outcome: 'faulty',
      faults: [
        "file.yaml:9:3: the key 'lost' belongs to the team 'nowhere', and there is none of that name",
        "file.yaml:9:3: the secret of the key 'first' is that of another one, 'mine': revoke that first",
      ],
    });
    assert.equal(ring.find('sk-lost-0123456789'), null);
    assert.equal(ring.find(CI)?.caller.keyAlias, 'mine');
  });

  it('is made once by any number of instances that start at the same moment', async () => {
    const { main } = await open();
    const instances = await Promise.all(['a', 'b', 'c', 'd'].map((name) => instance(main, name)));
    const outcomes = await Promise.all(instances.map(({ take }) => take(PAYMENTS)));
    const made = outcomes.flatMap((each) => (each.outcome === 'reconciled' ? each.made : []));
    assert.equal(made.length, 1);
    const { total } = await listAudit(main, {}, { page: 1, size: 1 });
    assert.equal(total, 3);
  });

  it('says so where instances do not have the same', async () => {
    const { main } = await open();
    const [one, two] = [await instance(main, 'one'), await instance(main, 'two')];
    await one.take(PAYMENTS);
    const other = await two.take({ ...PAYMENTS, keys: [] });
    assert.ok(other.outcome === 'reconciled');
    assert.equal(other.other?.instance, 'one');
  });
});

const names = ['a', 'b', 'c'];
const desired = fc
  .record({
    teams: fc.dictionary(
      fc.constantFrom(...names),
      fc.record({ rpm: fc.constantFrom(null, 1, 2), models: fc.boolean() }),
    ),
    keys: fc.dictionary(
      fc.constantFrom(...names),
      fc.record({
        secret: fc.constantFrom(null, 'x', 'y'),
        team: fc.option(fc.constantFrom(...names)),
        rpm: fc.nat(2),
      }),
    ),
  })
  .map(({ teams, keys }): Desired => {
    const ids = Object.keys(teams);
    return {
      parties: ids.map((id) => team(id, { rpmLimit: teams[id]?.rpm ?? null, models: teams[id]?.models ? ['m'] : [] })),
      keys: Object.entries(keys).map(([name, { secret, team: of, rpm }]) =>
        key(name, secret === null ? null : `sk-${name}-${secret}-0123456789`, {
          teamId: of !== null && ids.includes(of) ? of : null,
          rpmLimit: rpm + 1,
        }),
      ),
    };
  });

test('any sequence of files ends in the state of the last, every key as the key that it was', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(desired, { minLength: 1, maxLength: 6 }), async (files) => {
      const main = openSqlite(':memory:');
      try {
        await migrate(main, migrationsFolder('sqlite'));
        const { take, plan, ring, parties, keys } = await instance(main);
        const ids = new Map<string, string>();
        for (const file of files) {
          assert.equal((await take(file)).outcome, 'reconciled');
          const { keys: page } = await keys.listKeys({ reach: 'everything', page: 1, size: 100 });
          assert.deepEqual(page.map(({ caller }) => caller.keyAlias).sort(), file.keys.map(({ name }) => name).sort());
          for (const { id, caller } of page) {
            assert.equal(ids.get(caller.keyAlias ?? '') ?? id, id, 'a name is one key for ever');
            ids.set(caller.keyAlias ?? '', id);
          }
          for (const { secret, name, facts } of file.keys) {
            const held = page.find(({ caller }) => caller.keyAlias === name);
            assert.deepEqual([held?.rpmLimit, held?.caller.teamId], [facts.rpmLimit, facts.teamId]);
            if (secret !== null) assert.equal(held?.hash, ring.hashOfInner(secret.inner));
          }
          for (const id of names) {
            const wanted = file.parties.find((each) => each.id === id);
            const party = await parties.findParty('team', id);
            if (wanted === undefined) assert.ok(party === null || party.blocked, `${id} is no longer`);
            else
              assert.deepEqual(
                [party?.rpmLimit, party?.models, party?.blocked],
                [wanted.facts.rpmLimit, wanted.facts.models, false],
              );
          }
          assert.deepEqual(await plan(file), { parties: [], keys: [], faults: [] });
        }
      } finally {
        await main.close();
      }
    }),
    { numRuns: 40 },
  );
});
