import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import OpenAI from 'openai';
import {
  type AnswerContext,
  dialects,
  frameEvent,
  responseOfStream,
  streamOfResponse,
  type WireEvent,
} from '../../src/dialects/index.ts';
import type { ChatResponse, ContentPart, StreamPart } from '../../src/inference/index.ts';
import { isJsonObject } from '../../src/std/index.ts';
import { openAiSchema, openAiSpecMissing } from '../support/openai-schema.ts';
import { readRecorded, recordedFiles, recordedMissing } from '../support/recorded.ts';
import { isRecordedStream, recordedEvents } from '../support/recorded-stream.ts';

const { readRequest, chat } = dialects['openai-chat'];
const PLAIN = 'CreateChatCompletionResponse';
const CHUNK = 'CreateChatCompletionStreamResponse';

describe('openai-chat: recorded answers, told to a client', { skip: recordedMissing || openAiSpecMissing }, () => {
  let schema: ReturnType<typeof openAiSchema> = {};
  before(() => {
    schema = openAiSchema(PLAIN, CHUNK);
  });

  for (const file of recordedFiles('openai-chat')) {
    it(`${file}: are valid to the letter, and nothing is lost, plain and streamed`, (t) => {
      const context = openContext();
      let told = 0;
      for (const exchange of readRecorded(file)) {
        const at = `${exchange.host} ${exchange.id}`;
        const parts = isRecordedStream(exchange) ? decoded(recordedEvents(exchange)) : null;
        const answer = parts === null ? plainAnswer(exchange.body ?? '') : responseOfStream(parts);
        if (answer === null || chat === null || answer.choices.length === 0) continue;
        const body = chat.encodeResponse(answer, context);
        schema[PLAIN]?.(body, at);
        assert.deepEqual(said(chat.decodeResponse(body)), said(answer), `${at} plain`);
        const encoder = chat.encodeStream(context);
        const events = [...streamOfResponse(answer).flatMap((part) => encoder.push(part)), ...encoder.end()];
        assert.equal(events.at(-1)?.data, '[DONE]', at);
        for (const { data } of events.slice(0, -1)) schema[CHUNK]?.(JSON.parse(data), at);
        assert.deepEqual(said(responseOfStream(decoded(events))), said(answer), `${at} streamed`);
        if (parts !== null) assert.deepEqual(said(retold(parts, context)), said(answer), `${at} as it came`);
        told++;
      }
      t.diagnostic(`${told} answers`);
      assert.ok(told > 0);
    });
  }
});

describe('openai-chat: streams told to the official SDK', { skip: recordedMissing }, () => {
  it('give the text and the calls that the upstream gave', async (t) => {
    const context = openContext();
    const exchanges = recordedFiles('openai-chat').flatMap(readRecorded).filter(isRecordedStream);
    let told = 0;
    for (const exchange of exchanges) {
      const parts = decoded(recordedEvents(exchange));
      if (chat === null || parts.at(-1)?.type !== 'end') continue;
      const encoder = chat.encodeStream(context);
      const completion = await readBySdk(parts.flatMap((part) => encoder.push(part)));
      const [choice] = responseOfStream(parts).choices;
      const { text, calls } = saidContent(choice?.content ?? []);
      const { message } = completion.choices[0] ?? {};
      const at = `${exchange.host} ${exchange.id}`;
      assert.equal(message?.content ?? '', text, at);
      assert.deepEqual(
        (message?.tool_calls ?? []).map((call) => (call.type === 'function' ? call.function.arguments : call)),
        calls.map(({ input }) => input),
        at,
      );
      assert.equal(completion.usage?.completion_tokens, responseOfStream(parts).usage?.outputTokens, at);
      told++;
    }
    t.diagnostic(`${told} streams`);
    assert.ok(told > 0);
  });
});

function readBySdk(events: readonly WireEvent[]): Promise<OpenAI.ChatCompletion> {
  const body = events.map((event) => frameEvent('sse', event).toString()).join('');
  const headers = { 'content-type': 'text/event-stream' };
  const fetch = () => Promise.resolve(new Response(body, { headers }));
  const client = new OpenAI({ apiKey: 'k', baseURL: 'http://127.0.0.1:9/v1', fetch });
  return client.chat.completions.stream({ model: 'm', messages: [] }).finalChatCompletion();
}

function openContext(): AnswerContext {
  const asked = {
    model: 'm',
    messages: [{ role: 'user', content: 'Hi' }],
    stream: true,
    stream_options: { include_usage: true },
  };
  const received = readRequest(Buffer.from(JSON.stringify(asked)), { model: null, stream: null, framing: 'sse' });
  assert.ok(chat !== null);
  return { received, request: chat.decodeRequest(received), exchangeId: 'exchange', startedS: 1_800_000_000 };
}

function decoded(events: ReturnType<typeof recordedEvents>): readonly StreamPart[] {
  const decoder = chat?.decodeStream();
  assert.ok(decoder !== undefined);
  return [...events.flatMap((event) => decoder.push(event)), ...decoder.end()];
}

function retold(parts: readonly StreamPart[], context: AnswerContext): ChatResponse | null {
  const encoder = chat?.encodeStream(context);
  if (encoder === undefined) return null;
  const whole: readonly StreamPart[] = parts.at(-1)?.type === 'end' ? parts : [...parts, { type: 'end' }];
  return responseOfStream(decoded(whole.flatMap((part) => encoder.push(part))));
}

function plainAnswer(body: string): ChatResponse | null {
  try {
    const parsed: unknown = JSON.parse(body);
    return isJsonObject(parsed) ? (chat?.decodeResponse(parsed) ?? null) : null;
  } catch {
    return null;
  }
}

/** The schema has no words for these. */
const TOLD_AS: Readonly<Record<string, string>> = { other: 'stop', error: 'length' };

/** All that a client can be told: a function without input is called with an empty object. */
function said(answer: ChatResponse | null): unknown {
  if (answer === null) return null;
  const { inputTokens, outputTokens, cacheReadTokens, reasoningTokens } = answer.usage ?? {};
  return {
    usage: { inputTokens, outputTokens, cacheReadTokens, reasoningTokens },
    choices: answer.choices.map(({ index, content, finish, logprobs }) => {
      const word = TOLD_AS[finish.unified] ?? finish.unified;
      return { index, finish: word, logprobs, content: saidContent(content) };
    }),
  };
}

function saidContent(content: readonly ContentPart[]) {
  const of = <T extends ContentPart['type']>(type: T) =>
    content.filter((part): part is Extract<ContentPart, { type: T }> => part.type === type);
  return {
    text: of('text')
      .map(({ text }) => text)
      .join(''),
    citations: of('text').flatMap(({ citations }) => citations ?? []),
    thoughts: of('reasoning').map(({ text, isSummary, seal }) => ({ text, isSummary, seal })),
    calls: of('tool-call').map(({ id, name, input, seal }) => ({
      id,
      name,
      input: input.trim() === '' ? '{}' : input,
      seal,
    })),
    signatures: of('text')
      .map(({ seal }) => seal?.value ?? '')
      .join(''),
    refusal: of('refusal')
      .map(({ text }) => text)
      .join(''),
    images: of('image').length,
  };
}
