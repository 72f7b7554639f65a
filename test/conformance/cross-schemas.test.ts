import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ClientSchemas, clientSchemas } from '../support/client-schemas.ts';
import { askedBy, crossed } from '../support/crossing.ts';
import { dialects } from '../support/dialects.ts';
import { discoveryMissing } from '../support/discovery.ts';
import { officialClients } from '../support/official-clients.ts';
import { specsMissing } from '../support/published.ts';
import { recordedMissing } from '../support/recorded.ts';
import { answeredChats } from '../support/recorded-chats.ts';
import { eventsIn, parsed } from '../support/translating.ts';

const skip = recordedMissing || specsMissing || discoveryMissing;

describe('recorded answers in another dialect, by its published schemas', { skip }, () => {
  const chats = answeredChats();

  for (const client of officialClients) {
    it(`${client.dialect}: every answer and every event is valid to the letter`, (t) => {
      const dialect = dialects[client.dialect];
      const schemas = schemasOf(client.dialect);
      const [plain, streamed] = [askedBy(client, false), askedBy(client, true)];
      const count = { answers: 0, events: 0 };
      for (const chat of chats.filter(({ upstream }) => upstream !== dialect)) {
        if (chat.parts === null) {
          const body = parsed(crossed(chat, dialect, plain).toString());
          for (const faultOf of schemas.plain) assert.equal(faultOf(body), null, chat.label);
          count.answers++;
        }
        for (const { data } of eventsIn(crossed(chat, dialect, streamed), 'sse')) {
          if (data === '[DONE]') continue;
          const event = parsed(data);
          for (const faultOf of schemas.event(event)) assert.equal(faultOf(event), null, `${chat.label} ${data}`);
          count.events++;
        }
      }
      t.diagnostic(`${count.answers} answers, ${count.events} events`);
      assert.ok(count.answers > 1_500 && count.events > 30_000);
    });
  }
});

function schemasOf(dialect: (typeof officialClients)[number]['dialect']): ClientSchemas {
  const open = clientSchemas[dialect];
  assert.ok(open !== undefined, `no schemas of ${dialect}`);
  return open();
}
