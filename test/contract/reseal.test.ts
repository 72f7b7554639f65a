import assert from 'node:assert/strict';
import { it } from 'node:test';
import { beginExchange, endExchange, openVault } from '../../src/access/index.ts';
import { openSessions } from '../../src/access/people/sessions.ts';
import { createStoredAdministration, openStoredEntries } from '../../src/catalog/index.ts';
import { receiverOf, reseal } from '../../src/composition/index.ts';
import { systemClock as clock, type Resealed } from '../../src/std/index.ts';
import type { Database } from '../../src/store/index.ts';
import { openAuditTrail } from '../../src/telemetry/index.ts';
import { onBothDatabases } from './on-both-databases.ts';

const [OLD, NEW] = ['the secret key until now', 'the secret key from now on'];
const EXCHANGE = { from: OLD, to: NEW, clock };
const TOKEN_FOR = ['access_session.provider_token', 'https://identity.example', 'ann'];
const ENTRIES = ['one', 'two', 'three'];
const named = (id: string) => ({ kind: 'deployment', id }) as const;

async function openedUnder(database: Database, secretKey: string) {
  const vault = await openVault({ database, secretKey, clock });
  const { recording } = openAuditTrail(database, clock);
  const changed = async (): Promise<void> => {};
  const stored = createStoredAdministration({ database, vault, receiverOf, clock, recording, changed });
  const entries = await openStoredEntries({ database, vault, receiverOf });
  const lifetimes = () => ({ idleMs: 3_600_000, absoluteMs: 3_600_000 });
  return { vault, stored, entries, sessions: openSessions({ database, clock, lifetimes, recording }) };
}

/** Three entries with a secret each, one without, and a session with a provider's token. */
async function fill(database: Database): Promise<void> {
  const { vault, stored, sessions } = await openedUnder(database, OLD);
  for (const id of ENTRIES) {
    const facts = { litellm_params: { model: 'openai/m', api_base: `https://${id}.example` } };
    await stored.create({ ...named(id), facts, secrets: { api_key: `sk-of-${id}` } }, 'master');
  }
  await stored.create({ kind: 'fallback', id: 'open', facts: { model: 'one' }, secrets: {} }, 'master');
  const sealedToken = await vault.seal('the token', TOKEN_FOR);
  const provider = { issuer: 'https://identity.example', subject: 'ann', sessionId: null, sealedToken };
  await sessions.begin({ userId: 'ann', method: 'oidc', boundTo: null, provider, address: null, agent: null });
}

/** Everything opens under the secret key. */
async function opensUnder(database: Database, secretKey: string): Promise<void> {
  const { vault, entries, sessions } = await openedUnder(database, secretKey);
  assert.deepEqual(entries.now().shut, []);
  for (const id of ENTRIES) assert.deepEqual(entries.now().find('deployment', id)?.secrets, { api_key: `sk-of-${id}` });
  const [session] = await sessions.list('all');
  assert.equal(await vault.open(session?.provider?.sealedToken ?? '', TOKEN_FOR), 'the token');
}

async function resealed(database: Database): Promise<Resealed> {
  return reseal(database, await openVault({ database, secretKey: NEW, clock }));
}

/** How many texts are under the first key, and how many under the second. */
async function countByKey(database: Database): Promise<readonly [number, number]> {
  const rows = await database.query(`SELECT sealed FROM catalog_entry WHERE sealed IS NOT NULL
    UNION ALL SELECT provider_token FROM access_session WHERE provider_token IS NOT NULL`);
  const under = (prefix: string): number => rows.filter(({ sealed }) => String(sealed).startsWith(prefix)).length;
  return [under('wb1.'), under('wb2.')];
}

class Killed extends Error {}

/** Whose process is killed at its `at`-th write, before it has reached the database or after. */
function killedAt(database: Database, at: number, when: 'before' | 'after'): Database {
  let writes = 0;
  return Object.create(database, {
    query: { value: (...asked: Parameters<Database['query']>) => database.query(...asked) },
    write: {
      value: async (...asked: Parameters<Database['write']>) => {
        const dies = writes++ === at;
        if (dies && when === 'before') throw new Killed();
        const results = await database.write(...asked);
        if (dies) throw new Killed();
        return results;
      },
    },
  });
}

onBothDatabases('sealing stored secrets again', (open) => {
  it('leaves nothing under the former key, and changes nothing else', async () => {
    const { main } = await open();
    await fill(main);
    const others = 'SELECT kind, id, facts, created_at_ms, updated_at_ms, updated_by, changed_seq FROM catalog_entry';
    const before = await main.query(`${others} ORDER BY kind, id`);
    await beginExchange(main, EXCHANGE);
    assert.deepEqual(await resealed(main), { resealed: 4, shut: [] });
    assert.deepEqual(await countByKey(main), [0, 4]);
    assert.deepEqual(await main.query(`${others} ORDER BY kind, id`), before);
    for (const secretKey of [OLD, NEW]) await opensUnder(main, secretKey);
    assert.deepEqual(await resealed(main), { resealed: 0, shut: [] }, 'a second time there is nothing to do');
    assert.equal(await endExchange(main, NEW), true);
    await opensUnder(main, NEW);
  });

  it('goes on where it was killed, at whichever write', async () => {
    for (const when of ['before', 'after'] as const) {
      for (let at = 0; at < 4; at++) {
        const { main } = await open();
        await fill(main);
        await beginExchange(main, EXCHANGE);
        await assert.rejects(resealed(killedAt(main, at, when)), Killed);
        const done = when === 'before' ? at : at + 1;
        assert.deepEqual(await countByKey(main), [4 - done, done]);
        for (const secretKey of [OLD, NEW]) await opensUnder(main, secretKey);
        assert.deepEqual(await resealed(main), { resealed: 4 - done, shut: [] });
        await opensUnder(main, NEW);
      }
    }
  });

  it('writes over nothing that was changed meanwhile', async () => {
    const { main } = await open();
    await fill(main);
    const running = await openedUnder(main, OLD);
    await beginExchange(main, EXCHANGE);
    let isChanged = false;
    const meanwhile: Database = Object.create(main, {
      query: { value: (...asked: Parameters<Database['query']>) => main.query(...asked) },
      write: {
        value: async (...asked: Parameters<Database['write']>) => {
          if (!isChanged) {
            isChanged = true;
            for (const id of ENTRIES)
              await running.stored.change(named(id), 'master', ({ facts }) => ({ facts, secrets: { api_key: 'new' } }));
          }
          return main.write(...asked);
        },
      },
    });
    await resealed(meanwhile);
    const { entries } = await openedUnder(main, NEW);
    for (const id of ENTRIES) assert.deepEqual(entries.now().find('deployment', id)?.secrets, { api_key: 'new' });
    assert.deepEqual(await countByKey(main), [0, 4]);
  });

  it('names what does not open, and leaves it as it is', async () => {
    const { main } = await open();
    await fill(main);
    await main.write([{ sql: "UPDATE catalog_entry SET facts = '{}' WHERE id = 'two'", values: [] }]);
    await beginExchange(main, EXCHANGE);
    assert.deepEqual(await resealed(main), { resealed: 3, shut: ['deployment/two'] });
    assert.deepEqual(await countByKey(main), [1, 3]);
  });
});
