import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ContentPart, Message, Tool } from '../inference/index.ts';
import { countable } from './countable.ts';

const TEXT = { type: 'text' } as const;
const url = { kind: 'url', url: 'https://example.com' } as const;

function user(...content: readonly ContentPart[]): Message {
  return { role: 'user', content, name: null };
}

function count(messages: readonly Message[], tools: readonly Tool[] = []) {
  const { texts, tokens } = countable({ messages, tools, output: { type: 'text' } });
  return { texts: [...texts], tokens };
}

test('a turn: its role, its text, and what frames it', () => {
  assert.deepEqual(count([user({ ...TEXT, text: 'hello' })]), { texts: ['user', 'hello'], tokens: 6 });
  const named: Message = { role: 'user', name: 'Ann', content: [] };
  assert.deepEqual(count([named]), { texts: ['user', 'Ann'], tokens: 7 });
});

test('a call and its result, an image within', () => {
  const call: ContentPart = { type: 'tool-call', id: 'c', name: 'f', kind: 'function', namespace: null, input: '{}' };
  const image: ContentPart = { type: 'image', media: url, mediaType: null, detail: 'low' };
  const content = [{ ...TEXT, text: 'done' }, image];
  const result = { type: 'tool-result', callId: 'c', name: null, kind: 'function', content, isError: false } as const;
  const messages: Message[] = [
    { role: 'assistant', name: null, content: [call] },
    { role: 'tool', content: [result] },
  ];
  assert.deepEqual(count(messages), { texts: ['assistant', 'f', '{}', 'tool', 'done'], tokens: 3 + 6 + 6 + 85 });
});

test('tools: their schema as JSON, a grammar, what only one dialect has', () => {
  const common = { description: 'adds', namespace: null } as const;
  const tools: Tool[] = [
    { type: 'function', name: 'add', parameters: { type: 'object' }, strict: null, ...common },
    { type: 'custom', name: 'sub', grammar: { syntax: 'regex', definition: 'x+' }, ...common },
    { type: 'server', service: 'other', dialect: 'openai-chat', name: 's', raw: { type: 's' } },
  ];
  const texts = ['add', 'adds', '{"type":"object"}', 'sub', 'adds', 'x+', '{"type":"s"}'];
  assert.deepEqual(count([], tools), { texts, tokens: 3 + 12 + 3 * 7 });
});

test('a schema for the answer is read by the model, too', () => {
  const output = { type: 'json-schema', name: 'n', description: null, schema: { a: 1 }, strict: null } as const;
  assert.deepEqual([...countable({ messages: [], tools: [], output }).texts], ['{"a":1}', 'n']);
});

const part: fc.Arbitrary<ContentPart> = fc.oneof(
  fc.string({ minLength: 1 }).map((text): ContentPart => ({ ...TEXT, text })),
  fc.string({ minLength: 1 }).map((text): ContentPart => ({ type: 'refusal', text })),
  fc.string({ minLength: 1 }).map((text): ContentPart => ({ type: 'reasoning', text, isSummary: false, seal: null })),
  fc
    .constantFrom('image', 'video')
    .map((type): ContentPart => ({ type, media: url, mediaType: null, detail: null }) as ContentPart),
);

test('every text of a request is counted, and everything else adds to it', () => {
  fc.assert(
    fc.property(fc.array(fc.array(part)), (turns) => {
      const { texts, tokens } = count(turns.map((content) => user(...content)));
      const held = turns.flat().flatMap((each) => ('text' in each ? [each.text] : []));
      assert.deepEqual(
        texts.filter((text) => text !== 'user'),
        held.filter((text) => text !== 'user'),
      );
      assert.ok(tokens >= 3 + 3 * turns.length);
    }),
  );
});
