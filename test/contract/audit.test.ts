import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Database, Statement } from '../../src/store/index.ts';
import {
  type Actor,
  type AuditedChange,
  type AuditTrail,
  asActor,
  listAudit,
  openAuditTrail,
  verifyAudit,
} from '../../src/telemetry/index.ts';
import { onBothDatabases } from './on-both-databases.ts';

const clock = { nowMs: () => 1_000_000, monotonicMs: () => 1_000_000 };
const master: Actor = { id: 'master', changedBy: 'ops@example.com', ip: '127.0.0.1' };
const PAGE = { page: 1, size: 100 };

function changeOf(target: string, given: Partial<AuditedChange> = {}): AuditedChange {
  return { action: 'team.change', kind: 'team', target, before: null, after: { name: target }, ...given };
}

function fact(name: string) {
  return { sql: 'INSERT INTO store_fact (name, value) VALUES (?, ?)', values: [name, 'x'] };
}

function write(trail: AuditTrail | undefined, statements: readonly Statement[], changes: readonly AuditedChange[]) {
  assert.ok(trail);
  return asActor(master, () => trail.recording(changes, null).write(statements));
}

async function facts(main: Database): Promise<readonly unknown[]> {
  const rows = await main.query("SELECT name FROM store_fact WHERE name LIKE 'fact-%' ORDER BY name");
  return rows.map((row) => row['name']);
}

onBothDatabases('the audit log', (open) => {
  it('tells what changed, and only that, by whom, without secrets', async () => {
    const { main } = await open();
    const trail = openAuditTrail(main, clock);
    const before = { models: ['a'], budget: 5n, metadata: { note: 'same' } };
    const after = {
      models: ['a', 'b'],
      budget: 6n,
      metadata: { note: 'same', api_key: 'plain', text: 'use sk-abcdefghijkl here', nul: 'a\0b' },
    };
    await write(trail, [fact('fact-1')], [changeOf('t1', { before, after })]);
    const { entries, total } = await listAudit(main, { target: 't1' }, PAGE);
    assert.equal(total, 1);
    const [entry] = entries;
    assert.deepEqual(
      [entry?.seq, entry?.actor, entry?.changedBy, entry?.ip],
      [1, 'master', 'ops@example.com', '127.0.0.1'],
    );
    assert.deepEqual(JSON.parse(entry?.before ?? ''), { models: ['a'], budget: '5', metadata: { note: 'same' } });
    assert.deepEqual(JSON.parse(entry?.after ?? ''), {
      models: ['a', 'b'],
      budget: '6',
      metadata: { note: 'same', api_key: '***', text: 'use *** here', nul: 'a\u{FFFD}b' },
    });
    await write(trail, [], [changeOf('t2', { before: { a: 1, b: 2 }, after: { a: 1, b: 3 } })]);
    const [second] = (await listAudit(main, { kind: 'team' }, PAGE)).entries;
    assert.deepEqual([second?.before, second?.after], ['{"b":2}', '{"b":3}']);
  });

  it('is written with what it tells, or neither is', async () => {
    const { main } = await open();
    const trail = openAuditTrail(main, clock);
    await write(trail, [fact('fact-1')], [changeOf('t1')]);
    await assert.rejects(write(trail, [fact('fact-2'), fact('fact-1')], [changeOf('t2')]));
    assert.deepEqual(await facts(main), ['fact-1']);
    assert.equal((await listAudit(main, {}, PAGE)).total, 1);
  });

  it('has no gaps when many write at once, and each of them once', async () => {
    const { main } = await open();
    const trails = [openAuditTrail(main, clock), openAuditTrail(main, clock)];
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        write(trails[index % 2], [fact(`fact-${index}`)], [changeOf(`t${index}`), changeOf(`u${index}`)]),
      ),
    );
    assert.equal((await facts(main)).length, 12);
    const { entries } = await listAudit(main, {}, PAGE);
    assert.deepEqual(
      entries.map(({ seq }) => seq),
      Array.from({ length: 24 }, (_, index) => 24 - index),
    );
    assert.equal(new Set(entries.map(({ target }) => target)).size, 24);
    assert.deepEqual(await verifyAudit(main), { entries: 24, hash: entries[0]?.hash, brokenAt: null });
  });

  it('is found by who, by a part of what it tells, and page by page from an entry on', async () => {
    const { main } = await open();
    const trail = openAuditTrail(main, clock);
    for (const target of ['Payments', 'search', '100%']) await write(trail, [], [changeOf(target)]);
    const found = async (filter: Parameters<typeof listAudit>[1]) =>
      (await listAudit(main, filter, PAGE)).entries.map(({ target }) => target);
    assert.deepEqual(await found({ who: 'ops@example.com' }), ['100%', 'search', 'Payments']);
    assert.deepEqual(await found({ who: 'master', text: 'PAY' }), ['Payments']);
    assert.deepEqual(await found({ who: 'nobody' }), []);
    assert.deepEqual(await found({ text: '%' }), ['100%']);
    assert.deepEqual(await found({ text: 'team.change', beforeSeq: 3 }), ['search', 'Payments']);
  });

  it('cannot be changed, and shows where somebody did it all the same', async () => {
    const { main } = await open();
    const trail = openAuditTrail(main, clock);
    for (const target of ['a', 'b', 'c', 'd']) await write(trail, [], [changeOf(target)]);
    const tamper = { sql: "UPDATE telemetry_audit SET actor = 'nobody' WHERE seq = 3", values: [] };
    await assert.rejects(main.write([tamper]), /append-only/);
    await assert.rejects(main.write([{ sql: 'DELETE FROM telemetry_audit WHERE seq = 2', values: [] }]), /append-only/);
    const drop =
      main.kind === 'sqlite'
        ? ['DROP TRIGGER telemetry_audit_no_update', 'DROP TRIGGER telemetry_audit_no_delete']
        : ['DROP TRIGGER telemetry_audit_no_change ON telemetry_audit'];
    await main.write([...drop.map((sql) => ({ sql, values: [] })), tamper]);
    assert.deepEqual((await verifyAudit(main)).brokenAt, 3);
    await main.write([{ sql: 'DELETE FROM telemetry_audit WHERE seq = 2', values: [] }]);
    assert.deepEqual((await verifyAudit(main)).brokenAt, 2);
  });
});
