import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import OpenAI from 'openai';
import { type BlockStart, type ContentPart, noUsage, type StreamPart } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { AnswerContext } from '../dialect.ts';
import { openFramer } from '../framing/framing.ts';
import type { WireEvent } from '../framing/wire-event.ts';
import { openAiResponses } from '../openai-responses/index.ts';
import { responseOfStream } from '../response-of-stream.ts';
import { streamOfResponse } from '../stream-of-response.ts';
import { decodeResponsesResponse } from './decode-response.ts';
import { decodeResponsesStream } from './decode-stream.ts';
import { encodeResponsesResponse } from './encode-response.ts';
import { encodeResponsesStream } from './encode-stream.ts';

function context(body: JsonObject = {}): AnswerContext {
  const bytes = Buffer.from(JSON.stringify({ model: 'm', input: 'Hi', stream: true, ...body }));
  const received = openAiResponses.readRequest(bytes, { model: null, stream: null, framing: 'sse' });
  const request = openAiResponses.chat?.decodeRequest(received);
  assert.ok(request);
  return { received, request, exchangeId: 'gen-1764000000-Abc', startedS: 1_764_000_000 };
}

function encoded(parts: readonly StreamPart[]): readonly WireEvent[] {
  const encoder = encodeResponsesStream(context());
  return [...parts.flatMap((part) => encoder.push(part)), ...encoder.end()];
}

function decoded(events: readonly JsonObject[]): readonly StreamPart[] {
  const decoder = decodeResponsesStream();
  return events.flatMap((event) => decoder.push({ name: null, data: JSON.stringify(event) }));
}

const TEXT = fc.string({ minLength: 1 });
const SEAL = fc.option(
  fc.record({
    format: fc.constant('anthropic-claude-v1' as const),
    value: TEXT,
    isWhole: fc.boolean(),
    id: fc.constant(null),
  }),
);
const PART: fc.Arbitrary<ContentPart> = fc
  .oneof(
    fc.record({ type: fc.constant('text' as const), text: TEXT }),
    fc.record({ type: fc.constant('refusal' as const), text: TEXT }),
    fc.record({ type: fc.constant('reasoning' as const), text: TEXT, isSummary: fc.boolean(), seal: SEAL }),
    fc.record({
      type: fc.constant('tool-call' as const),
      id: TEXT,
      name: TEXT,
      kind: fc.constantFrom('function' as const, 'custom' as const),
      namespace: fc.option(TEXT),
      input: TEXT,
    }),
  )
  .map((part) => JSON.parse(JSON.stringify(part)));

function isCall({ type }: ContentPart): boolean {
  return type === 'tool-call';
}

const START: StreamPart = { type: 'start', id: 'up', model: 'up', createdS: 5, serviceTier: null };
const STOP: StreamPart = { type: 'finish', choice: 0, finish: { unified: 'stop', raw: null }, stopSequence: null };
const END: StreamPart = { type: 'end' };

function textBlock(block: number, text: string): readonly StreamPart[] {
  const at = { choice: 0, block };
  return [
    { type: 'block-start', ...at, content: { type: 'text' } },
    { type: 'delta', ...at, text },
    { type: 'block-end', ...at, seal: null },
  ];
}

function callBlock(block: number, name: string, pieces: readonly string[]): readonly StreamPart[] {
  const at = { choice: 0, block };
  return [
    {
      type: 'block-start',
      ...at,
      content: { type: 'tool-call', id: `call_${block}`, name, kind: 'function', namespace: null },
    },
    ...pieces.map((text): StreamPart => ({ type: 'delta', ...at, text })),
    { type: 'block-end', ...at, seal: null },
  ];
}

