import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  InvokeModelCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import {
  ACCESS,
  converseAnswer,
  converseCuts,
  converseStream,
  EVENT_STREAM,
  eventStream,
  REGION,
  refuse,
  startBedrock,
} from '../support/bedrock-upstream.ts';
import { type Gateway, MASTER_KEY, startGateway } from '../support/gateway.ts';
import { errorOf, spendRows } from '../support/one-upstream.ts';
import { openAiClient } from '../support/openai-client.ts';
import { type Recorded, readRecorded, recordedFiles, recordedMissing } from '../support/recorded.ts';
import {
  answer,
  chatAnswer,
  chatChunk,
  DONE,
  type Script,
  startStream,
  startUpstream,
  usageChunk,
  write,
} from '../support/upstream.ts';

const MODEL = 'eu.anthropic.claude-sonnet-5-v1:0';
const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];

/** Answers as Bedrock does to what the path asks for. */
const bedrock: Script = (request) =>
  request.path.endsWith('-stream')
    ? answer(request, { ...converseStream, cuts: converseCuts })
    : answer(request, converseAnswer);

async function atBedrock(context: TestContext, script: Script, elsewhere: string | null = null) {
  const upstream = await startBedrock(context, script);
  const config = `version: 1
credentials:
  up:
    provider: bedrock
    base_url: "http://127.0.0.1:${upstream.port}"
    region: ${REGION}
    access_key_id: ${ACCESS.accessKeyId}
    secret_access_key: ${ACCESS.secretAccessKey}
  elsewhere: { provider: openai-compatible, base_url: "${elsewhere ?? 'http://127.0.0.1:9'}" }
models:
  sonnet:
    deployments:
      - { use: "up/${MODEL}", price: { input: 3, output: 15 } }
${elsewhere === null ? '' : '      - { use: elsewhere/gpt, priority: 2, price: free }'}
routing: { retries: 0, cooldown: 0s }
`;
  return { gateway: await startGateway(context, { config }), upstream };
}

/** As AWS's SDK finds it in AWS_BEARER_TOKEN_BEDROCK. */
function awsClient({ url }: Gateway, token = MASTER_KEY): BedrockRuntimeClient {
  return new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: `${url}/bedrock`,
    token: { token },
    authSchemePreference: ['httpBearerAuth'],
    // Over HTTP/1.1; as it comes it speaks HTTP/2, of which there are tests of their own.
    requestHandler: new NodeHttpHandler(),
    maxAttempts: 1,
  });
}

test("OpenAI's client at Bedrock: signed, translated to Converse, and paid for", async (context) => {
  const { gateway, upstream } = await atBedrock(context, bedrock);
  const client = openAiClient(gateway);
  const plain = await client.chat.completions.create({ model: 'sonnet', max_tokens: 100, messages: MESSAGES });
  assert.equal(plain.choices[0]?.message.content, 'Grüße aus Frankfurt.');
  assert.deepEqual([plain.usage?.prompt_tokens, plain.usage?.completion_tokens], [12, 5]);
  let text = '';
  for await (const chunk of await client.chat.completions.create({ model: 'sonnet', stream: true, messages: MESSAGES }))
    text += chunk.choices[0]?.delta.content ?? '';
  assert.equal(text, 'Grüße aus Frankfurt.');
  const encoded = MODEL.replace(':', '%3A');
  assert.deepEqual(
    upstream.requests.map(({ path }) => path),
    [`/model/${encoded}/converse`, `/model/${encoded}/converse-stream`],
  );
  assert.deepEqual(JSON.parse(upstream.requests[0]?.body ?? ''), {
    messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
    inferenceConfig: { maxTokens: 100 },
  });
  const rows = await spendRows(gateway);
  assert.deepEqual(
    rows.map(({ spend, status }) => [spend, status]),
    Array(2).fill([(12 * 3 + 5 * 15) / 1e6, 'success']),
  );
});

