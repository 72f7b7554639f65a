import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { CohereClientV2 } from 'cohere-ai';
import { Ollama } from 'ollama';
import { type Dialect, openFramer, streamOfResponse } from '../../src/dialects/index.ts';
import { type ChatResponse, GatewayError, noUsage } from '../../src/inference/index.ts';
import { type Answering, answering } from '../support/answering.ts';
import { dialects } from '../support/dialects.ts';
import { chatOf, contextOf, embeddingOf, encodeAll, receive } from '../support/translating.ts';

const THOUGHT = 'It is about the weather.';
const TEXT = 'Let me look.';
const MESSAGES = [{ role: 'user' as const, content: 'The weather in Paris?' }];

/** As another maker's upstream may have answered it: two calls, a citation, usage with all its parts. */
const RESPONSE: ChatResponse = {
  id: 'msg_1',
  model: 'model-1',
  createdS: 1_750_000_000,
  choices: [
    {
      index: 0,
      content: [
        { type: 'reasoning', text: THOUGHT, isSummary: false, seal: null },
        {
          type: 'text',
          text: TEXT,
          citations: [{ url: 'https://weather.example', title: 'Weather', citedText: 'Sun.', start: 0, end: 3 }],
        },
        call('call_1', '{"city":"Paris"}'),
        call('call_2', '{"city":"Lyon"}'),
      ],
      finish: { unified: 'tool-calls', raw: 'tool_use' },
      stopSequence: null,
      logprobs: null,
    },
  ],
  usage: { ...noUsage, inputTokens: 20, outputTokens: 10, cacheReadTokens: 5, reasoningTokens: 4, source: 'provider' },
  serviceTier: null,
};

function call(id: string, input: string) {
  return { type: 'tool-call', id, name: 'weather', kind: 'function', namespace: null, input } as const;
}

/** Serves RESPONSE as the dialect has it, whole or as a stream with signs of life, to what `use` does with it. */
async function served(dialect: Dialect, asked: object, use: (server: Answering) => Promise<void>): Promise<void> {
  const received = receive(dialect, { model: 'asked', ...asked }, dialect.framing);
  const chat = chatOf(dialect);
  const context = contextOf(received, chat.decodeRequest(received));
  const framer = openFramer(dialect.framing);
  const alive = dialect.keepAlive(dialect.framing) ?? Buffer.alloc(0);
  const frames = encodeAll(dialect, streamOfResponse(RESPONSE), context).flatMap((event) => [
    alive,
    framer.frame(event),
  ]);
  const [type, body] = received.stream
    ? [dialect.framing === 'sse' ? 'text/event-stream' : 'application/x-ndjson', Buffer.concat(frames).toString()]
    : ['application/json', JSON.stringify(chat.encodeResponse(RESPONSE, context))];
  const server = await answering(type, body);
  await use(server).finally(server.close);
}

suite("Cohere's own client", () => {
  const open = ({ url }: Answering): CohereClientV2 => new CohereClientV2({ environment: url, token: 'key' });

  test('a whole answer', async () => {
    await served(dialects['cohere-chat'], { messages: MESSAGES }, async (server) => {
      const { id, finishReason, message, usage } = await open(server).chat({ model: 'm', messages: MESSAGES });
      assert.equal(id, 'msg_1');
      assert.equal(finishReason, 'TOOL_CALL');
      assert.deepEqual(message.content, [
        { type: 'thinking', thinking: THOUGHT },
        { type: 'text', text: TEXT },
      ]);
      assert.deepEqual(
        message.toolCalls?.map(({ id, function: called }) => [id, called?.name, called?.arguments]),
        [
          ['call_1', 'weather', '{"city":"Paris"}'],
          ['call_2', 'weather', '{"city":"Lyon"}'],
        ],
      );
      assert.deepEqual([message.citations?.[0]?.text, message.citations?.[0]?.contentIndex], ['Let', 1]);
      assert.deepEqual(usage?.billedUnits, { inputTokens: 20, outputTokens: 10 });
      assert.equal(usage?.cachedTokens, 5);
    });
  });

  test('a stream', async () => {
    await served(dialects['cohere-chat'], { messages: MESSAGES, stream: true }, async (server) => {
      const texts = { thinking: '', text: '', arguments: ['', ''] };
      const seen: string[] = [];
      for await (const event of await open(server).chatStream({ model: 'm', messages: MESSAGES })) {
        seen.push(event.type);
        if (event.type === 'content-delta') {
          texts.text += event.delta?.message?.content?.text ?? '';
          texts.thinking += event.delta?.message?.content?.thinking ?? '';
        }
        if (event.type === 'tool-call-delta')
          texts.arguments[event.index ?? 0] += event.delta?.message?.toolCalls?.function?.arguments ?? '';
        if (event.type === 'message-end') assert.equal(event.delta?.finishReason, 'TOOL_CALL');
      }
      assert.deepEqual(texts, { thinking: THOUGHT, text: TEXT, arguments: ['{"city":"Paris"}', '{"city":"Lyon"}'] });
      assert.deepEqual([seen[0], seen.at(-1)], ['message-start', 'message-end']);
      assert.ok(seen.includes('citation-start'));
    });
  });

  test('embeddings', async () => {
    const dialect = dialects['cohere-embed'];
    const { decodeRequest, encodeResponse } = embeddingOf(dialect);
    const request = decodeRequest(receive(dialect, { model: 'm', texts: ['a'], embedding_types: ['float', 'base64'] }));
    const body = encodeResponse({ id: 'e', model: 'm', vectors: [[0.5, -1]], usage: null }, request);
    const server = await answering('application/json', JSON.stringify(body));
    const { embeddings } = await open(server)
      .embed({ model: 'm', texts: ['a'], inputType: 'search_query' })
      .finally(server.close);
    assert.deepEqual(embeddings.float, [[0.5, -1]]);
    assert.deepEqual(embeddings.base64, ['AAAAPwAAgL8=']);
  });

  test('an error', async () => {
    const refusal = dialects['cohere-chat'].encodeError(new GatewayError('invalid_request', 'No such thing.'));
    const server = await answering('application/json', refusal.toString(), 400);
    const asking = open(server).chat({ model: 'm', messages: MESSAGES }, { maxRetries: 0 });
    await assert.rejects(asking, /No such thing\./).finally(server.close);
  });
});

