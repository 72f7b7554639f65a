import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { ApiError, GoogleGenAI } from '@google/genai';
import { frameEvent, streamOfResponse } from '../../src/dialects/index.ts';
import { GatewayError } from '../../src/inference/index.ts';
import { dialects } from '../support/dialects.ts';
import { foreignAnswer } from '../support/foreign-answer.ts';
import { contextFor } from '../support/gemini.ts';
import { chatOf } from '../support/translating.ts';

const gemini = dialects['gemini-generate'];
const chat = chatOf(gemini);

/** What the dialect makes of an answer, of an error, and of an error in a stream, behind the addresses of the API. */
function serve(): Server {
  return createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const path = incoming.url ?? '';
      const context = contextFor({ path, request: Buffer.concat(chunks).toString() });
      if (path.includes('no-such-model')) {
        const error = new GatewayError('model_not_found', 'No such model.');
        outgoing.writeHead(error.status, { 'content-type': 'application/json' }).end(gemini.encodeError(error));
      } else if (context.received.stream) {
        const encoder = chat.encodeStream(context);
        const events = [...streamOfResponse(foreignAnswer).flatMap(encoder.push), ...encoder.end()];
        outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
        const isBroken = path.includes('breaks');
        for (const event of isBroken ? events.slice(0, 2) : events) outgoing.write(frameEvent('sse', event));
        outgoing.end(isBroken ? gemini.encodeErrorEvent(new GatewayError('upstream_ended', 'It broke.'), 'sse') : '');
      } else {
        outgoing.writeHead(200, { 'content-type': 'application/json' });
        outgoing.end(JSON.stringify(chat.encodeResponse(foreignAnswer, context)));
      }
    });
  });
}

describe('@google/genai', () => {
  const server = serve();
  let client: GoogleGenAI;
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    client = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: `http://127.0.0.1:${port}` } });
  });
  after(() => server.close());

  it('reads a plain answer', async () => {
    const response = await client.models.generateContent({ model: 'gemini-3-flash', contents: 'Hi' });
    assert.equal(response.text, 'Grüße: 20 °C.');
    assert.deepEqual(response.functionCalls, [{ id: 'toolu_1', name: 'get_weather', args: { city: 'Köln' } }]);
    assert.equal(response.candidates?.[0]?.finishReason, 'STOP');
    assert.equal(response.usageMetadata?.thoughtsTokenCount, 20);
    assert.equal(response.candidates?.[0]?.groundingMetadata?.groundingChunks?.[0]?.web?.uri, 'https://x.y');
  });

  it('reads a stream', async () => {
    const stream = await client.models.generateContentStream({ model: 'gemini-3-flash', contents: 'Hi' });
    let text = '';
    const calls: unknown[] = [];
    const finishes: unknown[] = [];
    for await (const event of stream) {
      const parts = event.candidates?.[0]?.content?.parts ?? [];
      text += parts.map((part) => (part.thought === true ? '' : (part.text ?? ''))).join('');
      calls.push(...(event.functionCalls ?? []));
      finishes.push(event.candidates?.[0]?.finishReason);
    }
    assert.equal(text, 'Grüße: 20 °C.');
    assert.deepEqual(calls, [{ id: 'toolu_1', name: 'get_weather', args: { city: 'Köln' } }]);
    assert.deepEqual(
      finishes.filter((finish) => finish !== undefined),
      ['STOP'],
    );
  });

  it('throws what a refusal and a broken stream say', async () => {
    const refused = client.models.generateContent({ model: 'no-such-model', contents: 'Hi' });
    await assert.rejects(
      refused,
      (error) => error instanceof ApiError && error.status === 404 && /NOT_FOUND/.test(error.message),
    );
    const stream = await client.models.generateContentStream({ model: 'breaks', contents: 'Hi' });
    await assert.rejects(
      async () => {
        for await (const _ of stream);
      },
      (error) => error instanceof ApiError && /It broke/.test(error.message),
    );
  });
});
