import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  beginExchange,
  createKeyAdministration,
  createKeyRing,
  derivePepper,
  endExchange,
  isExchanging,
  isSecretKey,
  openVault,
} from '../../src/access/index.ts';
import { systemClock as clock } from '../../src/std/index.ts';
import type { Database } from '../../src/store/index.ts';
import { onBothDatabases } from './on-both-databases.ts';

const [OLD, NEW] = ['the secret key until now', 'the secret key from now on'];
const FOR = ['tenant', 'row', 'https://api.example.com'];

async function opened(database: Database, secretKey: string) {
  assert.equal(await isSecretKey(database, secretKey), true);
  const vault = await openVault({ database, secretKey, clock });
  const ring = await createKeyRing({ database, pepper: vault.pepper, masterKey: null, clock });
  return { vault, ring, keys: createKeyAdministration({ database, ring, clock }) };
}

async function refused(database: Database, secretKey: string): Promise<void> {
  assert.equal(await isSecretKey(database, secretKey), false);
  await assert.rejects(openVault({ database, secretKey, clock }), /is not this installation's/);
}

onBothDatabases('the vault', (open) => {
  it('opens what any process of the installation sealed, and nothing sealed for something else', async () => {
    const { main } = await open();
    const [one, other] = await Promise.all([opened(main, OLD), opened(main, OLD)]);
    const sealed = await one.vault.seal('sk-upstream', FOR);
    assert.match(sealed, /^wb1\./);
    assert.equal(await other.vault.open(sealed, FOR), 'sk-upstream');
    assert.equal(await other.vault.open(sealed, ['tenant', 'row', 'https://evil.example.com']), null);
    assert.equal(await other.vault.open('sk-upstream', FOR), null, 'what was never sealed');
    assert.equal(await other.vault.open(sealed.replace('wb1.', 'wb7.'), FOR), null);
    await refused(main, NEW);
  });

  it('has one set of keys where two processes of a new installation make them at once', async () => {
    const { main } = await open();
    const firsts: Awaited<ReturnType<typeof openVault>>[] = [];
    const inBetween: Database = Object.create(main, {
      query: {
        value: async (...asked: Parameters<Database['query']>) => {
          if (asked[0].includes('DISTINCT')) firsts.push(await openVault({ database: main, secretKey: OLD, clock }));
          return main.query(...asked);
        },
      },
      write: { value: (...asked: Parameters<Database['write']>) => main.write(...asked) },
    });
    const second = await openVault({ database: inBetween, secretKey: OLD, clock });
    const [first] = firsts;
    assert.equal(await second.open((await first?.seal('sk-upstream', FOR)) ?? '', FOR), 'sk-upstream');
  });

  it('keeps virtual keys that were made before it was there', async () => {
    const { main } = await open();
    const ring = await createKeyRing({ database: main, pepper: derivePepper(OLD), masterKey: null, clock });
    const made = await createKeyAdministration({ database: main, ring, clock }).createKey({ createdBy: 'master' });
    assert.ok(made.outcome === 'created');
    assert.equal((await opened(main, OLD)).ring.find(made.secret)?.id, made.key.id);
  });

  it('survives an exchange of its secret key, stopped at any step and begun again', async () => {
    const { main } = await open();
    const before = await opened(main, OLD);
    const made = await before.keys.createKey({ createdBy: 'master' });
    assert.ok(made.outcome === 'created');
    const sealed = await before.vault.seal('sk-upstream', FOR);
    const works = async (secretKey: string): Promise<void> => {
      const { vault, ring } = await opened(main, secretKey);
      assert.equal(ring.find(made.secret)?.id, made.key.id);
      assert.equal(await vault.open(sealed, FOR), 'sk-upstream');
    };
    const exchange = { from: OLD, to: NEW, clock };
    assert.equal(await beginExchange(main, exchange), true);
    for (const each of [OLD, NEW]) await works(each);
    assert.equal(await isExchanging(main), true);
    assert.equal(await beginExchange(main, exchange), true, 'begun again after it was stopped');
    for (const each of [OLD, NEW]) await works(each);

    const resealed = await before.vault.seal('sk-upstream', FOR);
    assert.match(resealed, /^wb2\./, 'a process that runs on seals under the new key');
    assert.deepEqual(
      [await before.vault.isCurrent(sealed), await before.vault.isCurrent(resealed)],
      [false, true],
      'what is still under the former key can be told',
    );
    assert.equal(await endExchange(main, OLD), false, 'it is not ended in favour of the former');
    assert.equal(await endExchange(main, NEW), true);
    await works(NEW);
    await refused(main, OLD);
    assert.equal(await isExchanging(main), false);
    assert.equal(await (await opened(main, NEW)).vault.open(resealed, FOR), 'sk-upstream');
    assert.equal(await before.vault.open(sealed, FOR), 'sk-upstream', 'whoever had it open goes on');
    assert.equal(await beginExchange(main, exchange), false, 'the former key begins nothing');
  });

  it('keeps no key of its own in the clear', async () => {
    const { main } = await open();
    await opened(main, OLD);
    const rows = await main.query('SELECT wrapped FROM access_wrapped_key');
    assert.equal(rows.length, 2);
    const pepper = derivePepper(OLD).export();
    for (const row of rows) assert.ok(!Buffer.from(String(row['wrapped']), 'base64url').includes(pepper));
  });
});
