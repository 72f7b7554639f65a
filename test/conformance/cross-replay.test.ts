import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { askedBy, crossed } from '../support/crossing.ts';
import { dialects } from '../support/dialects.ts';
import { type OfficialClient, officialClients } from '../support/official-clients.ts';
import { recordedMissing } from '../support/recorded.ts';
import { type AnsweredChat, answeredChats } from '../support/recorded-chats.ts';
import type { Told } from '../support/told.ts';

describe('recorded answers of every dialect, told to the clients of the others', { skip: recordedMissing }, () => {
  const chats = recordedMissing === false ? answeredChats() : [];

  for (const client of officialClients) {
    it(`${client.dialect}: the official SDK reads what the upstream said`, async (t) => {
      const tries = chats.filter(({ upstream }) => upstream.id !== client.dialect).flatMap(waysToAsk);
      for (const { chat, stream } of tries) {
        const told = await read(client, chat, stream);
        assert.deepEqual(told, client.expects(chat.answer, stream), `${chat.label}, ${stream ? 'streamed' : 'plain'}`);
      }
      t.diagnostic(`${tries.length} answers`);
      assert.ok(tries.length > 4_000);
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