test("AWS's SDK with a virtual key in the place of Bedrock's: its bytes pass through", async (context) => {
  const { gateway, upstream } = await atBedrock(context, bedrock);
  const client = awsClient(gateway, await gateway.createKey());
  const input = { modelId: 'sonnet', messages: [{ role: 'user' as const, content: [{ text: 'Hello' }] }] };
  const plain = await client.send(new ConverseCommand(input));
  assert.equal(plain.output?.message?.content?.[0]?.text, 'Grüße aus Frankfurt.');
  const { stream } = await client.send(new ConverseStreamCommand(input));
  let text = '';
  for await (const event of stream ?? []) text += event.contentBlockDelta?.delta?.text ?? '';
  assert.equal(text, 'Grüße aus Frankfurt.');
  assert.ok(upstream.requests.every(({ headers }) => headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')));

  const body = '{ "messages" : [{"role":"user","content":[{"text":"Gr\\u00fc\u00dfe"}]}] }';
  const raw = await fetch(`${gateway.url}/model/sonnet/converse-stream`, {
    method: 'POST',
    headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
    body,
  });
  assert.equal(raw.headers.get('content-type'), EVENT_STREAM);
  assert.deepEqual(Buffer.from(await raw.arrayBuffer()), converseStream.body);
  assert.equal(upstream.requests.at(-1)?.body, body);
});

test("InvokeModel with Anthropic's body passes through: no model is put into it", async (context) => {
  const answered = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-5',
    content: [{ type: 'text', text: 'Grüße.' }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 9, output_tokens: 3 },
  };
  const { gateway, upstream } = await atBedrock(context, (request) =>
    answer(request, { body: JSON.stringify(answered) }),
  );
  const body = JSON.stringify({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 50, messages: MESSAGES });
  const { body: bytes } = await awsClient(gateway).send(new InvokeModelCommand({ modelId: 'sonnet', body }));
  assert.deepEqual(JSON.parse(bytes.transformToString()), answered);
  assert.equal(upstream.requests[0]?.body, body);
  assert.equal(upstream.requests[0]?.path, `/model/${MODEL.replace(':', '%3A')}/invoke`);
});

test("AWS's SDK at an upstream of OpenAI's dialect", async (context) => {
  const upstream = await startUpstream(context, async (request) => {
    if (!request.body.includes('"stream":true')) return answer(request, { body: chatAnswer('Hallo.') });
    startStream(request);
    await write(request.socket, chatChunk('Hal') + chatChunk('lo.', FINISH) + usageChunk(10, 5) + DONE);
    request.socket.end();
  });
  const config = `credentials: { up: { provider: openai-compatible, base_url: "${upstream.url}" } }\nmodels: { m: up/gpt }\n`;
  const gateway = await startGateway(context, { config });
  const input = { modelId: 'm', messages: [{ role: 'user' as const, content: [{ text: 'Hello' }] }] };
  const plain = await awsClient(gateway).send(new ConverseCommand(input));
  assert.equal(plain.output?.message?.content?.[0]?.text, 'Hallo.');
  const { stream } = await awsClient(gateway).send(new ConverseStreamCommand(input));
  const names: string[] = [];
  for await (const event of stream ?? []) names.push(...Object.keys(event));
  assert.deepEqual([names[0], names.at(-1)], ['messageStart', 'metadata']);
});

const FINISH = { choices: [{ index: 0, delta: { content: 'lo.' }, finish_reason: 'stop' }] };

test('a request that is signed by an access key names no virtual key', async (context) => {
  const gateway = await startGateway(context);
  const client = new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: gateway.url,
    credentials: ACCESS,
    authSchemePreference: ['sigv4'],
    requestHandler: new NodeHttpHandler(),
    maxAttempts: 1,
  });
  const input = { modelId: 'm', messages: [{ role: 'user' as const, content: [{ text: 'Hello' }] }] };
  await assert.rejects(client.send(new ConverseCommand(input)), { name: 'AccessDeniedException' });
});

