import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Database } from '../../src/store/index.ts';
import { findContent, openContents, removeOldContents, type WaitingContent } from '../../src/telemetry/index.ts';
import { onBothDatabases } from './on-both-databases.ts';

const REQUEST = '{"model":"m","messages":[{"role":"user","content":"Grüße \\u0000 👋"}]}';

function waiting(id: string, more: Partial<WaitingContent> = {}): WaitingContent {
  const body = Buffer.from(REQUEST);
  return {
    id,
    startedAtMs: 1_000,
    mode: 'full',
    dialect: 'openai-chat',
    request: { body, bytes: body.length },
    answer: () => null,
    maxBytes: 10_000,
    heldBytes: 0,
    ...more,
  };
}

const silent = (): void => undefined;

onBothDatabases('what calls said', (open) => {
  it('is found as it came, once, however often it is written', async () => {
    const { log: database } = await open();
    const contents = openContents({ database, onLoss: silent });
    contents.take(waiting('a', { answer: () => ({ body: Buffer.from('{"ok":true}'), bytes: 11 }) }));
    await contents.flush();
    contents.take(waiting('a', { request: { body: Buffer.from('{}'), bytes: 2 } }));
    await contents.close();
    const kept = await findContent(database, 'a');
    assert.equal(kept?.request.json, REQUEST);
    assert.deepEqual(kept?.answer, { json: '{"ok":true}', isCut: false, bytes: 11 });
    const long = JSON.stringify({ said: 'again and again '.repeat(5_000) });
    const more = openContents({ database, onLoss: silent });
    more.take(waiting('long', { request: { body: Buffer.from(long), bytes: long.length }, maxBytes: 100_000 }));
    await more.close();
    assert.equal((await findContent(database, 'long'))?.request.json, long);
    const [row] = await database.query("SELECT length(request) AS bytes FROM telemetry_content WHERE id = 'long'");
    assert.ok(Number(row?.['bytes']) < 2_000);
    assert.deepEqual([kept?.mode, kept?.dialect, kept?.startedAtMs], ['full', 'openai-chat', 1_000]);
    assert.equal(await findContent(database, 'b'), null);
  });

  it('leaves by its age', async () => {
    const { log: database } = await open();
    const contents = openContents({ database, onLoss: silent });
    contents.take(waiting('old', { startedAtMs: 1_000 }));
    contents.take(waiting('new', { startedAtMs: 3_000 }));
    await contents.close();
    assert.equal(await removeOldContents(database, 2_000), false);
    assert.equal(await findContent(database, 'old'), null);
    assert.notEqual(await findContent(database, 'new'), null);
  });

  it('waits for a database that is away, within bounds, and tells what is lost', async () => {
    const { log: database } = await open();
    let isAway = true;
    const flaky: Database = {
      ...database,
      write: (statements) => (isAway ? Promise.reject(new Error('away')) : database.write(statements)),
    };
    const told: number[] = [];
    const contents = openContents({ database: flaky, onLoss: (calls) => void told.push(calls) });
    const half = 40 * 1_048_576;
    assert.ok(contents.hold(half));
    contents.take(waiting('kept', { heldBytes: half }));
    assert.equal(contents.hold(half), false);
    contents.lose();
    await contents.flush();
    assert.deepEqual(told, [1]);
    assert.equal(await findContent(database, 'kept'), null);
    isAway = false;
    await contents.flush();
    assert.notEqual(await findContent(database, 'kept'), null);
    assert.ok(contents.hold(half));
    await contents.close();
  });
});
