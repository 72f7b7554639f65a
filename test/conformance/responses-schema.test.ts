import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AnswerContext, ChatTranslation } from '../../src/dialects/index.ts';
import { noUsage, type StreamPart } from '../../src/inference/index.ts';
import type { JsonObject } from '../../src/std/index.ts';
import { dialects } from '../support/dialects.ts';
import { faultOf, publishedSchema, specsMissing } from '../support/published.ts';

const { readRequest } = dialects['openai-responses'];
const chat = dialects['openai-responses'].chat as ChatTranslation;

const AT = { choice: 0 } as const;

/** Every kind of block, two calls side by side, and an ending. */
const PARTS: readonly StreamPart[] = [
  { type: 'start', id: 'x', model: 'm', createdS: 1, serviceTier: null },
  { type: 'block-start', ...AT, block: 0, content: { type: 'reasoning', isSummary: true } },
  { type: 'delta', ...AT, block: 0, text: 'Hm.' },
  {
    type: 'block-end',
    ...AT,
    block: 0,
    seal: { format: 'anthropic-claude-v1', value: 'sig', isWhole: false, id: null },
  },
  { type: 'block-start', ...AT, block: 1, content: { type: 'reasoning', isSummary: false } },
  { type: 'delta', ...AT, block: 1, text: 'Well.' },
  { type: 'block-end', ...AT, block: 1, seal: null },
  { type: 'block-start', ...AT, block: 2, content: { type: 'text' } },
  {
    type: 'logprobs',
    ...AT,
    tokens: [{ token: 'Yes', logprob: -1, bytes: null, top: [{ token: 'No', logprob: -2, bytes: [78, 111] }] }],
  },
  { type: 'delta', ...AT, block: 2, text: 'Yes' },
  {
    type: 'citation',
    ...AT,
    block: 2,
    citation: { url: 'https://a.example', title: null, citedText: null, start: null, end: null },
  },
  { type: 'block-end', ...AT, block: 2, seal: null },
  { type: 'block-start', ...AT, block: 3, content: { type: 'refusal' } },
  { type: 'delta', ...AT, block: 3, text: 'No.' },
  { type: 'block-end', ...AT, block: 3, seal: null },
  ...callStart(4, 'function'),
  ...callStart(5, 'custom'),
  { type: 'delta', ...AT, block: 4, text: '{}' },
  { type: 'delta', ...AT, block: 5, text: 'ls' },
  { type: 'block-end', ...AT, block: 4, seal: null },
  { type: 'block-end', ...AT, block: 5, seal: null },
];

function callStart(block: number, kind: 'function' | 'custom'): readonly StreamPart[] {
  const content = { type: 'tool-call', id: `call_${block}`, name: kind, kind, namespace: null } as const;
  return [{ type: 'block-start', ...AT, block, content }];
}

const ENDINGS: Readonly<Record<string, readonly StreamPart[]>> = {
  completed: [finish('tool-calls'), { type: 'usage', usage: { ...noUsage, inputTokens: 3 } }, { type: 'end' }],
  incomplete: [{ type: 'usage', usage: noUsage }, finish('length'), { type: 'end' }],
  failed: [{ type: 'error', message: 'broken', code: 'overloaded', status: 503 }],
};

function finish(unified: 'tool-calls' | 'length'): StreamPart {
  return { type: 'finish', ...AT, finish: { unified, raw: null }, stopSequence: null };
}

const REQUEST = {
  model: 'm',
  input: 'Hi',
  instructions: 'Be brief.',
  tools: [{ type: 'function', name: 'function', parameters: { type: 'object', properties: {} } }],
  reasoning: { effort: 'low', summary: 'auto' },
  text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' } } },
  metadata: { a: 'b' },
  user: 'u',
};

function contextOf(body: JsonObject): AnswerContext {
  const received = readRequest(Buffer.from(JSON.stringify(body)), { model: null, stream: null, framing: 'sse' });
  return { received, request: chat.decodeRequest(received), exchangeId: 'gen-1764000000-abc', startedS: 1_764_000_000 };
}

function eventsOf(parts: readonly StreamPart[], body: JsonObject): readonly JsonObject[] {
  const encoder = chat.encodeStream(contextOf(body));
  return [...parts.flatMap((part) => encoder.push(part)), ...encoder.end()].map(
    ({ data }) => JSON.parse(data) as JsonObject,
  );
}

describe('what Responses clients get, by the published schemas', { skip: specsMissing }, () => {
  const requests = { 'a full request': REQUEST, 'a bare request': { model: 'm', input: 'Hi' } };
  const schema = publishedSchema('openai.yaml');
  const [isResponse, isEvent] = [schema('Response'), schema('ResponseStreamEvent')];
  const isResource = publishedSchema('open-responses.json')('ResponseResource');

  it('the schemas refuse what lacks something', () => {
    assert.ok(!isResponse({ object: 'response' }) && !isResource({ object: 'response' }));
    const delta = { type: 'response.output_text.delta', item_id: 'm', output_index: 0, content_index: 0, delta: 'x' };
    assert.ok(!isEvent({ ...delta, sequence_number: 1 }));
    assert.ok(isEvent({ ...delta, sequence_number: 1, logprobs: [] }));
  });

  for (const [label, body] of Object.entries(requests)) {
    for (const [ending, last] of Object.entries(ENDINGS)) {
      it(`${label}, ${ending}: every event and the response`, () => {
        const events = eventsOf([...PARTS, ...last], body);
        for (const event of events) assert.equal(faultOf(isEvent, timely(event)), null, JSON.stringify(event));
        const response = events.at(-1)?.['response'] as JsonObject;
        assert.equal(response['status'], ending);
        assert.equal(faultOf(isResponse, timely(response)), null);
      });
    }
  }

  it("Open Responses' resource, which knows neither custom tools nor schemas of an output", () => {
    const parts = [...PARTS.slice(0, 15), finish('tool-calls'), { type: 'end' } as const];
    const events = eventsOf(parts, { ...REQUEST, text: undefined });
    const response = events.at(-1)?.['response'] as JsonObject;
    assert.equal(faultOf(isResource, response), null);
  });
});

/** While an answer is made OpenAI says that its usage is null, and its schema that there is none. */
function timely(value: JsonObject): JsonObject {
  const response = (value['response'] ?? value) as JsonObject;
  const { usage, ...others } = response;
  const timed = usage === null ? others : response;
  return value['response'] === undefined ? timed : { ...value, response: timed };
}