test('an exception before any content is a refusal, in the words of the client', async (context) => {
  const limited = eventStream([['throttlingException', { message: 'Too many tokens, please wait.' }]]);
  const { gateway } = await atBedrock(context, (request) => answer(request, { type: EVENT_STREAM, body: limited }));
  const body = { model: 'sonnet', stream: true, messages: MESSAGES };
  const { status, text } = await gateway.post('/v1/chat/completions', body);
  assert.deepEqual([status, errorOf(text).message], [429, 'Too many tokens, please wait.']);
  const input = { modelId: 'sonnet', messages: [{ role: 'user' as const, content: [{ text: 'Hello' }] }] };
  await assert.rejects(awsClient(gateway).send(new ConverseStreamCommand(input)), {
    name: 'ThrottlingException',
    message: 'Too many tokens, please wait.',
  });
  const rows = await spendRows(gateway);
  assert.deepEqual(
    rows.flatMap(({ metadata }) => metadata.attempts.map(({ outcome }) => outcome)),
    ['rate_limit_exceeded', 'rate_limit_exceeded'],
  );
});

const REFUSALS = [
  [429, 'ThrottlingException', 'Too many requests.', 'rate_limit_exceeded'],
  [403, 'AccessDeniedException', "You don't have access to the model.", 'upstream_credential'],
  [408, 'ModelTimeoutException', 'Model has timed out in processing the request.', 'upstream_timeout'],
  [400, 'ValidationException', 'The provided model identifier is invalid.', 'model_not_found'],
  [424, 'ModelErrorException', 'The model failed.', 'upstream_error'],
] as const;

test("what Bedrock's exceptions lead to: the next candidate", async (context) => {
  const elsewhere = await startUpstream(context, (request) => answer(request, { body: chatAnswer('from elsewhere') }));
  for (const [status, name, message, outcome] of REFUSALS) {
    const { gateway } = await atBedrock(context, (request) => refuse(request, status, name, message), elsewhere.url);
    const { choices } = await openAiClient(gateway).chat.completions.create({ model: 'sonnet', messages: MESSAGES });
    assert.equal(choices[0]?.message.content, 'from elsewhere', name);
    const [row] = await spendRows(gateway);
    assert.equal(row?.metadata.attempts[0]?.outcome, outcome, name);
    await gateway.stop();
  }
});

test('a prompt that is too long for the model is told as such', async (context) => {
  const { gateway } = await atBedrock(context, (request) =>
    refuse(request, 400, 'ValidationException', 'Input is too long for requested model.'),
  );
  const { status, text } = await gateway.post('/v1/chat/completions', { model: 'sonnet', messages: MESSAGES });
  assert.equal(status, 400);
  assert.equal(errorOf(text).code, 'context_length_exceeded');
});

/** A stream as Bedrock sent it. */
function recordedStream(): Buffer {
  const exchanges = recordedFiles('bedrock-converse').flatMap(readRecorded);
  const stream = exchanges.find(({ path }) => path.endsWith('/converse-stream')) as Recorded & { body_base64: string };
  return Buffer.from(stream.body_base64, 'base64');
}

test('a recorded stream of Bedrock arrives as it was, byte for byte, however it is cut', {
  skip: recordedMissing,
}, async (context) => {
  const recorded = recordedStream();
  const cuts = Array.from({ length: 20 }, (_, index) => Math.floor((recorded.length * (index + 1)) / 21));
  const { gateway } = await atBedrock(context, (request) =>
    answer(request, { type: EVENT_STREAM, body: recorded, cuts }),
  );
  const raw = await fetch(`${gateway.url}/model/sonnet/converse-stream`, {
    method: 'POST',
    headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Hello' }] }] }),
  });
  assert.deepEqual(Buffer.from(await raw.arrayBuffer()), recorded);
});
