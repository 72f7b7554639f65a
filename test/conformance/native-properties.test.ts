import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { type Dialect, responseOfStream, streamOfResponse } from '../../src/dialects/index.ts';
import {
  type ChatResponse,
  type ContentPart,
  GatewayError,
  noUsage,
  type StreamPart,
} from '../../src/inference/index.ts';
import { isJsonObject } from '../../src/std/index.ts';
import { dialects } from '../support/dialects.ts';
import {
  chatOf,
  contextOf,
  decodeAll,
  embeddingOf,
  encodeAll,
  gist,
  receive,
  targetOf,
} from '../support/translating.ts';

const CHATS = ['cohere-chat', 'ollama-chat', 'ollama-generate'] as const;
const EMBEDDINGS = [
  ...(['openai-embeddings', 'cohere-embed', 'ollama-embed', 'ollama-embeddings', 'vertex-embed'] as const),
  ...(['bedrock-titan-embed', 'bedrock-cohere-embed'] as const),
];
const ASKED = {
  model: 'm',
  messages: [{ role: 'user', content: 'x' }],
  prompt: 'x',
  input: 'x',
  texts: ['x'],
  inputText: 'x',
};

const text = fc.string({ minLength: 1 });
const count = fc.nat(1e6);
const reasoning = text.map((text) => ({ type: 'reasoning', text, isSummary: false, seal: null }) as const);
const said = text.map((text) => ({ type: 'text', text }) as const);
const call = fc
  .record({ id: fc.uuid(), name: text, input: fc.dictionary(text, fc.jsonValue()) })
  .map(
    ({ id, name, input }) =>
      ({ type: 'tool-call', id, name, kind: 'function', namespace: null, input: JSON.stringify(input) }) as const,
  );
/** A thought, a text, calls: what all of these can say in that order. */
const content = fc
  .tuple(fc.array(reasoning, { maxLength: 1 }), fc.array(said, { maxLength: 1 }), fc.array(call, { maxLength: 3 }))
  .map((parts): readonly ContentPart[] => parts.flat());

const response = fc.record({ content, inputTokens: count, outputTokens: count }).map(
  ({ content, inputTokens, outputTokens }): ChatResponse => ({
    id: 'id',
    model: 'm',
    createdS: 1_700_000_000,
    choices: [
      {
        index: 0,
        content,
        finish: { unified: content.some(({ type }) => type === 'tool-call') ? 'tool-calls' : 'stop', raw: null },
        stopSequence: null,
        logprobs: null,
      },
    ],
    usage: { ...noUsage, inputTokens, outputTokens },
    serviceTier: null,
  }),
);

suite('whatever the answer', () => {
  for (const id of CHATS) {
    const dialect: Dialect = dialects[id];
    const chat = chatOf(dialect);
    const received = receive(dialect, ASKED);
    const context = contextOf(received, chat.decodeRequest(received));

    test(`${id}: it survives, whole and streamed, in deltas of any size`, () => {
      fc.assert(
        fc.property(response, fc.integer({ min: 1, max: 5 }), (response, size) => {
          assert.deepEqual(gistOf(chat.decodeResponse(chat.encodeResponse(response, context))), gist(response));
          const events = encodeAll(
            dialect,
            streamOfResponse(response).flatMap((part) => cut(part, size)),
            context,
          );
          assert.deepEqual(gistOf(responseOfStream(decodeAll(dialect, events))), gist(response));
        }),
      );
    });
  }
});

function gistOf(response: ChatResponse | null): unknown {
  assert.ok(response !== null);
  return gist(response);
}

function cut(part: StreamPart, size: number): readonly StreamPart[] {
  if (part.type !== 'delta') return [part];
  return (part.text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []).map((text) => ({ ...part, text }));
}

suite('whatever comes', () => {
  const word = fc.constantFrom(
    'user',
    'assistant',
    'tool',
    'system',
    'text',
    'image_url',
    'document',
    'thinking',
    'c1',
  );
  const leaf = fc.oneof(word, fc.jsonValue({ maxDepth: 1 }));
  const members = fc.constantFrom(
    ...['role', 'content', 'tool_calls', 'images', 'thinking', 'tool_call_id', 'tool_name', 'tool_plan', 'citations'],
    ...['function', 'type', 'text', 'image_url', 'url', 'name', 'arguments', 'document', 'data', 'id', 'sources'],
  );
  const few = { maxLength: 3, maxKeys: 4 };
  const record = fc.dictionary(members, leaf, few);
  const parts = fc.oneof(leaf, record, fc.array(record, few));
  const message = fc.tuple(word, fc.dictionary(members, parts, few)).map(([role, rest]) => ({ ...rest, role }));
  const json = fc.oneof(leaf, fc.array(message, few));
  /** Objects with the members that these dialects look at, and anything in them. */
  const body = fc
    .dictionary(fc.constantFrom(...namesIn(ASKED), 'message', 'delta', 'type', 'index', 'tools', 'options'), json)
    .map((members) => ({ ...members, model: 'm' }));

  test('upstreams: nothing throws', () => {
    const type = fc.constantFrom('message-start', 'content-start', 'content-delta', 'tool-call-start', 'message-end');
    fc.assert(
      fc.property(body, type, (body, type) => {
        for (const id of CHATS) {
          chatOf(dialects[id]).decodeResponse(body);
          decodeAll(dialects[id], [{ name: null, data: JSON.stringify({ ...body, type }) }]);
        }
        for (const id of EMBEDDINGS) embeddingOf(dialects[id]).decodeResponse(body);
      }),
    );
  });

  test('clients: a request is read and encoded again, or refused with a word', () => {
    fc.assert(
      fc.property(body, (body) => {
        for (const id of CHATS) refusedOr(() => again(dialects[id], body));
        for (const id of EMBEDDINGS) refusedOr(() => again(dialects[id], body));
      }),
      { numRuns: 500 },
    );
  });
});

function again(dialect: Dialect, body: object): void {
  const received = receive(dialect, body);
  if (dialect.chat !== null) dialect.chat.encodeRequest(dialect.chat.decodeRequest(received), targetOf(received));
  if (dialect.embedding === null) return;
  dialect.embedding.encodeRequest(dialect.embedding.decodeRequest(received), targetOf(received));
}

function refusedOr(read: () => void): void {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof GatewayError && error.code === 'invalid_request', String(error));
  }
}

function namesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  return isJsonObject(value) ? Object.entries(value).flatMap(([name, member]) => [name, ...namesIn(member)]) : [];
}
