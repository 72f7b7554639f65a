import assert from 'node:assert/strict';
import { it } from 'node:test';
import { openConversations, type StoredResponse } from '../../src/conversation/index.ts';
import type { Clock } from '../../src/std/index.ts';
import { onBothDatabases } from './on-both-databases.ts';

const DAY_MS = 86_400_000;

function clockAt(time: { nowMs: number }): Clock {
  return { nowMs: () => time.nowMs, monotonicMs: () => time.nowMs };
}

function turn(id: string, previousId: string | null, change: Partial<StoredResponse> = {}): StoredResponse {
  return {
    id,
    tenant: 'key-a',
    previousId,
    deployment: null,
    createdAtMs: 20_000 * DAY_MS,
    input: [{ type: 'message', role: 'user', content: `to ${id}` }],
    response: { id, output: [] },
    ...change,
  };
}

onBothDatabases('conversations', (open) => {
  it('a turn comes back with all before it, oldest first, to its own tenant alone', async (context) => {
    const { main } = await open();
    const conversations = openConversations(main, clockAt({ nowMs: 20_000 * DAY_MS }));
    context.after(conversations.close);
    const turns = [turn('resp_1', null), turn('resp_2', 'resp_1', { deployment: 'd' }), turn('resp_3', 'resp_2')];
    for (const one of turns) await conversations.save(one);
    await conversations.save(turn('resp_3', null));
    assert.deepEqual(await conversations.find('key-a', 'resp_3'), turns);
    assert.deepEqual(await conversations.find('key-a', 'resp_1'), turns.slice(0, 1));
    assert.equal(await conversations.find('key-b', 'resp_1'), null);
    assert.equal(await conversations.find('key-a', 'resp_9'), null);
  });

  it('what is deleted or 30 days old is gone, and another tenant deletes nothing', async (context) => {
    const { main } = await open();
    const time = { nowMs: 20_000 * DAY_MS };
    const conversations = openConversations(main, clockAt(time));
    context.after(conversations.close);
    await conversations.save(turn('resp_1', null));
    await conversations.save(turn('resp_2', 'resp_1'));
    assert.equal(await conversations.remove('key-b', 'resp_1'), false);
    assert.equal(await conversations.remove('key-a', 'resp_1'), true);
    assert.equal(await conversations.remove('key-a', 'resp_1'), false);
    assert.deepEqual(
      (await conversations.find('key-a', 'resp_2'))?.map(({ id }) => id),
      ['resp_2'],
    );
    time.nowMs += 30 * DAY_MS;
    assert.equal(await conversations.find('key-a', 'resp_2'), null);
  });
});