suite("Ollama's own client", () => {
  const open = ({ url }: Answering): Ollama => new Ollama({ host: url });

  test('a whole answer', async () => {
    await served(dialects['ollama-chat'], { messages: MESSAGES, stream: false }, async (server) => {
      const answer = await open(server).chat({ model: 'm', messages: MESSAGES });
      assert.equal(answer.message.thinking, THOUGHT);
      assert.equal(answer.message.content, TEXT);
      assert.deepEqual(
        answer.message.tool_calls?.map(({ function: called }) => called.arguments),
        [{ city: 'Paris' }, { city: 'Lyon' }],
      );
      assert.deepEqual([answer.model, answer.done, answer.done_reason], ['model-1', true, 'stop']);
      assert.deepEqual([answer.prompt_eval_count, answer.eval_count, answer.eval_duration], [20, 10, 0]);
    });
  });

  test('a stream', async () => {
    await served(dialects['ollama-chat'], { messages: MESSAGES }, async (server) => {
      const said = { thinking: '', content: '', calls: 0, done: 0 };
      for await (const chunk of await open(server).chat({ model: 'm', messages: MESSAGES, stream: true })) {
        said.thinking += chunk.message.thinking ?? '';
        said.content += chunk.message.content;
        said.calls += chunk.message.tool_calls?.length ?? 0;
        said.done += chunk.done ? 1 : 0;
      }
      assert.deepEqual(said, { thinking: THOUGHT, content: TEXT, calls: 2, done: 1 });
    });
  });

  test('a prompt, whole and as a stream', async () => {
    await served(dialects['ollama-generate'], { prompt: 'x', stream: false }, async (server) => {
      const { response, thinking, done } = await open(server).generate({ model: 'm', prompt: 'x' });
      assert.deepEqual([response, thinking, done], [TEXT, THOUGHT, true]);
    });
    await served(dialects['ollama-generate'], { prompt: 'x' }, async (server) => {
      let response = '';
      for await (const chunk of await open(server).generate({ model: 'm', prompt: 'x', stream: true }))
        response += chunk.response;
      assert.equal(response, TEXT);
    });
  });

  test('embeddings in both shapes', async () => {
    const vectors = { id: null, model: 'm', vectors: [[0.5, -1]], usage: null };
    const answerTo = (dialect: Dialect, asked: object): string => {
      const { decodeRequest, encodeResponse } = embeddingOf(dialect);
      return JSON.stringify(encodeResponse(vectors, decodeRequest(receive(dialect, { model: 'm', ...asked }))));
    };
    const newer = await answering('application/json', answerTo(dialects['ollama-embed'], { input: 'a' }));
    const older = await answering('application/json', answerTo(dialects['ollama-embeddings'], { prompt: 'a' }));
    const { embeddings } = await open(newer).embed({ model: 'm', input: 'a' }).finally(newer.close);
    const { embedding } = await open(older).embeddings({ model: 'm', prompt: 'a' }).finally(older.close);
    assert.deepEqual([embeddings, embedding], [[[0.5, -1]], [0.5, -1]]);
  });

  test('an error, before a stream and within it', async () => {
    const error = new GatewayError('upstream_ended', 'The upstream went away.');
    const { encodeError, encodeErrorEvent } = dialects['ollama-chat'];
    const refused = await answering('application/json', encodeError(error).toString(), 502);
    await assert.rejects(open(refused).chat({ model: 'm', messages: MESSAGES }), /went away/).finally(refused.close);
    const cut = await answering('application/x-ndjson', encodeErrorEvent(error, 'ndjson').toString());
    const stream = await open(cut).chat({ model: 'm', messages: MESSAGES, stream: true });
    await assert.rejects(Array.fromAsync(stream), /went away/).finally(cut.close);
  });
});
