import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BedrockRuntimeClient,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
  type ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import { bedrockConverse } from '../../src/dialects/bedrock-converse/index.ts';
import { type ReceivedRequest, streamOfResponse, type WireEvent } from '../../src/dialects/index.ts';
import { type ChatResponse, GatewayError, noUsage } from '../../src/inference/index.ts';

/** AWS's own SDK, whose requests are read and answered in this process. */

type Answer = { readonly status: number; readonly type: string; readonly body: Buffer };

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')),
  (text) => Buffer.from(text),
);

const answered: ChatResponse = {
  id: null,
  model: null,
  createdS: null,
  serviceTier: 'priority',
  usage: { ...noUsage, inputTokens: 30, outputTokens: 7, cacheReadTokens: 10, cacheWriteTokens: 5, source: 'provider' },
  choices: [
    {
      index: 0,
      stopSequence: null,
      logprobs: null,
      finish: { unified: 'tool-calls', raw: 'tool_calls' },
      content: [
        {
          type: 'reasoning',
          text: 'A thought.',
          isSummary: false,
          seal: { format: 'anthropic-claude-v1', value: 'c2lnbmF0dXJl', isWhole: false, id: null },
        },
        {
          type: 'reasoning',
          text: '',
          isSummary: false,
          seal: { format: 'openai-responses-v1', value: 'gAAAA', isWhole: true, id: 'rs_1' },
        },
        { type: 'text', text: 'Let me look.' },
        {
          type: 'tool-call',
          id: 'call_1',
          name: 'weather',
          kind: 'function',
          namespace: null,
          input: '{"city":"Oslo"}',
        },
      ],
    },
  ],
};

function clientThat(answer: (received: ReceivedRequest) => Answer): BedrockRuntimeClient {
  return new BedrockRuntimeClient({
    region: 'eu-central-1',
    endpoint: 'http://127.0.0.1:9',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
    requestHandler: {
      handle: async ({ path, body }: { path: string; body: Uint8Array }) => {
        const [, , model = '', operation] = path.split('/');
        const stream = operation === 'converse-stream';
        const address = { model: decodeURIComponent(model), stream, framing: 'aws-event-stream' } as const;
        const { status, type, body: bytes } = answer(bedrockConverse.readRequest(bytesOf(body), address));
        const whole = (async function* () {
          yield new Uint8Array(bytes);
        })();
        return { response: { statusCode: status, headers: { 'content-type': type }, body: stream ? whole : bytes } };
      },
    },
  });
}

/** The SDK's own view of the bytes warns of being read as text. */
function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function plain(response: ChatResponse, received: ReceivedRequest): Answer {
  assert.ok(bedrockConverse.chat !== null);
  const { decodeRequest, encodeResponse } = bedrockConverse.chat;
  const context = { received, request: decodeRequest(received), exchangeId: 'x', startedS: 0 };
  const body = Buffer.from(JSON.stringify(encodeResponse(response, context)));
  return { status: 200, type: 'application/json', body };
}

function streamed(response: ChatResponse, received: ReceivedRequest): Answer {
  assert.ok(bedrockConverse.chat !== null);
  const { decodeRequest, encodeStream } = bedrockConverse.chat;
  const steps = encodeStream({ received, request: decodeRequest(received), exchangeId: 'x', startedS: 0 });
  const events = streamOfResponse(response).flatMap((part) => steps.push(part));
  return { status: 200, type: 'application/vnd.amazon.eventstream', body: Buffer.concat(events.map(framed)) };
}

function framed({ name, data }: WireEvent): Uint8Array {
  return codec.encode({
    headers: {
      ':message-type': { type: 'string', value: 'event' },
      ':event-type': { type: 'string', value: name ?? '' },
      ':content-type': { type: 'string', value: 'application/json' },
    },
    body: Buffer.from(data),
  });
}

const asked: ConverseCommandInput = {
  modelId: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
  system: [{ text: 'Be brief.' }, { cachePoint: { type: 'default', ttl: '1h' } }],
  messages: [
    {
      role: 'user',
      content: [
        { text: 'What is it like there?' },
        { image: { format: 'png', source: { bytes: Buffer.from('png') } } },
      ],
    },
  ],
  inferenceConfig: { maxTokens: 99, stopSequences: ['END'] },
  toolConfig: { tools: [{ toolSpec: { name: 'weather', inputSchema: { json: { type: 'object' } } } }] },
};

