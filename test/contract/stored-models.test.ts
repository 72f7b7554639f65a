import assert from 'node:assert/strict';
import { it } from 'node:test';
import { openVault } from '../../src/access/index.ts';
import { createStoredAdministration, openStoredEntries, type ReceiverOf } from '../../src/catalog/index.ts';
import { systemClock as clock } from '../../src/std/index.ts';
import type { Database } from '../../src/store/index.ts';
import { listAudit, openAuditTrail } from '../../src/telemetry/index.ts';
import { onBothDatabases } from './on-both-databases.ts';

const PLANTED = 'sk-planted-0123456789abcdef';

const receiverOf: ReceiverOf = ({ facts }) => String(facts['address'] ?? '');

async function opened(database: Database) {
  const vault = await openVault({ database, secretKey: 'a secret key of these tests', clock });
  const around = { database, vault, receiverOf };
  const entries = await openStoredEntries(around);
  const { recording } = openAuditTrail(database, clock);
  const changed = async (): Promise<void> => void (await entries.refresh());
  return { entries, stored: createStoredAdministration({ ...around, clock, recording, changed }) };
}

const named = { kind: 'deployment', id: 'one' } as const;
const content = { facts: { address: 'https://a.example' }, secrets: { api_key: PLANTED } };

onBothDatabases('what is stored beside the file', (open) => {
  it('is there when it is answered, and for others when they look', async () => {
    const { main } = await open();
    const [one, other] = await Promise.all([opened(main), opened(main)]);
    assert.equal((await one.stored.create({ ...named, ...content }, 'master'))?.id, 'one');
    assert.deepEqual(one.entries.now().find('deployment', 'one')?.secrets, content.secrets);
    assert.equal(other.entries.now().find('deployment', 'one'), null);
    assert.equal(await other.entries.refresh(), true);
    assert.deepEqual(other.entries.now().find('deployment', 'one')?.secrets, content.secrets);
    assert.equal(await other.entries.refresh(), false);
    assert.equal(await one.stored.create({ ...named, ...content }, 'master'), null, 'there is one of that id');
    assert.equal(one.entries.now().entries.length, 1);
    const again = await opened(main);
    assert.deepEqual(again.entries.now().find('deployment', 'one')?.facts, content.facts);
    assert.equal(await other.stored.remove(named), true);
    assert.equal(await other.stored.remove(named), false);
    await one.entries.refresh();
    assert.deepEqual(one.entries.now().entries, []);
  });

  it('is changed by several at once without losing a change', async () => {
    const { main } = await open();
    const [one, other] = await Promise.all([opened(main), opened(main)]);
    await one.stored.create({ ...named, facts: { count: 0 }, secrets: {} }, 'master');
    const add = ({ facts }: { readonly facts: Readonly<Record<string, unknown>> }) => ({
      facts: { count: Number(facts['count']) + 1 },
      secrets: {},
    });
    await Promise.all([one, other, one, other].map(({ stored }) => stored.change(named, 'master', add)));
    await one.entries.refresh();
    assert.equal(one.entries.now().find('deployment', 'one')?.facts['count'], 4);
    for (const id of ['none', '', 'a\0b', '\u{D800}', "' OR 1 = 1"])
      assert.equal(await one.stored.change({ kind: 'deployment', id }, 'master', add), null);
  });

  it('keeps its secrets from whoever reads the tables, and for whom they were given', async () => {
    const { main } = await open();
    const { entries, stored } = await opened(main);
    await stored.create({ ...named, ...content }, 'master');
    await stored.change(named, 'master', ({ facts }) => ({ facts: { ...facts, more: 1 }, secrets: content.secrets }));
    const rows = await main.query('SELECT * FROM catalog_entry');
    assert.equal(JSON.stringify(rows).includes(PLANTED), false);
    const { entries: told, total } = await listAudit(main, {}, { page: 1, size: 10 });
    assert.equal(total, 2);
    assert.deepEqual(
      told.map(({ action, kind, target }) => [action, kind, target]),
      [
        ['model.change', 'deployment', 'one'],
        ['model.create', 'deployment', 'one'],
      ],
    );
    assert.equal(JSON.stringify(told).includes(PLANTED), false);
    assert.equal(entries.now().shut.length, 0);
    // By hand, past the administration: the secret is not for that address.
    await main.write([
      { sql: 'UPDATE catalog_entry SET facts = ?', values: ['{"address":"https://evil.example"}'] },
      { sql: 'UPDATE catalog_change SET seq = seq + 1', values: [] },
    ]);
    await entries.refresh();
    assert.equal(entries.now().find('deployment', 'one'), null);
    assert.deepEqual(entries.now().shut, [named]);
  });

  it('does not open what was moved from another row', async () => {
    const { main } = await open();
    const { entries, stored } = await opened(main);
    await stored.create({ ...named, ...content }, 'master');
    await stored.create({ kind: 'deployment', id: 'two', facts: content.facts, secrets: { api_key: 'x' } }, 'master');
    await main.write([
      {
        sql: `UPDATE catalog_entry SET sealed = (SELECT sealed FROM catalog_entry WHERE id = 'one') WHERE id = 'two'`,
        values: [],
      },
      { sql: 'UPDATE catalog_change SET seq = seq + 1', values: [] },
    ]);
    await entries.refresh();
    assert.deepEqual(entries.now().shut, [{ kind: 'deployment', id: 'two' }]);
    assert.deepEqual(entries.now().find('deployment', 'one')?.secrets, content.secrets);
  });
});
