import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import OpenAI from 'openai';
import {
  type AnswerContext,
  type Dialect,
  frameEvent,
  responseOfStream,
  streamOfResponse,
  type WireEvent,
} from '../../src/dialects/index.ts';
import type { ChatResponse, ContentPart, StreamPart } from '../../src/inference/index.ts';
import { isJsonObject, type JsonObject } from '../../src/std/index.ts';
import { dialects } from '../support/dialects.ts';
import { publishedSchema, specsMissing } from '../support/published.ts';
import { type Recorded, readRecorded, recordedFiles, recordedMissing } from '../support/recorded.ts';
import { chatOf, contextOf, decodeAll, encodeAll, eventsOf, receive } from '../support/translating.ts';

const CHAT = dialects['openai-chat'];
const COMPLETIONS = dialects['openai-completions'];
const RECORDED: readonly (readonly [recorded: string, upstream: Dialect])[] = [
  ['openai-chat', CHAT],
  ['anthropic-messages', dialects['anthropic-messages']],
  ['gemini', dialects['gemini-generate']],
];

type Check = (name: string, value: unknown, at: string) => void;

describe('openai-chat: recorded answers, told to a client', { skip: recordedMissing || specsMissing }, () => {
  let isValid: Check = () => assert.fail('the schema is not read yet');
  before(() => {
    isValid = openSchema();
  });
  const context = openContext();

  for (const [recorded, upstream] of RECORDED) {
    for (const file of recordedFiles(recorded)) {
      it(`${file}: are valid to the letter, plain and streamed, and seals come back`, (t) => {
        let told = 0;
        for (const exchange of readRecorded(file)) {
          const at = `${exchange.host} ${exchange.id}`;
          const answer = answerOf(exchange, upstream);
          if (answer === null || answer.choices.length === 0) continue;
          const body = chatOf(CHAT).encodeResponse(answer, context);
          isValid('CreateChatCompletionResponse', body, at);
          isValid('CreateCompletionResponse', chatOf(COMPLETIONS).encodeResponse(answer, context), at);
          const events = encodeAll(CHAT, streamOfResponse(answer), context);
          assert.equal(events.at(-1)?.data, '[DONE]', at);
          for (const { data } of events.slice(0, -1))
            isValid('CreateChatCompletionStreamResponse', JSON.parse(data), at);
          assert.deepEqual(sealsOf(echoed(body)), sealsOf(answer.choices[0]?.content ?? []), at);
          told++;
        }
        t.diagnostic(`${told} answers`);
        assert.ok(told > 0);
      });
    }
  }

  for (const file of recordedFiles('openai-chat')) {
    it(`${file}: lose nothing`, () => {
      for (const exchange of readRecorded(file)) {
        const at = `${exchange.host} ${exchange.id}`;
        const answer = answerOf(exchange, CHAT);
        if (answer === null || answer.choices.length === 0) continue;
        const body = chatOf(CHAT).encodeResponse(answer, context);
        assert.deepEqual(said(chatOf(CHAT).decodeResponse(body)), said(answer), `${at} plain`);
        const whole = encodeAll(CHAT, streamOfResponse(answer), context);
        assert.deepEqual(said(responseOfStream(decodeAll(CHAT, whole))), said(answer), `${at} streamed`);
        if (!isStream(exchange)) continue;
        const told = encodeAll(CHAT, ended(decodeAll(CHAT, eventsOf(exchange.body ?? '', 'sse'))), context);
        assert.deepEqual(said(responseOfStream(decodeAll(CHAT, told))), said(answer), `${at} as it came`);
      }
    });
  }
});

describe('openai-chat: streams told to the official SDK', { skip: recordedMissing }, () => {
  it('give the text and the calls that the upstream gave', async (t) => {
    const context = openContext();
    let told = 0;
    for (const exchange of recordedFiles('openai-chat').flatMap(readRecorded).filter(isStream)) {
      const parts = decodeAll(CHAT, eventsOf(exchange.body ?? '', 'sse'));
      if (parts.at(-1)?.type !== 'end') continue;
      const completion = await readBySdk(encodeAll(CHAT, parts, context));
      const answer = responseOfStream(parts);
      const { text, calls } = saidContent(answer.choices[0]?.content ?? []);
      const { message } = completion.choices[0] ?? {};
      const at = `${exchange.host} ${exchange.id}`;
      assert.equal(message?.content ?? '', text, at);
      const inputs = message?.tool_calls?.map((call) => (call.type === 'function' ? call.function.arguments : call));
      assert.deepEqual(
        inputs ?? [],
        calls.map(({ input }) => input),
        at,
      );
      assert.equal(completion.usage?.completion_tokens, answer.usage?.outputTokens, at);
      told++;
    }
    t.diagnostic(`${told} streams`);
    assert.ok(told > 0);
  });
});

function openSchema(): Check {
  const schema = publishedSchema('openai.yaml');
  const names = ['CreateChatCompletionResponse', 'CreateChatCompletionStreamResponse', 'CreateCompletionResponse'];
  const validators = new Map(names.map((name) => [name, schema(name)]));
  return (name, value, at) => {
    const validate = validators.get(name);
    assert.ok(validate?.(value), `${at}: ${JSON.stringify(validate?.errors?.slice(0, 3))}`);
  };
}

function readBySdk(events: readonly WireEvent[]): Promise<OpenAI.ChatCompletion> {
  const body = events.map((event) => frameEvent('sse', event).toString()).join('');
  const headers = { 'content-type': 'text/event-stream' };
  const fetch = () => Promise.resolve(new Response(body, { headers }));
  const client = new OpenAI({ apiKey: 'k', baseURL: 'http://127.0.0.1:9/v1', fetch });
  return client.chat.completions.stream({ model: 'm', messages: [] }).finalChatCompletion();
}

function openContext(): AnswerContext {
  const received = receive(CHAT, {
    model: 'm',
    messages: [{ role: 'user', content: 'Hi' }],
    stream: true,
    stream_options: { include_usage: true },
  });
  return contextOf(received, chatOf(CHAT).decodeRequest(received));
}

/** Some servers call their streams something else. */
function isStream({ body, content_type: contentType }: Recorded): boolean {
  return contentType?.includes('event-stream') === true || /^\s*(?:data|event|:)/.test(body ?? '');
}

function answerOf(exchange: Recorded, upstream: Dialect): ChatResponse | null {
  const { body = '' } = exchange;
  if (isStream(exchange)) return responseOfStream(decodeAll(upstream, eventsOf(body, 'sse')));
  try {
    const parsed: unknown = JSON.parse(body);
    return isJsonObject(parsed) ? chatOf(upstream).decodeResponse(parsed) : null;
  } catch {
    return null;
  }
}

/** What was cut off on its way has no end: here it is told all the same. */
function ended(parts: readonly StreamPart[]): readonly StreamPart[] {
  return parts.at(-1)?.type === 'end' ? parts : [...parts, { type: 'end' }];
}

/** The answer as the client sends it back with its next turn. */
function echoed({ choices }: JsonObject): readonly ContentPart[] {
  const [choice]: readonly unknown[] = Array.isArray(choices) ? choices : [];
  const message = isJsonObject(choice) ? choice['message'] : null;
  const request = chatOf(CHAT).decodeRequest(receive(CHAT, { model: 'm', messages: [message] }));
  return request.messages[0]?.content ?? [];
}

function sealsOf(content: readonly ContentPart[]): readonly string[] {
  const seals = content.flatMap((part) =>
    'seal' in part && part.seal ? [`${part.seal.format} ${part.seal.value}`] : [],
  );
  return [...new Set(seals)].sort();
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
