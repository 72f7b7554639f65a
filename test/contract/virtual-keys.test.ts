import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  checkKey,
  createKeyAdministration,
  createKeyRing,
  derivePepper,
  type KeyAdministration,
  type KeyRing,
} from '../../src/access/index.ts';
import { type Database, keepFact } from '../../src/store/index.ts';
import { onBothDatabases } from './on-both-databases.ts';

const pepper = derivePepper('a secret key for tests');
const masterKey = 'sk-master-of-the-tests';
const ALL = 'everything';
const only = (keyId: string) => ({ keyId, userId: null, ownIn: null, teams: [], organizations: [], within: null });

function fakeClock(): { nowMs: () => number; monotonicMs: () => number; ms: number } {
  const clock = { ms: 1_000_000, nowMs: () => clock.ms, monotonicMs: () => clock.ms };
  return clock;
}

async function instance(
  database: Database,
): Promise<{ ring: KeyRing; keys: KeyAdministration; clock: ReturnType<typeof fakeClock> }> {
  const clock = fakeClock();
  const ring = await createKeyRing({ database, pepper, masterKey, clock });
  return { ring, clock, keys: createKeyAdministration({ database, ring, clock }) };
}

async function create(keys: KeyAdministration, input: Partial<Parameters<KeyAdministration['createKey']>[0]> = {}) {
  const created = await keys.createKey({ createdBy: 'master', ...input });
  if (created.outcome !== 'created') assert.fail(created.outcome);
  return created;
}

function countLookUps(database: Database): { readonly database: Database; readonly count: () => number } {
  let count = 0;
  const query: Database['query'] = (sql, values) => {
    if (/access_former_secret WHERE hash = /.test(sql)) count++;
    return database.query(sql, values);
  };
  return { database: { ...database, query }, count: () => count };
}

