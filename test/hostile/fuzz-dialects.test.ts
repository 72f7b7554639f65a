import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Dialect } from '../../src/dialects/index.ts';
import { type ChatRequest, type DialectId, GatewayError } from '../../src/inference/index.ts';
import { parseJson } from '../../src/std/index.ts';
import { refusedOr, targetFor, upstreamDialects } from '../support/asked.ts';
import { dialects } from '../support/dialects.ts';
import { mutated } from '../support/mutation.ts';
import { recordedMissing } from '../support/recorded.ts';
import { type RecordedChat, recordedChats } from '../support/recorded-chats.ts';
import { seeded } from '../support/seeded.ts';
import { chatOf } from '../support/translating.ts';

const MUTATIONS = 20_000;
const SEED = 20_261_124;
/** Longer ones say nothing that the others do not. */
const MOST_BYTES = 20_000;
const AT_MOST_MS = 1_000;

describe('mutated requests of every dialect', { skip: recordedMissing }, () => {
  const clients = Map.groupBy(recordedChats().filter(isShort), ({ upstream }) => upstream);

  for (const [client, chats] of clients) {
    it(`${client.id}: are translated for every upstream or refused, and nothing else`, (t) => {
      const random = seeded(SEED);
      const outcomes = { translated: 0, refused: 0 };
      for (let nth = 0; nth < MUTATIONS / clients.size; nth++) {
        const chat = chats[Math.floor(random() * chats.length)];
        assert.ok(chat !== undefined);
        const body = JSON.stringify(mutated(JSON.parse(String(chat.exchange.request)), random));
        outcomes[translate(client, body, chat.label)]++;
      }
      t.diagnostic(JSON.stringify(outcomes));
      assert.ok(outcomes.translated > 100 && outcomes.refused > 100, 'the mutations reach both sides');
    });
  }
});

function isShort({ exchange: { request } }: RecordedChat): boolean {
  return typeof request === 'string' && request.length <= MOST_BYTES && parseJson(Buffer.from(request)).ok;
}

function translate(client: Dialect, body: string, label: string): 'translated' | 'refused' {
  const about = `${label}: ${body.slice(0, 2_000)}`;
  const address = { model: 'm', stream: false, framing: client.framing } as const;
  const begun = performance.now();
  const request = attempted(about, () => chatOf(client).decodeRequest(client.readRequest(Buffer.from(body), address)));
  if (request instanceof GatewayError) {
    assert.ok(request.status >= 400 && request.status < 500, `${request.status} for ${about}`);
    return 'refused';
  }
  for (const id of upstreamDialects) encodeFor(id, request, `${id} of ${about}`);
  assert.ok(performance.now() - begun < AT_MOST_MS, `too slow: ${about}`);
  return 'translated';
}

function encodeFor(id: DialectId, request: ChatRequest, about: string): void {
  const { encodeRequest } = chatOf(dialects[id]);
  const encoded = attempted(about, () => encodeRequest(request, targetFor(request, 'm')));
  if (encoded instanceof GatewayError) assert.ok(encoded.status >= 400 && encoded.status < 500, about);
  else JSON.stringify(encoded.body);
}

function attempted<T>(about: string, read: () => T): T | GatewayError {
  try {
    return refusedOr(read);
  } catch (error) {
    throw new Error(about, { cause: error });
  }
}