const whatCame = [
  { reasoningContent: { reasoningText: { text: 'A thought.', signature: 'c2lnbmF0dXJl' } } },
  { text: 'Let me look.' },
  { toolUse: { toolUseId: 'call_1', name: 'weather', input: { city: 'Oslo' } } },
];

test('a request of the SDK is read with its model, its limit and its cache points', async () => {
  const client = clientThat((received) => {
    assert.equal(received.model, asked.modelId);
    assert.equal(received.maxOutput, 99);
    assert.equal(received.refersOutside, true);
    const request = bedrockConverse.chat?.decodeRequest(received);
    assert.deepEqual(request?.messages[0]?.content, [{ type: 'text', text: 'Be brief.', cache: { ttl: '1h' } }]);
    assert.deepEqual(request?.sampling.stop, ['END']);
    return plain(answered, received);
  });
  await client.send(new ConverseCommand(asked));
});

test('the SDK understands an answer', async () => {
  const client = clientThat((received) => plain(answered, received));
  const { output, stopReason, usage, metrics, serviceTier } = await client.send(new ConverseCommand(asked));
  const content = output?.message?.content ?? [];
  assert.deepEqual(
    content.filter((block) => block.reasoningContent?.redactedContent === undefined),
    whatCame,
  );
  assert.equal(stopReason, 'tool_use');
  assert.equal(serviceTier?.type, 'priority');
  assert.equal(metrics?.latencyMs, 0);
  const expected = {
    inputTokens: 15,
    outputTokens: 7,
    totalTokens: 37,
    cacheReadInputTokens: 10,
    cacheWriteInputTokens: 5,
  };
  assert.deepEqual(usage, expected);
});

test("another maker's hidden thought comes back from the SDK as it went out", async () => {
  const hidden = answered.choices[0]?.content[1];
  let answer = 0;
  const client = clientThat((received) => {
    if (answer++ === 0) return plain(answered, received);
    const turn = bedrockConverse.chat?.decodeRequest(received).messages.find(({ role }) => role === 'assistant');
    assert.deepEqual(turn?.content[1], hidden);
    return plain(answered, received);
  });
  const { output } = await client.send(new ConverseCommand(asked));
  assert.ok(output?.message !== undefined);
  const result = { toolResult: { toolUseId: 'call_1', content: [{ json: { degrees: 3 } }] } };
  const messages = [...(asked.messages ?? []), output.message, { role: 'user' as const, content: [result] }];
  await client.send(new ConverseCommand({ ...asked, messages }));
  assert.equal(answer, 2);
});

test('the SDK understands a stream', async () => {
  const client = clientThat((received) => streamed(answered, received));
  const { stream } = await client.send(new ConverseStreamCommand(asked));
  const events: ConverseStreamOutput[] = [];
  for await (const event of stream ?? []) events.push(event);
  assert.deepEqual(
    events.map((event) => Object.keys(event)[0]),
    [
      'messageStart',
      ...['contentBlockDelta', 'contentBlockDelta', 'contentBlockStop'],
      ...['contentBlockDelta', 'contentBlockStop'],
      ...['contentBlockDelta', 'contentBlockStop'],
      ...['contentBlockStart', 'contentBlockDelta', 'contentBlockStop'],
      'messageStop',
      'metadata',
    ],
  );
  assert.equal(events.find(({ messageStop }) => messageStop)?.messageStop?.stopReason, 'tool_use');
  assert.equal(events.at(-1)?.metadata?.usage?.totalTokens, 37);
});

test('a refusal is the exception that the SDK knows it by, plain and in a stream', async () => {
  const error = new GatewayError('rate_limit_exceeded', 'Ten calls a minute are allowed.');
  const refusing = clientThat(() => ({
    status: error.status,
    type: 'application/json',
    body: bedrockConverse.encodeError(error),
  }));
  const told = { name: 'ThrottlingException', message: 'Ten calls a minute are allowed.' };
  await assert.rejects(refusing.send(new ConverseCommand(asked)), told);

  const breaking = clientThat((received) => {
    const { body, ...head } = streamed(answered, received);
    const first = body.subarray(0, body.readUInt32BE(0));
    return { ...head, body: Buffer.concat([first, bedrockConverse.encodeErrorEvent(error, 'aws-event-stream')]) };
  });
  const { stream } = await breaking.send(new ConverseStreamCommand(asked));
  await assert.rejects(async () => {
    for await (const event of stream ?? []) assert.ok(event.messageStart);
  }, told);
});
