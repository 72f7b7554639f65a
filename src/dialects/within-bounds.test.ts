import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dialects } from '../../test/support/dialects.ts';
import { chatOf, receive, targetOf } from '../../test/support/translating.ts';
import { type ChatRequest, type DialectId, GatewayError, NO_BOUNDS, type RequestBounds } from '../inference/index.ts';
import type { JsonObject } from '../std/index.ts';
import { encodeWithinBounds } from './within-bounds.ts';

const A = 'iVBORw0KGgoAAAAA';
const B = 'iVBORw0KGgoBBBBBBBBB';
const url = (base64: string): string => `data:image/png;base64,${base64}`;

const anthropicImage = (data: string): JsonObject => ({
  type: 'image',
  source: { type: 'base64', media_type: 'image/png', data },
});
const chatImage = (data: string): JsonObject => ({ type: 'image_url', image_url: { url: url(data) } });

/** The same conversation everywhere: three images, the second and the third alike. */
const THREE: readonly (readonly [client: DialectId, body: JsonObject, second: string, third: string])[] = [
  [
    'anthropic-messages',
    {
      max_tokens: 9,
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'See.' }, anthropicImage(A)] },
        { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'look', input: {} }] },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 't1', content: [anthropicImage(B)] }, anthropicImage(B)],
        },
      ],
    },
    'messages[2].content[0].content[0]',
    'messages[2].content[1]',
  ],
  [
    'openai-chat',
    {
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'See.' }, chatImage(A)] },
        { role: 'user', content: [chatImage(B), { type: 'text', text: 'Again:' }, chatImage(B)] },
      ],
    },
    'messages[1].content[0]',
    'messages[1].content[2]',
  ],
  [
    'openai-responses',
    {
      input: [
        { role: 'user', content: [{ type: 'input_image', image_url: url(A), detail: 'auto' }] },
        {
          role: 'user',
          content: [
            { type: 'input_image', image_url: url(B), detail: 'auto' },
            { type: 'input_image', image_url: url(B), detail: 'auto' },
          ],
        },
      ],
    },
    'input[1].content[0]',
    'input[1].content[1]',
  ],
  [
    'gemini-generate',
    {
      contents: [
        {
          role: 'user',
          parts: [A, B, B].map((data) => ({ inlineData: { mimeType: 'image/png', data } })),
        },
      ],
    },
    'contents[0].parts[1]',
    'contents[0].parts[2]',
  ],
  [
    'bedrock-converse',
    {
      messages: [
        { role: 'user', content: [A, B, B].map((bytes) => ({ image: { format: 'png', source: { bytes } } })) },
      ],
    },
    'messages[0].content[1]',
    'messages[0].content[2]',
  ],
  [
    'ollama-chat',
    {
      messages: [
        { role: 'user', content: 'See.', images: [A] },
        { role: 'user', content: 'And?', images: [B, B] },
      ],
    },
    'messages[1].images[0]',
    'messages[1].images[1]',
  ],
];

function ask(client: DialectId, body: JsonObject, upstream: DialectId, bounds: Partial<RequestBounds>) {
  const dialect = dialects[client];
  const bytes = Buffer.from(JSON.stringify({ model: 'm', ...body }));
  const received = dialect.readRequest(bytes, { model: 'm', stream: false, framing: 'sse' });
  const request = chatOf(dialect).decodeRequest(received);
  const target = { ...targetOf(request), bounds: { ...NO_BOUNDS, ...bounds } };
  return encodeWithinBounds(chatOf(dialects[upstream]), { request, received }, target);
}

function refusal(client: DialectId, body: JsonObject, bounds: Partial<RequestBounds>): GatewayError {
  try {
    ask(client, body, client === 'openai-chat' ? 'anthropic-messages' : 'openai-chat', bounds);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: 'it was not refused' });
}

