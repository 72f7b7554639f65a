import assert from 'node:assert/strict';
import { it } from 'node:test';
import { DatabaseError, type SqlValue } from '../../src/store/index.ts';
import { onBothDatabases, onPostgres } from './on-both-databases.ts';

const ADD = "INSERT INTO store_fact (name, value) VALUES (?, 'x')";

onBothDatabases('a database', (open) => {
  it('gives back what it was given: text, null, bytes are kept, integers are exact', async () => {
    const { main } = await open();
    await main.write([
      { sql: 'CREATE TABLE store_sample (a BIGINT, b TEXT, c INTEGER, d BIGINT)', values: [] },
      {
        sql: 'INSERT INTO store_sample VALUES (?, ?, ?, ?)',
        values: [9_223_372_036_854_775_807n, 'it\'s \u{1F600} "quoted" $1 ?', 7, null],
      },
    ]);
    const rows = await main.query('SELECT * FROM store_sample WHERE b <> ?', ['?']);
    assert.deepEqual(
      { ...rows[0] },
      { a: 9_223_372_036_854_775_807n, b: 'it\'s \u{1F600} "quoted" $1 ?', c: 7, d: null },
    );
  });

  it('gives integers of 2^53 - 1 as numbers and above as bigints', async () => {
    const { main } = await open();
    await main.write([{ sql: 'CREATE TABLE store_sample (id BIGINT, amount BIGINT)', values: [] }]);
    const amounts: readonly SqlValue[] = [0, -1, Number.MAX_SAFE_INTEGER, 2n ** 53n, -(2n ** 60n)];
    await main.write(
      amounts.map((amount, id) => ({ sql: 'INSERT INTO store_sample VALUES (?, ?)', values: [id, amount] })),
    );
    const rows = await main.query('SELECT amount FROM store_sample ORDER BY id');
    assert.deepEqual(
      rows.map(({ amount }) => amount),
      amounts,
    );
    const sums = await main.query('SELECT sum(amount) AS total, count(*) AS rows FROM store_sample WHERE id < 3');
    assert.deepEqual({ ...sums[0] }, { total: Number.MAX_SAFE_INTEGER - 1, rows: 3 });
  });

  it('leaves question marks in quotes alone', async () => {
    const { main } = await open();
    const rows = await main.query(`SELECT '?' AS "a?", 'it''s ?' AS b, ? AS c`, ['given']);
    assert.deepEqual({ ...rows[0] }, { 'a?': '?', b: "it's ?", c: 'given' });
  });

  it('answers rows and counts of each statement of a write', async () => {
    const { main } = await open();
    const [inserted, again, returned] = await main.write([
      { sql: ADD, values: ['a'] },
      { sql: `${ADD} ON CONFLICT DO NOTHING`, values: ['a'] },
      { sql: "UPDATE store_fact SET value = 'y' WHERE name = ? RETURNING value", values: ['a'] },
    ]);
    assert.deepEqual([inserted?.changed, again?.changed, returned?.changed], [1, 0, 1]);
    assert.equal(returned?.rows[0]?.['value'], 'y');
  });

  it('undoes all statements of a write when one fails', async () => {
    const { main } = await open();
    const failed = main.write([
      { sql: ADD, values: ['a'] },
      { sql: ADD, values: ['a'] },
    ]);
    await assert.rejects(failed, (error) => error instanceof DatabaseError && error.code !== null);
    assert.equal((await main.query('SELECT * FROM store_fact')).length, 0);
  });

  it('undoes a transaction whose run throws, and goes on', async () => {
    const { main } = await open();
    const failed = main.transaction(async (session) => {
      await session.execute(ADD, ['a']);
      throw new Error('changed my mind');
    });
    await assert.rejects(failed, /changed my mind/);
    await main.write([{ sql: ADD, values: ['b'] }]);
    assert.deepEqual(
      (await main.query('SELECT name FROM store_fact')).map(({ name }) => name),
      ['b'],
    );
  });

  it('keeps others out of an open transaction', async () => {
    const { main } = await open();
    let seen = -1;
    const transaction = main.transaction(async (session) => {
      await session.execute(ADD, ['a']);
      await new Promise((resolve) => setTimeout(resolve, 20));
      await session.execute(ADD, ['b']);
    });
    const reading = main.query('SELECT count(*) AS rows FROM store_fact').then((rows) => {
      seen = Number(rows[0]?.['rows']);
    });
    await Promise.all([transaction, reading]);
    assert.ok(seen === 0 || seen === 2, `saw ${seen} rows of a transaction of two`);
  });

  it('loses no update of many at once', async () => {
    const { main } = await open();
    await main.write([{ sql: "INSERT INTO store_fact (name, value) VALUES ('n', '0')", values: [] }]);
    const raise = {
      sql: "UPDATE store_fact SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) WHERE name = 'n'",
      values: [],
    };
    await Promise.all(Array.from({ length: 50 }, () => main.write([raise])));
    assert.equal((await main.query('SELECT value FROM store_fact'))[0]?.['value'], '50');
  });

  it('inserts in bulk and says which rows were new', async () => {
    const { main } = await open();
    const into = {
      table: 'store_fact',
      columns: { name: 'text', value: 'text' },
      onConflict: 'ON CONFLICT DO NOTHING',
    } as const;
    await main.write([{ sql: ADD, values: ['b'] }]);
    const hostile = '{"a":"\\\\ \' , {} NULL"}';
    const fresh = await main.transaction((session) =>
      session.insert(into, [
        ['a', hostile],
        ['b', 'late'],
        ['c', ''],
        ['a', 'twice'],
      ]),
    );
    assert.deepEqual(fresh, [true, false, true, false]);
    const rows = await main.query('SELECT name, value FROM store_fact ORDER BY name');
    assert.deepEqual(
      rows.map((row) => row['value']),
      [hostile, 'x', ''],
    );
    assert.deepEqual(await main.transaction((session) => session.insert(into, [])), []);
  });

  it('says which of many rows were new, wherever the old ones stand', async () => {
    const { main } = await open();
    const into = {
      table: 'store_fact',
      columns: { name: 'text', value: 'text' },
      onConflict: 'ON CONFLICT DO NOTHING',
    } as const;
    const known = new Set([20, 39, 75]);
    for (const number of known) await main.write([{ sql: ADD, values: [`n${number}`] }]);
    const rows = Array.from({ length: 90 }, (_, number) => [`n${number}`, 'new']);
    const isNew = await main.transaction((session) => session.insert(into, rows));
    assert.deepEqual(
      isNew,
      rows.map((_, number) => !known.has(number)),
    );
    const stored = await main.query("SELECT count(*) AS rows FROM store_fact WHERE value = 'new'");
    assert.equal(stored[0]?.['rows'], 87);
  });

  it('takes any value of rows that are most likely new, and says which were not', async () => {
    const { main } = await open();
    const into = {
      table: 'store_fact',
      columns: { name: 'text', value: 'text' },
      onConflict: 'ON CONFLICT DO NOTHING',
      mostlyNew: true,
    } as const;
    const hostile = [
      '',
      '\\.',
      '\\N',
      'NULL',
      '\x1d',
      '\x1e',
      '\x1e\x1e',
      '\x1f',
      'a\x1fb\x1e',
      '\r\n',
      '\n',
      '"',
      ',',
      '\t',
      'é€😀',
    ];
    const rows = Array.from({ length: 600 }, (_, nth) => [`n${nth}`, hostile[nth % hostile.length] ?? '']);
    const insert = (some: readonly (readonly string[])[]): Promise<readonly boolean[]> =>
      main.transaction((session) => session.insert(into, some));
    assert.deepEqual(new Set(await insert(rows)), new Set([true]));
    const stored = await main.query('SELECT name, value FROM store_fact');
    assert.deepEqual(new Map(stored.map(({ name, value }) => [name, value])), new Map(rows as [string, string][]));
    const more = [...rows.slice(500), ...Array.from({ length: 100 }, (_, nth) => [`m${nth}`, 'new'])];
    assert.deepEqual(
      await insert(more),
      more.map((_, nth) => nth >= 100),
    );
    const twice = Array.from({ length: 100 }, (_, nth) => [`t${nth % 50}`, 'once']);
    assert.deepEqual(
      await insert(twice),
      twice.map((_, nth) => nth < 50),
    );
  });

  it('adds up in bulk where the conflict clause says so', async () => {
    const { main } = await open();
    const into = {
      table: 'ledger_pot',
      columns: { pot: 'text', posted: 'bigint' },
      onConflict: 'ON CONFLICT (pot) DO UPDATE SET posted = ledger_pot.posted + excluded.posted',
    } as const;
    for (let round = 0; round < 3; round++) {
      await main.transaction((session) =>
        session.insert(into, [
          ['a', 2n ** 60n],
          ['b', 5n],
        ]),
      );
    }
    const rows = await main.query('SELECT posted FROM ledger_pot ORDER BY pot');
    assert.deepEqual(
      rows.map(({ posted }) => posted),
      [3n * 2n ** 60n, 15],
    );
  });
});

