import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { dialects } from '../../src/dialects/index.ts';
import { askedBy, crossed } from '../support/crossing.ts';
import { type OfficialClient, officialClients } from '../support/official-clients.ts';
import { recordedMissing } from '../support/recorded.ts';
import { type AnsweredChat, answeredChats } from '../support/recorded-chats.ts';
import type { Told } from '../support/told.ts';

const LEAST_RIGHT = 0.995;

/** Answers that a client is told otherwise than they were given, each with the reason why; `client label stream|plain`. */
const MISSES: Readonly<Record<string, string>> = {};

describe('recorded answers of every dialect, told to the clients of the others', { skip: recordedMissing }, () => {
  const chats = recordedMissing === false ? answeredChats() : [];

  for (const open of Object.values(officialClients)) {
    const client = open();
    if (dialects[client.dialect] === undefined) continue;

    it(`${client.dialect}: the official SDK reads what the upstream said`, async (t) => {
      const tries = chats.filter(({ upstream }) => upstream.id !== client.dialect).flatMap(waysToAsk);
      const misses: string[] = [];
      for (const { chat, stream } of tries) {
        const name = `${client.dialect} ${chat.label} ${stream ? 'stream' : 'plain'}`;
        const expected = client.expects(chat.answer, stream);
        const told = await read(client, chat, stream);
        if (isDeepStrictEqual(told, expected)) continue;
        misses.push(name);
        if (MISSES[name] === undefined) assert.deepEqual(told, expected, name);
      }
      const right = 1 - misses.length / tries.length;
      t.diagnostic(`${tries.length - misses.length} of ${tries.length} answers (${(100 * right).toFixed(2)} %)`);
      assert.ok(tries.length > 3_000 && right >= LEAST_RIGHT, `${right}`);
      const listed = Object.keys(MISSES).filter((name) => name.startsWith(`${client.dialect} `));
      assert.deepEqual(misses.sort(), listed.sort(), 'what is told rightly now is not to be listed');
    });
  }
});

/** A plain answer can be asked for as a stream, too. */
function waysToAsk(chat: AnsweredChat): readonly { readonly chat: AnsweredChat; readonly stream: boolean }[] {
  return (chat.parts === null ? [false, true] : [true]).map((stream) => ({ chat, stream }));
}

async function read(client: OfficialClient, chat: AnsweredChat, stream: boolean): Promise<Told> {
  const body = crossed(chat, dialects[client.dialect], askedBy(client, stream));
  return stream ? client.readStream(body) : client.readPlain(body);
}
