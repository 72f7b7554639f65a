import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dialects } from '../../../test/support/dialects.ts';
import { type Dialect, openFramer, type ReceivedRequest, type WireEvent } from '../../dialects/index.ts';
import type { DialectId } from '../../inference/index.ts';
import type { StreamReading } from './answer-reader.ts';
import { passingReader, translatingReader } from './readers.ts';

type Case = {
  readonly before: readonly (readonly [string | null, object])[];
  readonly content: readonly [string | null, object];
};

const chunk = (delta: object) => ({ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason: null }] });
const candidate = (parts: readonly object[]) => ({ candidates: [{ content: { role: 'model', parts }, index: 0 }] });

/** What an upstream may say before it says anything: an upstream that then dies is passed over. */
const cases: Readonly<Partial<Record<DialectId, Case>>> = {
  'openai-chat': {
    before: [
      // Azure.
      [null, { id: '', model: '', choices: [], prompt_filter_results: [{ prompt_index: 0 }] }],
      [null, chunk({ role: 'assistant', content: '', refusal: null })],
      [null, chunk({})],
    ],
    content: [null, chunk({ content: 'x' })],
  },
  'anthropic-messages': {
    before: [
      [
        'message_start',
        {
          type: 'message_start',
          message: { id: 'm', role: 'assistant', content: [], usage: { input_tokens: 1, output_tokens: 1 } },
        },
      ],
      ['ping', { type: 'ping' }],
      ['content_block_start', { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }],
      ['content_block_delta', { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: '' } }],
    ],
    content: [
      'content_block_delta',
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'x' } },
    ],
  },
  'openai-responses': {
    before: [
      [
        'response.created',
        { type: 'response.created', response: { id: 'r', model: 'm', status: 'in_progress', output: [] } },
      ],
      [
        'response.in_progress',
        { type: 'response.in_progress', response: { id: 'r', model: 'm', status: 'in_progress', output: [] } },
      ],
      [
        'response.output_item.added',
        {
          type: 'response.output_item.added',
          output_index: 0,
          item: { id: 'i', type: 'message', role: 'assistant', content: [] },
        },
      ],
      [
        'response.content_part.added',
        {
          type: 'response.content_part.added',
          item_id: 'i',
          output_index: 0,
          content_index: 0,
          part: { type: 'output_text', text: '' },
        },
      ],
    ],
    content: [
      'response.output_text.delta',
      { type: 'response.output_text.delta', item_id: 'i', output_index: 0, content_index: 0, delta: 'x' },
    ],
  },
  'gemini-generate': {
    before: [
      [null, { usageMetadata: { promptTokenCount: 3 }, modelVersion: 'm', responseId: 'r' }],
      [null, candidate([])],
      [null, candidate([{ text: '' }])],
    ],
    content: [null, candidate([{ text: 'x' }])],
  },
  'bedrock-converse': {
    before: [
      ['messageStart', { role: 'assistant' }],
      ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: '' } }],
    ],
    content: ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'x' } }],
  },
  'cohere-chat': {
    before: [
      ['message-start', { type: 'message-start', id: 'm', delta: { message: { role: 'assistant', content: [] } } }],
      [
        'content-start',
        { type: 'content-start', index: 0, delta: { message: { content: { type: 'text', text: '' } } } },
      ],
    ],
    content: ['content-delta', { type: 'content-delta', index: 0, delta: { message: { content: { text: 'x' } } } }],
  },
  'ollama-chat': {
    before: [[null, { model: 'm', created_at: '', message: { role: 'assistant', content: '' }, done: false }]],
    content: [null, { model: 'm', created_at: '', message: { role: 'assistant', content: 'x' }, done: false }],
  },
};

/** As a client of the dialect gets it, and as one of OpenAI's does. */
function openings(dialect: Dialect): readonly StreamReading[] {
  const client = dialects['openai-chat'];
  const body = { model: 'm', stream: true, messages: [{ role: 'user', content: 'hello' }] };
  const address = { model: null, stream: null, framing: client.framing };
  const asked = client.readRequest(Buffer.from(JSON.stringify(body)), address);
  assert.ok(client.chat !== null);
  const context = { received: asked, request: client.chat.decodeRequest(asked), exchangeId: 'e', startedS: 0 };
  const received: ReceivedRequest = { ...asked, framing: dialect.framing, includesUsage: true };
  return [
    passingReader(dialect, received, () => context).openStream(),
    translatingReader(dialect, client, context, null).openStream(),
  ];
}

function framed(dialect: Dialect, [name, data]: readonly [string | null, object]): Buffer {
  const event: WireEvent = { name, data: JSON.stringify(data) };
  return openFramer(dialect.framing).frame(event);
}

for (const [id, { before, content }] of Object.entries(cases)) {
  test(`${id}: what comes before the first content is none`, () => {
    const dialect = dialects[id as DialectId];
    for (const reading of openings(dialect)) {
      if (dialect.framing === 'sse') reading.push(Buffer.from(': a comment\n\n'));
      for (const event of before) {
        reading.push(framed(dialect, event));
        assert.equal(reading.contentStarted(), false, JSON.stringify(event));
        assert.equal(reading.failedBeforeContent(), false);
      }
      reading.push(framed(dialect, content));
      assert.equal(reading.contentStarted(), true);
    }
  });
}

test('an event that names an error and a finish at once is no content', () => {
  const event = {
    id: 'c',
    model: 'm',
    error: { code: 502, message: 'gone' },
    choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
  };
  for (const reading of openings(dialects['openai-chat'])) {
    reading.push(framed(dialects['openai-chat'], [null, event]));
    assert.equal(reading.contentStarted(), false);
    assert.equal(reading.failedBeforeContent(), true);
  }
});