onPostgres('a database', (server) => {
  it('runs a transaction again after a deadlock', async () => {
    const { main } = await server.open();
    await main.write([
      { sql: ADD, values: ['a'] },
      { sql: ADD, values: ['b'] },
    ]);
    const runs = [0, 0];
    const cross = (index: number, first: string, second: string): Promise<void> =>
      main.transaction(async (session) => {
        runs[index] = (runs[index] ?? 0) + 1;
        await session.execute("UPDATE store_fact SET value = value || '.' WHERE name = ?", [first]);
        await new Promise((resolve) => setTimeout(resolve, 100));
        await session.execute("UPDATE store_fact SET value = value || '.' WHERE name = ?", [second]);
      });
    await Promise.all([cross(0, 'a', 'b'), cross(1, 'b', 'a')]);
    assert.ok((runs[0] ?? 0) + (runs[1] ?? 0) > 2);
    assert.deepEqual(
      (await main.query('SELECT value FROM store_fact')).map(({ value }) => value),
      ['x..', 'x..'],
    );
  });

  it('takes new connections after the server was restarted', async () => {
    const { main } = await server.open();
    await main.write([{ sql: ADD, values: ['a'] }]);
    await server.crash();
    // The pool may first find out that its idle connections are gone.
    await main.query('SELECT 1').catch(() => undefined);
    assert.equal((await main.query('SELECT name FROM store_fact')).length, 1);
  });

  it('fails a transaction whose connection breaks, and nothing else', async () => {
    const { main } = await server.open();
    const broken = main.transaction(async (session) => {
      const [row] = await session.query('SELECT pg_backend_pid() AS pid');
      await session.execute(ADD, ['a']);
      await main.query('SELECT pg_terminate_backend(?)', [row?.['pid'] ?? 0]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await session.execute(ADD, ['b']);
    });
    await assert.rejects(broken, DatabaseError);
    assert.equal((await main.query('SELECT * FROM store_fact')).length, 0);
  });

  it('keeps to its own schema', async () => {
    const { main } = await server.open();
    const rows = await main.query("SELECT count(*) AS rows FROM pg_tables WHERE schemaname = 'public'");
    assert.equal(rows[0]?.['rows'], 0);
  });
});
