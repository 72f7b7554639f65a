import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked } from '../../../test/support/anthropic-wire.ts';
import { dialects } from '../../../test/support/dialects.ts';
import { chatOf, contextOf, encodeAll } from '../../../test/support/translating.ts';
import type { ChatResponse, DialectId } from '../../inference/index.ts';
import { streamOfResponse } from '../stream-of-response.ts';

const CALL = {
  type: 'tool-call',
  id: 'c1',
  name: 'spawn',
  kind: 'function',
  namespace: 'agents',
  input: '{}',
} as const;
const ANSWER: ChatResponse = {
  ...{ id: null, model: null, createdS: null, serviceTier: null, usage: null },
  choices: [
    { index: 0, content: [CALL], finish: { unified: 'tool-calls', raw: null }, stopSequence: null, logprobs: null },
  ],
};
/** What any of these doors asks for. */
const SHAPES = { model: 'm', max_tokens: 9, anthropic_version: 'bedrock-2023-05-31' };
const CLIENTS: readonly DialectId[] = [
  'anthropic-messages',
  'bedrock-converse',
  'bedrock-invoke',
  'cohere-chat',
  'gemini-generate',
  'ollama-chat',
  'openai-chat',
];

for (const id of CLIENTS) {
  test(`${id}: a call in a namespace bears both names, whole and in a stream`, () => {
    const dialect = dialects[id];
    const said = [{ role: 'user', content: [{ type: 'text', text: 'Go.' }], parts: [{ text: 'Go.' }] }];
    const body = Buffer.from(JSON.stringify({ ...SHAPES, messages: said, contents: said }));
    const context = contextOf(
      dialect.readRequest(body, { model: 'm', stream: false, framing: dialect.framing }),
      asked(),
    );
    assert.match(JSON.stringify(chatOf(dialect).encodeResponse(ANSWER, context)), /"agents__spawn"/);
    const events = encodeAll(dialect, streamOfResponse(ANSWER), context).map(({ data }) =>
      id === 'bedrock-invoke' ? Buffer.from(String(JSON.parse(data).bytes), 'base64').toString() : data,
    );
    assert.match(events.join(''), /"agents__spawn"/);
  });
}
