import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { responseOfStream, streamOfResponse } from '../../src/dialects/index.ts';
import type { ChatResponse } from '../../src/inference/index.ts';
import { isJsonObject, type JsonObject } from '../../src/std/index.ts';
import { dialects } from '../support/dialects.ts';
import { type Recorded, readRecorded, recordedFiles, recordedMissing } from '../support/recorded.ts';
import {
  chatOf,
  contextOf,
  decodeAll,
  encodeAll,
  eventsOf,
  gist,
  parsed,
  receive,
  targetOf,
} from '../support/translating.ts';

const COHERE = dialects['cohere-chat'];
const chat = chatOf(COHERE);

suite('recorded chats with Cohere', { skip: recordedMissing }, () => {
  for (const file of recordedFiles('cohere-chat')) {
    const exchanges = readRecorded(file);
    const answered = exchanges.filter(({ status }) => status === 200);

    test(`${file}: requests survive`, () => {
      for (const { id, request } of exchanges) {
        const received = receive(COHERE, request);
        const decoded = chat.decodeRequest(received);
        const { body, warnings } = chat.encodeRequest(decoded, targetOf(decoded));
        assert.deepEqual(plainer(body), plainer(received.body), id);
        assert.deepEqual(warnings, [], id);
      }
    });

    test(`${file}: answers and streams survive`, (t) => {
      for (const exchange of answered) {
        const response = responseIn(exchange);
        const [first] = response.choices;
        assert.ok((first?.content.length ?? 0) > 0 && first?.finish.unified !== 'other', exchange.id);
        assert.ok((response.usage?.inputTokens ?? 0) > 0, exchange.id);
        const received = receive(COHERE, exchange.request);
        const context = contextOf(received, chat.decodeRequest(received));
        const again = chat.decodeResponse(chat.encodeResponse(response, context));
        assert.ok(again !== null);
        assert.deepEqual(gist(again), gist(response), exchange.id);
        const events = encodeAll(COHERE, streamOfResponse(response), context);
        assert.deepEqual(gist(responseOfStream(decodeAll(COHERE, events))), gist(response), exchange.id);
      }
      t.diagnostic(`${answered.length} answers, of them ${answered.filter(isStream).length} streams`);
    });

    test(`${file}: every stream is encoded as Cohere sent it`, () => {
      for (const { id, body, request } of answered.filter(isStream)) {
        const received = receive(COHERE, request);
        const events = eventsOf(body ?? '', 'sse');
        const context = contextOf(received, chat.decodeRequest(received));
        const again = encodeAll(COHERE, decodeAll(COHERE, events), context);
        const names = (list: typeof events): string[] => list.map(({ name, data }) => name ?? data);
        // A text is ended by what comes after it, because citations may: they go before its end here.
        assert.deepEqual(names(again).sort(), names(events).sort(), id);
        const texts = again.filter(isGrowing).map(({ data }) => parsed(data)['delta']);
        const sent = events.filter(isGrowing).map(({ data }) => parsed(data)['delta']);
        assert.deepEqual(texts, sent, id);
      }
    });
  }
});

function isStream({ content_type }: Recorded): boolean {
  return content_type === 'text/event-stream';
}

function isGrowing({ name, data }: { readonly name: string | null; readonly data: string }): boolean {
  return name?.endsWith('-delta') === true && data !== '';
}

function responseIn(exchange: Recorded): ChatResponse {
  if (isStream(exchange)) return responseOfStream(decodeAll(COHERE, eventsOf(exchange.body ?? '', 'sse')));
  const response = chat.decodeResponse(parsed(exchange.body));
  assert.ok(response !== null, exchange.id);
  return response;
}

/** Empty lists, nulls and `stream: false` say nothing; a list of one text is that text. */
function plainer(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainer);
  if (!isJsonObject(value)) return value;
  const said = Object.entries(value).filter(([name, member]) => !isNothing(name, member));
  return Object.fromEntries(
    said.map(([name, member]) => [name, name === 'content' ? joined(member) : plainer(member)]),
  );
}

function isNothing(name: string, member: unknown): boolean {
  const isEmpty = Array.isArray(member) && member.length === 0 && name !== 'required';
  return member === null || isEmpty || (name === 'stream' && member === false);
}

function joined(content: unknown): unknown {
  const [only, ...others]: readonly JsonObject[] = Array.isArray(content) ? content.filter(isJsonObject) : [];
  return only?.['type'] === 'text' && others.length === 0 ? only['text'] : plainer(content);
}
