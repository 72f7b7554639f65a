import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { responseOfStream, streamOfResponse } from '../../src/dialects/index.ts';
import type { ChatResponse } from '../../src/inference/index.ts';
import { isJsonObject } from '../../src/std/index.ts';
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

const OLLAMA = dialects['ollama-chat'];
const chat = chatOf(OLLAMA);

suite('recorded chats with Ollama', { skip: recordedMissing }, () => {
  for (const file of recordedFiles('ollama')) {
    const exchanges = readRecorded(file).filter(({ path }) => path === '/api/chat');

    test(`${file}: requests survive`, () => {
      for (const { id, request } of exchanges) {
        const received = receive(OLLAMA, request);
        const decoded = chat.decodeRequest(received);
        const { body, warnings } = chat.encodeRequest(decoded, targetOf(decoded));
        assert.deepEqual(plainer(body), plainer(received.body), id);
        assert.deepEqual(warnings, [], id);
      }
    });

    test(`${file}: answers and streams survive`, (t) => {
      for (const exchange of exchanges) {
        const response = responseIn(exchange);
        const [first] = response.choices;
        assert.ok((first?.content.length ?? 0) > 0 && first?.finish.unified !== 'other', exchange.id);
        assert.ok((response.usage?.outputTokens ?? 0) > 0, exchange.id);
        const received = receive(OLLAMA, exchange.request);
        const context = contextOf(received, chat.decodeRequest(received));
        const again = chat.decodeResponse(chat.encodeResponse(response, context));
        assert.ok(again !== null);
        assert.deepEqual(gist(again), gist(response), exchange.id);
        const events = encodeAll(OLLAMA, streamOfResponse(response), context);
        assert.deepEqual(gist(responseOfStream(decodeAll(OLLAMA, events))), gist(response), exchange.id);
      }
      t.diagnostic(`${exchanges.length} answers, of them ${exchanges.filter(isStream).length} streams`);
    });

    test(`${file}: every line of a stream is encoded as Ollama sent it, but for its time`, () => {
      for (const { id, body, request } of exchanges.filter(isStream)) {
        const received = receive(OLLAMA, request);
        const lines = eventsOf(body ?? '', 'ndjson');
        const context = contextOf(received, chat.decodeRequest(received));
        const again = encodeAll(OLLAMA, decodeAll(OLLAMA, lines), context);
        const kept = (list: typeof lines): unknown[] => list.map(({ data }) => ({ ...parsed(data), created_at: null }));
        assert.deepEqual(kept(again), kept(lines), id);
      }
    });
  }
});

function isStream({ content_type }: Recorded): boolean {
  return content_type === 'application/x-ndjson';
}

function responseIn(exchange: Recorded): ChatResponse {
  if (isStream(exchange)) return responseOfStream(decodeAll(OLLAMA, eventsOf(exchange.body ?? '', 'ndjson')));
  const response = chat.decodeResponse(parsed(exchange.body));
  assert.ok(response !== null, exchange.id);
  return response;
}

/** Calls without ids are given some, and their results name them; `type` and empty lists say nothing. */
function plainer(value: unknown, within = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => plainer(item, within));
  if (!isJsonObject(value)) return value;
  const isCall = within === 'tool_calls' || within === 'messages' || within === 'function';
  const added = new Set(isCall ? ['id', 'tool_call_id', 'type', 'index'] : []);
  const said = Object.entries(value).filter(
    ([name, member]) => !added.has(name) && !(name === 'tool_calls' && Array.isArray(member) && member.length === 0),
  );
  return Object.fromEntries(said.map(([name, member]) => [name, plainer(member, name)]));
}