onBothDatabases('virtual keys', (open) => {
  it('are found at once by who made them, with all that they were made with', async () => {
    const { main } = await open();
    const { ring, keys } = await instance(main);
    const input = {
      alias: 'robot \u{1F916}\n"quoted"',
      userId: 'u1',
      teamId: 't1',
      models: ['a', 'b/*'],
      aliases: { fast: 'a', 'odd "name"': 'b/c' },
      metadata: { nested: { text: 'line\nfeed' } },
      maxBudgetNanoUsd: 2n ** 60n + 1n,
      rpmLimit: 3_000_000_000,
      expiresAtMs: 1_000_001,
    };
    const { secret, key } = await create(keys, input);
    assert.match(secret, /^sk-wb-[0-9A-Za-z]{6}-[0-9A-Za-z]{43}-[0-9A-Za-z]{6}$/);
    const found = ring.find(secret);
    assert.deepEqual({ ...found, parties: key.parties }, key);
    assert.deepEqual(
      found?.parties.map(({ kind, id }) => [kind, id]),
      [
        ['key', key.id],
        ['user', 'u1'],
        ['member', 't1\nu1'],
        ['team', 't1'],
      ],
    );
    assert.equal(key.caller.keyAlias, input.alias);
    assert.equal(key.maxBudgetNanoUsd, input.maxBudgetNanoUsd);
    assert.equal(checkKey(key, 1_000_000), 'ok');
    assert.equal(checkKey(key, 1_000_001), 'expired');
    const later = await createKeyRing({ database: main, pepper, masterKey, clock: fakeClock() });
    assert.deepEqual(later.find(secret), found);
    assert.equal(later.size(), 1);
  });

  it('are changed in what is named, by several at once, and found changed everywhere', async () => {
    const { main } = await open();
    const [one, other] = [await instance(main), await instance(main)];
    const { secret, key } = await create(one.keys, { alias: 'before', maxBudgetNanoUsd: 5n, terms: { tpmLimit: 9 } });
    await create(one.keys, { alias: 'taken' });
    const models = Array.from({ length: 4 }, (_, index) => `m${index}`);
    const changes = models.map((model, index) =>
      (index % 2 === 0 ? one : other).keys.updateKey(secret, {
        terms: (before) => ({ ...before, modelRpmLimit: { ...before.modelRpmLimit, [model]: index + 1 } }),
      }),
    );
    for (const { outcome } of await Promise.all(changes)) assert.equal(outcome, 'updated');
    const updated = await other.keys.updateKey(key.id, { alias: 'after', maxBudgetNanoUsd: null, rpmLimit: 3 });
    assert.equal(updated.outcome, 'updated');
    await one.ring.refresh();
    const now = one.ring.find(secret);
    assert.deepEqual(
      [now?.caller.keyAlias, now?.maxBudgetNanoUsd, now?.rpmLimit, now?.terms.tpmLimit, now?.createdBy],
      ['after', null, 3, 9, 'master'],
    );
    assert.deepEqual(now?.terms.modelRpmLimit, { m0: 1, m1: 2, m2: 3, m3: 4 });
    assert.deepEqual(now?.modelAllowances.get('m2')?.limits, [{ measure: 'requests', per: 'minute', limit: 3 }]);
    assert.equal((await one.keys.updateKey(secret, { alias: 'taken' })).outcome, 'alias_taken');
    assert.equal((await one.keys.updateKey(secret, { alias: 'after' })).outcome, 'updated', 'its own');
    await one.keys.revokeKeys([secret], 'everything');
    assert.equal((await other.keys.updateKey(secret, { blocked: true })).outcome, 'not_found');
  });

  it('are not to be found in the database in plain, nor by their sha256', async () => {
    const { main } = await open();
    const { keys } = await instance(main);
    const { secret } = await create(keys);
    const { createHash } = await import('node:crypto');
    const rows = JSON.stringify(await main.query('SELECT * FROM access_virtual_key'));
    assert.ok(!rows.includes(secret.slice(14, 40)));
    assert.ok(!rows.includes(createHash('sha256').update(secret).digest('hex')));
  });

  it('know the master key, and nobody else with it', async () => {
    const { main } = await open();
    const { ring } = await instance(main);
    assert.equal(ring.find(masterKey)?.caller.kind, 'master');
    assert.equal(ring.find(`${masterKey} `), null);
    const without = await createKeyRing({ database: main, pepper, masterKey: null, clock: fakeClock() });
    assert.equal(without.find(masterKey), null);
    assert.equal(without.find(''), null);
  });

  it('are listed in an order that is brought along, who is not in it behind all others', async () => {
    const { main } = await open();
    const { keys } = await instance(main);
    const made = [];
    for (const alias of ['a', 'b', 'c', 'd']) made.push((await create(keys, { alias, userId: 'u' })).key.id);
    const [a = '', , c = ''] = made;
    const listed = async (descending: boolean, page = 1): Promise<readonly (string | null)[]> => {
      const order = { by: 'ranked', ids: ['nobody', c, a], descending } as const;
      const found = await keys.listKeys({ reach: ALL, userId: 'u', page, size: 3, order });
      assert.equal(found.total, 4);
      return found.keys.map(({ caller }) => caller.keyAlias);
    };
    assert.deepEqual((await listed(true)).slice(0, 2), ['c', 'a']);
    assert.deepEqual((await listed(true, 2)).length, 1);
    assert.deepEqual([(await listed(false))[2], ...(await listed(false, 2))], ['a', 'c']);
  });

  it('take over changes of another instance by refreshing, in the order they were made', async () => {
    const { main } = await open();
    const [one, other] = [await instance(main), await instance(main)];
    const made = await Promise.all(Array.from({ length: 20 }, () => create(one.keys)));
    assert.equal(await other.ring.refresh(), 20);
    assert.equal(await other.ring.refresh(), 0);
    for (const { secret } of made) assert.notEqual(other.ring.find(secret), null);
    const gone = made.slice(0, 5).map(({ secret }) => secret);
    assert.deepEqual(await one.keys.revokeKeys(gone, 'everything'), gone);
    assert.equal(one.ring.find(gone[0] ?? ''), null);
    assert.equal(await other.ring.refresh(), 5);
    for (const secret of gone) assert.equal(other.ring.find(secret), null);
    assert.equal(other.ring.size(), 15);
  });

  it('look an unknown key up once, and remember for a second that there is none', async () => {
    const { main } = await open();
    const counted = countLookUps(main);
    const one = await instance(main);
    const other = await instance(counted.database);
    const { secret } = await create(one.keys);
    assert.equal(other.ring.find(secret), null);
    const [found, again] = await Promise.all([other.ring.lookUp(secret), other.ring.lookUp(secret)]);
    assert.equal(found?.id, again?.id);
    assert.equal(counted.count(), 1);
    assert.notEqual(other.ring.find(secret), null);

    const made = 'sk-somebody-made-this-up';
    assert.equal(await other.ring.lookUp(made), null);
    assert.equal(await other.ring.lookUp(made), null);
    assert.equal(counted.count(), 2);
    other.clock.ms += 1001;
    assert.equal(await other.ring.lookUp(made), null);
    assert.equal(counted.count(), 3);
  });

  it('do not go to the database for a mistyped key, nor for more than 50 unknown ones a second', async () => {
    const { main } = await open();
    const counted = countLookUps(main);
    const { ring, keys, clock } = await instance(counted.database);
    const { secret } = await create(keys);
    const last = secret.at(-1) === 'a' ? 'b' : 'a';
    assert.equal(await ring.lookUp(`${secret.slice(0, -1)}${last}`), null);
    assert.equal(counted.count(), 0);
    for (let index = 0; index < 200; index++) await ring.lookUp(`sk-made-up-number-${index}`);
    assert.equal(counted.count(), 50);
    clock.ms += 100;
    for (let index = 0; index < 200; index++) await ring.lookUp(`sk-made-up-again-${index}`);
    assert.equal(counted.count(), 55);
  });

  it('refuse an alias, or a key that was brought along, that is in use, and take it again afterwards', async () => {
    const { main } = await open();
    const { ring, keys } = await instance(main);
    const secret = 'sk-brought-along-0001';
    const { key } = await create(keys, { alias: 'one', secret });
    assert.equal(ring.find(secret)?.id, key.id);
    assert.deepEqual(await keys.createKey({ createdBy: 'master', alias: 'one' }), { outcome: 'alias_taken' });
    assert.deepEqual(await keys.createKey({ createdBy: 'master', secret }), { outcome: 'key_taken' });
    assert.deepEqual(await keys.createKey({ createdBy: 'master', secret: 'sk-short' }), { outcome: 'malformed' });
    assert.deepEqual(await keys.revokeKeysByAlias(['one', 'none'], 'everything'), ['one']);
    const again = await create(keys, { alias: 'one', secret });
    assert.notEqual(again.key.id, key.id);
    assert.equal(ring.find(secret)?.id, again.key.id);
  });

  it('are named by key, public id, our token or LiteLLM\u2019s', async () => {
    const { main } = await open();
    const { keys } = await instance(main);
    const { secret, key } = await create(keys);
    const { createHash } = await import('node:crypto');
    for (const reference of [secret, key.id, key.hash, createHash('sha256').update(secret).digest('hex')]) {
      assert.equal((await keys.keyInfo(reference, ALL))?.id, key.id, reference);
    }
    assert.equal(await keys.keyInfo('nobody', ALL), null);
    assert.equal((await keys.keyInfo(secret, only(key.id)))?.id, key.id);
    assert.equal(await keys.keyInfo(secret, only('others')), null);
    assert.deepEqual(await keys.revokeKeys([key.id, 'nobody'], 'everything'), [key.id]);
    assert.deepEqual(await keys.revokeKeys([key.id], 'everything'), []);
    assert.equal(await keys.keyInfo(secret, ALL), null);
  });

  it('can be blocked and let go', async () => {
    const { main } = await open();
    const { ring, keys } = await instance(main);
    const { secret, key } = await create(keys);
    assert.equal((await keys.setBlocked(key.id, true))?.blocked, true);
    const found = ring.find(secret);
    assert.equal(found === null ? null : checkKey(found, 0), 'blocked');
    await keys.setBlocked(secret, false);
    assert.equal(ring.find(secret)?.blocked, false);
    assert.equal(await keys.setBlocked('nobody', true), null);
  });

  it('are listed newest first, by pages, by owner', async () => {
    const { main } = await open();
    const { keys, clock } = await instance(main);
    for (let index = 0; index < 7; index++) {
      clock.ms++;
      await create(keys, { alias: `key ${index}`, teamId: index % 2 === 0 ? 'even' : 'odd' });
    }
    const page = await keys.listKeys({ reach: 'everything', page: 2, size: 3 });
    assert.deepEqual(
      page.keys.map(({ caller }) => caller.keyAlias),
      ['key 3', 'key 2', 'key 1'],
    );
    assert.equal(page.total, 7);
    assert.equal((await keys.listKeys({ reach: 'everything', page: 1, size: 100, teamId: 'odd' })).total, 3);
  });

  it('are found by part of an alias, as it now is, whoever changed it', async () => {
    const { main } = await open();
    const [{ keys, clock }, other] = [await instance(main), await instance(main)];
    const byPart = async (aliasPart: string, page = 1) => {
      const found = await keys.listKeys({ reach: 'everything', aliasPart, page, size: 2 });
      return { aliases: found.keys.map(({ caller }) => caller.keyAlias), total: found.total };
    };
    const made = [];
    for (const alias of ['Nightly build', 'build \u{1F916} Ärger', 'night\nshift', 'plain', null]) {
      clock.ms++;
      made.push(await create(keys, { alias }));
    }
    assert.deepEqual(await byPart('NIGHT'), { aliases: ['night\nshift', 'Nightly build'], total: 2 });
    assert.deepEqual(await byPart('ärg'), { aliases: ['build \u{1F916} Ärger'], total: 1 });
    assert.deepEqual(await byPart('buildbuild'), { aliases: [], total: 0 });
    const [nightly, robot, shift] = made.map(({ key }) => key.id);
    await other.keys.updateKey(nightly ?? '', { alias: 'weekly build' });
    await other.keys.updateKey(robot ?? '', { alias: null });
    await other.keys.revokeKeys([shift ?? ''], 'everything');
    other.clock.ms = clock.ms + 1;
    await create(other.keys, { alias: 'BUILDS of others' });
    await create(other.keys, { alias: 'more builds' });
    await other.keys.updateKey(nightly ?? '', { rpmLimit: 5 });
    assert.deepEqual(await byPart('night'), { aliases: [], total: 0 });
    assert.equal((await byPart('build')).total, 3);
    assert.deepEqual(await byPart('build', 2), { aliases: ['weekly build'], total: 3 });
    assert.equal((await keys.listKeys({ reach: 'everything', aliasPart: '', page: 1, size: 9 })).total, 4);
  });

  it('stand in the order of a ranking, those outside of it behind', async () => {
    const { main } = await open();
    const { keys } = await instance(main);
    const made = [];
    for (let nth = 0; nth < 5; nth++) made.push((await create(keys, { teamId: nth === 1 ? 'b' : 'a' })).key.id);
    const [first = '', second = '', third = '', ...others] = made;
    const rest = others.sort().reverse();
    const ids = [third, 'gone', first, second];
    const order = { by: 'ranked', ids, descending: true } as const;
    const listed = async (page: number, size: number, more = {}) =>
      (await keys.listKeys({ reach: 'everything', page, size, order, ...more })).keys.map(({ id }) => id);
    assert.deepEqual(await listed(1, 9), [third, first, second, ...rest]);
    assert.deepEqual(await listed(2, 2), [second, rest[0]]);
    assert.deepEqual(await listed(3, 2), [rest[1]]);
    assert.deepEqual(await listed(1, 9, { teamId: 'a' }), [third, first, ...rest]);
    assert.deepEqual(await listed(1, 9, { order: { ...order, descending: false } }), [
      ...rest.reverse(),
      second,
      first,
      third,
    ]);
  });

  it('tell listeners before a change is answered', async () => {
    const { main } = await open();
    const { keys } = await instance(main);
    let told = 0;
    keys.onChange(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      told++;
    });
    const { secret } = await create(keys);
    assert.equal(told, 1);
    await keys.revokeKeys([secret], 'everything');
    assert.equal(told, 2);
  });

  it('stand beside the fingerprint of the secret key, where the first one stays', async () => {
    const { main } = await open();
    assert.equal(await keepFact(main, 'secret_key_fingerprint', 'one'), 'one');
    assert.equal(await keepFact(main, 'secret_key_fingerprint', 'other'), 'one');
  });
});