describe('the events of an answer', () => {
  it('come in the order of the API, numbered and named', () => {
    const events = encoded([START, ...textBlock(0, 'Hi.'), STOP, END]);
    assert.deepEqual(
      events.map(({ name }) => name),
      [
        'response.created',
        'response.in_progress',
        'response.output_item.added',
        'response.content_part.added',
        'response.output_text.delta',
        'response.output_text.done',
        'response.content_part.done',
        'response.output_item.done',
        'response.completed',
      ],
    );
    events.forEach(({ name, data }, index) => {
      const { type, sequence_number } = JSON.parse(data);
      assert.deepEqual([type, sequence_number], [name, index]);
    });
  });

  it('one message holds the text until something else comes', () => {
    const parts = [
      START,
      ...textBlock(0, 'a'),
      ...textBlock(1, 'b'),
      ...callBlock(2, 'f', ['{}']),
      ...textBlock(3, 'c'),
    ];
    const { output } = ending(encoded([...parts, STOP, END]));
    assert.deepEqual(
      output.map(({ type, id, content }) => [type, id, Array.isArray(content) ? content.length : null]),
      [
        ['message', 'msg_1764000000Abc00', 2],
        ['function_call', 'fc_1764000000Abc01', null],
        ['message', 'msg_1764000000Abc02', 1],
      ],
    );
  });

  it('calls are of the kind and namespace that the client named', () => {
    const kinds: readonly BlockStart[] = [
      { type: 'tool-call', id: 'c1', name: 'apply_patch', kind: 'custom', namespace: null },
      { type: 'tool-call', id: 'c2', name: 'wait', kind: 'function', namespace: 'agents' },
      { type: 'tool-call', id: 'c3', name: 'nothing', kind: 'function', namespace: null },
    ];
    const starts = kinds.map((content, block): StreamPart => ({ type: 'block-start', choice: 0, block, content }));
    const pieces = [
      [0, '*** '],
      [1, '{}'],
      [0, 'Begin'],
    ] as const;
    const deltas = pieces.map(([block, text]): StreamPart => ({ type: 'delta', choice: 0, block, text }));
    const ends = kinds.map((_, block): StreamPart => ({ type: 'block-end', choice: 0, block, seal: null }));
    const { output } = ending(encoded([START, ...starts, ...deltas, ...ends, STOP, END]));
    assert.deepEqual(
      output.map(({ type, name, namespace, input, arguments: given }) => [
        type,
        name,
        namespace ?? null,
        input ?? given,
      ]),
      [
        ['custom_tool_call', 'apply_patch', null, '*** Begin'],
        ['function_call', 'wait', 'agents', '{}'],
        ['function_call', 'nothing', null, '{}'],
      ],
    );
  });

  it("a call's seal comes back behind it, and finds it again", () => {
    const seal = { format: 'google-gemini-v1', value: 's', isWhole: false, id: null } as const;
    const [start, end] = callBlock(0, 'f', []);
    assert.ok(start?.type === 'block-start' && end?.type === 'block-end');
    const { output } = ending(encoded([START, start, { ...end, seal }, STOP, END]));
    assert.deepEqual(
      output.map(({ type }) => type),
      ['function_call', 'reasoning'],
    );
    const [turn] = context({ input: output }).request.messages;
    const [call, ...others] = turn?.content ?? [];
    assert.deepEqual([call?.type === 'tool-call' && call.seal, others], [seal, []]);
  });

  const endings: readonly (readonly [label: string, last: readonly StreamPart[], status: string, more: unknown])[] = [
    ['without its terminal part', [STOP], 'completed', null],
    [
      'at its limit',
      [{ type: 'finish', choice: 0, finish: { unified: 'length', raw: 'x' }, stopSequence: null }, END],
      'incomplete',
      'max_output_tokens',
    ],
    ['refused', [{ ...STOP, finish: { unified: 'content-filter', raw: null } }, END], 'incomplete', 'content_filter'],
    ['broken off', [{ type: 'error', message: 'Gone.', code: null, status: null }], 'failed', null],
  ];
  for (const [label, last, status, reason] of endings) {
    it(`an answer ends ${label}: ${status}`, () => {
      const events = encoded([START, ...textBlock(0, 'a'), ...last]);
      const response = ending(events);
      assert.equal(events.at(-1)?.name, `response.${status}`);
      assert.equal(response['status'], status);
      assert.deepEqual(response['incomplete_details'], reason === null ? null : { reason });
    });
  }

  it('an answer that is cut off has no ending', () => {
    const events = encoded([START, ...textBlock(0, 'a').slice(0, 2)]);
    assert.equal(events.at(-1)?.name, 'response.output_text.delta');
  });

  it('bring every answer, whole and in pieces, as it was', () => {
    fc.assert(
      fc.property(fc.array(PART, { minLength: 1 }), (content) => {
        const finish = { unified: content.some(isCall) ? 'tool-calls' : 'stop', raw: 'completed' } as const;
        const choices = [{ index: 0, content, finish, stopSequence: null, logprobs: null }];
        const answer = { id: null, model: null, createdS: 1, choices, usage: null, serviceTier: null };
        const whole = decodeResponsesResponse(encodeResponsesResponse(answer, context()));
        assert.deepEqual(whole?.choices, choices);
        const events = encoded(streamOfResponse(answer));
        const streamed = responseOfStream(decoded(events.map(({ data }) => JSON.parse(data))));
        assert.deepEqual(streamed.choices, choices);
      }),
    );
  });

  it("OpenAI's own SDK reads them", async () => {
    const parts = [START, ...textBlock(0, 'Hello.'), ...callBlock(1, 'f', ['{"a"', ':1}'])];
    const usage: StreamPart = { type: 'usage', usage: { ...noUsage, inputTokens: 3, outputTokens: 2 } };
    const framer = openFramer('sse');
    const bytes = Buffer.concat(encoded([...parts, STOP, usage, END]).map((event) => framer.frame(event)));
    const headers = { 'content-type': 'text/event-stream' };
    const client = new OpenAI({ apiKey: 'k', fetch: () => Promise.resolve(new Response(bytes, { headers })) });
    const stream = client.responses.stream({ model: 'm', input: 'Hi' });
    const response = await stream.finalResponse();
    assert.equal(response.output_text, 'Hello.');
    assert.deepEqual(response.output[1]?.type === 'function_call' && response.output[1].arguments, '{"a":1}');
    assert.equal(response.usage?.total_tokens, 5);
  });
});