describe('images', () => {
  for (const [client, body, second, third] of THREE) {
    it(`${client}: one too many is named where the client put it, and one too large`, () => {
      const many = refusal(client, body, { images: 2 });
      assert.deepEqual([many.code, many.status, many.details.param], ['invalid_request', 400, third]);
      assert.equal(many.message, `Invalid '${third}': m takes 2 images in a request; this one holds 3.`);
      const large = refusal(client, body, { imageLetters: A.length });
      assert.equal(large.details.param, second);
      assert.match(large.message, /of 16 letters in base64 at most; this one has 20\.$/);
    });

    it(`${client}: up to the bound they pass`, () => {
      const upstream = client === 'gemini-generate' ? 'openai-chat' : 'gemini-generate';
      const bounds = { images: 3, imageLetters: B.length };
      assert.equal(JSON.stringify(ask(client, body, upstream, bounds).body).split(B).length, 3);
    });
  }

  it('by an address count, and have no size', () => {
    const image = { type: 'image_url', image_url: { url: 'https://x.test/a.png' } };
    const body = { messages: [{ role: 'user', content: [image, image] }] };
    assert.equal(refusal('openai-chat', body, { images: 1 }).details.param, 'messages[0].content[1]');
    assert.deepEqual(ask('openai-chat', body, 'anthropic-messages', { imageLetters: 1 }).warnings, []);
  });

  it('of a turn before, which this body does not hold, are refused without a path', () => {
    const dialect = dialects['openai-responses'];
    const received = receive(dialect, { model: 'm', input: 'And?' });
    const [, body] = THREE[2] ?? [null, {}];
    const request = chatOf(dialect).decodeRequest(receive(dialect, { model: 'm', ...body }));
    const target = { ...targetOf(request), bounds: { ...NO_BOUNDS, images: 1 } };
    assert.throws(
      () => encodeWithinBounds(chatOf(dialects['openai-chat']), { request, received }, target),
      (error: GatewayError) => error.details.param === undefined && error.message.startsWith('m takes 1 images'),
    );
  });
});

const UPSTREAMS: readonly (readonly [upstream: DialectId, said: RegExp])[] = [
  ['openai-responses', /"temperature":1\.5/],
  ['anthropic-messages', /"temperature":1\.5/],
  ['gemini-generate', /"temperature":1\.5/],
  ['bedrock-converse', /"temperature":1\.5/],
  ['cohere-chat', /"temperature":1\.5/],
  ['ollama-chat', /"temperature":1\.5/],
];

describe('a temperature', () => {
  const hot = { temperature: 1.8, messages: [{ role: 'user', content: 'Hi' }] };
  for (const [upstream, said] of UPSTREAMS) {
    it(`above the bound is brought down to it for ${upstream}, and told`, () => {
      const { body, warnings } = ask('openai-chat', hot, upstream, { temperature: 1.5 });
      assert.match(JSON.stringify(body), said);
      assert.deepEqual(warnings, [{ field: 'sampling.temperature', message: 'm takes 1.5 at most: 1.8 became 1.5.' }]);
    });
  }

  it('within the bound goes as it is', () => {
    const { body, warnings } = ask('openai-chat', hot, 'cohere-chat', { temperature: 1.8 });
    assert.deepEqual([body['temperature'], warnings], [1.8, []]);
  });

  it('ends at 1 where Anthropic is spoken, unless more is known to be taken', () => {
    assert.equal(ask('openai-chat', hot, 'anthropic-messages', {}).body['temperature'], 1);
    assert.equal(ask('openai-chat', hot, 'anthropic-messages', { temperature: 2 }).body['temperature'], 1.8);
  });

  it('is told of once where the model takes none', () => {
    const dialect = dialects['openai-chat'];
    const received = receive(dialect, { model: 'm', ...hot });
    const request: ChatRequest = chatOf(dialect).decodeRequest(received);
    const facts = { maxOutput: null, thinking: null, takesSampling: false };
    const target = { ...targetOf(request), facts, bounds: { ...NO_BOUNDS, temperature: 1 } };
    const { body, warnings } = encodeWithinBounds(chatOf(dialects['openai-responses']), { request, received }, target);
    assert.deepEqual([body['temperature'], warnings.length], [undefined, 1]);
  });
});
