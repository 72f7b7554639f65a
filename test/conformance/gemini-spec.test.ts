import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ValidateFunction } from 'ajv';
import { responseOfStream, streamOfResponse } from '../../src/dialects/index.ts';
import { type ChatRequest, GatewayError, type Tool } from '../../src/inference/index.ts';
import type { JsonObject } from '../../src/std/index.ts';
import { dialects } from '../support/dialects.ts';
import { discoveryMissing, validatorOf } from '../support/discovery.ts';
import { foreignAnswer } from '../support/foreign-answer.ts';
import { chunksOf, contextFor, decodeChunks, decodedRequest, targetFor } from '../support/gemini.ts';
import { normalRequest } from '../support/gemini-normal.ts';
import { readRecorded, recordedFiles, recordedMissing } from '../support/recorded.ts';
import { chatOf } from '../support/translating.ts';

const gemini = dialects['gemini-generate'];
const chat = chatOf(gemini);
const ASKED = {
  path: '/v1beta/models/gemini-3-flash:generateContent',
  request: JSON.stringify({ contents: [{ parts: [{ text: 'Hi' }] }] }),
};
/** Vertex AI describes itself elsewhere. */
const ours = recordedMissing === false ? recordedFiles('gemini').flatMap(readRecorded).filter(isDeveloperApi) : [];

function isDeveloperApi({ path, status, body }: { path: string; status: number; body?: string }): boolean {
  return /^\/v1beta\/models\/.*enerateContent/.test(path) && status === 200 && !(body ?? '').includes('trafficType');
}

describe('Google’s published description', { skip: discoveryMissing }, () => {
  const answer = validatorOf('GenerateContentResponse');
  const request = validatorOf('GenerateContentRequest');

  it('holds for answers of other makers, plain and streamed', () => {
    holds(answer, chat.encodeResponse(foreignAnswer, contextFor(ASKED)), 'plain');
    for (const event of streamed()) holds(answer, JSON.parse(event.data), event.data);
  });

  it('holds for recorded answers that are encoded again', { skip: recordedMissing }, () => {
    for (const exchange of ours) {
      const context = contextFor(exchange);
      const response = exchange.path.includes(':stream')
        ? responseOfStream(decodeChunks(chunksOf(exchange.body ?? '')).flat())
        : chat.decodeResponse(JSON.parse(exchange.body ?? '') as JsonObject);
      assert.ok(response !== null);
      holds(answer, chat.encodeResponse(response, context), exchange.id);
    }
    assert.ok(ours.length > 500);
  });

  it('holds for requests, but for the model, which stands in the address', { skip: recordedMissing }, () => {
    for (const exchange of ours) {
      const wanted = decodedRequest(exchange);
      const { body } = chat.encodeRequest(foreign(wanted), targetFor(wanted));
      const inCamelCase = normalRequest(JSON.parse(JSON.stringify(body))) as JsonObject;
      holds(request, { ...inCamelCase, model: 'models/gemini' }, exchange.id);
    }
  });

  it('holds for errors', () => {
    const status = validatorOf('Status');
    const error = new GatewayError('invalid_request', 'Wrong.', { param: 'contents', metadata: { at: 1 } });
    const body = JSON.parse(gemini.encodeError(error).toString()) as { error: { status: string } };
    const { status: word, ...described } = body.error;
    assert.equal(word, 'INVALID_ARGUMENT');
    holds(status, described, 'error');
  });
});

describe('an answer of another maker', () => {
  it('comes to a client whole or in pieces with the same parts, and its seals come back', () => {
    const whole = chat.decodeResponse(chat.encodeResponse(foreignAnswer, contextFor(ASKED)));
    const pieces = responseOfStream(decodeChunks(streamed()).flat());
    for (const response of [whole, pieces]) {
      const [thought, text, call] = response?.choices[0]?.content ?? [];
      const [expected] = foreignAnswer.choices;
      assert.ok(thought?.type === 'reasoning' && text?.type === 'text' && call?.type === 'tool-call');
      assert.deepEqual({ ...thought, isSummary: false }, expected?.content[0]);
      assert.equal(text.text, 'Grüße: 20 °C.');
      assert.deepEqual(text.citations, [{ url: 'https://x.y', title: 'X', citedText: null, start: 7, end: 12 }]);
      assert.deepEqual(call, expected?.content[2]);
      assert.deepEqual(response?.choices[0]?.finish, { unified: 'tool-calls', raw: 'STOP' });
      assert.deepEqual({ ...response?.usage, raw: null, cacheWriteTokens: 10 }, { ...foreignAnswer.usage, raw: null });
    }
  });

  it('is signed in base64, as clients in typed languages decode it', () => {
    const { candidates } = chat.encodeResponse(foreignAnswer, contextFor(ASKED)) as {
      candidates: { content: { parts: { thoughtSignature?: string }[] } }[];
    };
    const signature = candidates[0]?.content.parts[0]?.thoughtSignature ?? '';
    assert.equal(Buffer.from(signature, 'base64').toString('base64'), signature);
  });
});

/** As if it had come in another dialect. */
function foreign({ extensions: _, tools, ...request }: ChatRequest): ChatRequest {
  const stripped = tools.map((tool): Tool => {
    if (tool.type === 'server') return tool;
    const { extensions: __, ...rest } = tool;
    return rest;
  });
  return { ...request, tools: stripped };
}

function streamed() {
  const encoder = chat.encodeStream(contextFor({ ...ASKED, path: ASKED.path.replace(':g', ':streamG') }));
  return [...streamOfResponse(foreignAnswer).flatMap(encoder.push), ...encoder.end()];
}

function holds(validate: ValidateFunction, value: unknown, what: string): void {
  const isValid = validate(JSON.parse(JSON.stringify(value)));
  assert.ok(isValid, `${what}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
}