describe('events of upstreams', () => {
  const created = { type: 'response.created', response: { id: 'r', model: 'm', created_at: 1, output: [] } };
  const completed = { type: 'response.completed', response: { status: 'completed', output: [] } };

  it('an item that begins before the one before it has ended (OpenRouter)', () => {
    const parts = decoded([
      created,
      { type: 'response.output_item.added', output_index: 0, item: { type: 'message', content: [] } },
      { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'Yes' },
      { type: 'response.output_item.added', output_index: 1, item: { type: 'reasoning', summary: [] } },
      { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: '.' },
      {
        type: 'response.output_item.done',
        output_index: 1,
        item: { type: 'reasoning', summary: [], encrypted_content: 's', format: 'google-gemini-v1' },
      },
      { type: 'response.output_item.done', output_index: 0, item: { type: 'message', content: [{ text: 'Yes.' }] } },
      completed,
    ]);
    const [choice] = responseOfStream(parts).choices;
    const seal = { format: 'google-gemini-v1', value: 's', isWhole: true, id: null };
    assert.deepEqual(choice?.content, [
      { type: 'text', text: 'Yes.' },
      { type: 'reasoning', text: '', isSummary: true, seal },
    ]);
  });

  it('items that come whole, without a delta, and an answer that stands in its last event alone', () => {
    const item = { type: 'message', content: [{ type: 'output_text', text: 'Hi', annotations: [] }] };
    const call = { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' };
    const wholes = decoded([
      created,
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.output_item.done', output_index: 1, item: call },
      completed,
    ]);
    const last = decoded([{ ...completed, response: { status: 'completed', output: [item, call] } }]);
    assert.deepEqual(responseOfStream(wholes).choices, responseOfStream(last).choices);
    assert.deepEqual(
      responseOfStream(last).choices[0]?.content.map(({ type }) => type),
      ['text', 'tool-call'],
    );
  });

  const failures: readonly (readonly [label: string, event: JsonObject, code: string | null])[] = [
    ["OpenAI's", { type: 'error', code: 'rate_limit_exceeded', message: 'No.', param: null }, 'rate_limit_exceeded'],
    ["Open Responses'", { type: 'error', error: { code: 'overloaded', message: 'No.' } }, 'overloaded'],
    ['of the response', { type: 'response.failed', response: { error: { code: 'x', message: 'No.' } } }, 'x'],
  ];
  for (const [label, event, code] of failures) {
    it(`a failure ${label} ends the stream`, () => {
      const parts = decoded([created, event, completed]);
      assert.deepEqual(parts.at(-1), { type: 'error', message: 'No.', code, status: null });
    });
  }

  it('odd events are passed over', () => {
    const odd = [{}, { type: 7 }, { type: 'response.output_text.delta' }, { type: 'response.output_item.done' }];
    assert.deepEqual(
      decoded([created, ...odd, completed]).map(({ type }) => type),
      ['start', 'finish', 'end'],
    );
    assert.deepEqual(decodeResponsesStream().push({ name: null, data: '[DONE]' }), []);
  });
});

type Ending = JsonObject & { readonly output: readonly JsonObject[] };

function ending(events: readonly WireEvent[]): Ending {
  return JSON.parse(events.at(-1)?.data ?? '{}').response;
}
