import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { responseOfStream } from '../../src/dialects/index.ts';
import { type ChatRequest, type ChatResponse, GatewayError } from '../../src/inference/index.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../src/std/index.ts';
import { dialects } from '../support/dialects.ts';
import { discoveryMissing, validatorOf } from '../support/discovery.ts';
import { contextFor, decodeChunks, targetFor } from '../support/gemini.ts';
import { isStream, readRecorded, recordedFiles, recordedMissing } from '../support/recorded.ts';
import { chatOf, decodeAll, eventsOf } from '../support/translating.ts';

const gemini = chatOf(dialects['gemini-generate']);
const MODEL = 'gemini-3-flash';
const ASKED = {
  path: `/v1beta/models/${MODEL}:generateContent`,
  request: JSON.stringify({ contents: [{ parts: [{ text: 'Hi' }] }] }),
};

for (const id of ['openai-chat', 'anthropic-messages'] as const) {
  const dialect = dialects[id];
  const foreign = chatOf(dialect);
  const recorded = recordedMissing === false ? recordedFiles(id).flatMap(readRecorded) : [];
  const exchanges = recorded.filter(({ status, path }) => status === 200 && !path.includes('count_tokens'));

  describe(`recorded ${id} and Gemini`, { skip: recordedMissing || discoveryMissing }, () => {
    it('requests hold to Google’s description', (t) => {
      const validate = validatorOf('GenerateContentRequest');
      let count = 0;
      for (const exchange of exchanges) {
        const request = decoded(exchange.request);
        if (request === null) continue;
        const { body } = gemini.encodeRequest(
          request,
          targetFor({ model: MODEL, maxOutputTokens: request.maxOutputTokens }),
        );
        const sent = { ...JSON.parse(JSON.stringify(body)), model: `models/${MODEL}` } as JsonObject;
        assert.ok(validate(sent), `${exchange.id}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
        count++;
      }
      t.diagnostic(`${count} requests`);
      assert.ok(count > 300);
    });

    it('answers reach Gemini’s clients with their texts, calls and counts, plain and in pieces', (t) => {
      const validate = validatorOf('GenerateContentResponse');
      let count = 0;
      for (const exchange of exchanges) {
        const parts = isStream(exchange) ? decodeAll(dialect, eventsOf(exchange.body ?? '', 'sse')) : null;
        const response = parts === null ? foreign.decodeResponse(json(exchange.body)) : responseOfStream(parts);
        if (response === null || response.choices.length === 0) continue;
        const body = JSON.parse(JSON.stringify(gemini.encodeResponse(response, contextFor(ASKED)))) as JsonObject;
        assert.ok(validate(body), `${exchange.id}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
        assert.deepEqual(essence(gemini.decodeResponse(body)), essence(response), exchange.id);
        count++;
        if (parts === null) continue;
        const encoder = gemini.encodeStream(contextFor(ASKED));
        const events = [...parts.flatMap(encoder.push), ...encoder.end()];
        if (!parts.some(({ type }) => type === 'end')) continue;
        assert.deepEqual(essence(responseOfStream(decodeChunks(events).flat())), essence(response), exchange.id);
      }
      t.diagnostic(`${count} answers`);
      assert.ok(count > 300);
    });
  });

  /** null: the dialect itself refuses it. */
  function decoded(request: unknown): ChatRequest | null {
    try {
      const address = { model: null, stream: null, framing: 'sse' } as const;
      return foreign.decodeRequest(dialect.readRequest(Buffer.from(String(request)), address));
    } catch (error) {
      if (error instanceof GatewayError) return null;
      throw error;
    }
  }
}

/** Some bodies were recorded as something else than JSON. */
function json(body: string | undefined): JsonObject {
  return objectIn(body ?? '') ?? {};
}

function objectIn(text: string): JsonObject | null {
  const parsed = parseJson(Buffer.from(text));
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : null;
}

/** What must not be lost: texts, thoughts with their seals, calls, usage. */
function essence(response: ChatResponse | null): unknown {
  const [choice] = response?.choices ?? [];
  const content = choice?.content ?? [];
  const { inputTokens, outputTokens, cacheReadTokens, reasoningTokens } = response?.usage ?? {};
  return {
    text: content.map((part) => (part.type === 'text' || part.type === 'refusal' ? part.text : '')).join(''),
    thoughts: content.map((part) => (part.type === 'reasoning' ? part.text : '')).join(''),
    seals: content.flatMap((part) => (part.type === 'reasoning' && part.seal !== null ? [part.seal.value] : [])),
    calls: content.flatMap((part) =>
      part.type === 'tool-call' ? [[part.id, part.name, argumentsOf(part.input)]] : [],
    ),
    usage: [inputTokens, outputTokens, cacheReadTokens, reasoningTokens],
  };
}

/** Google's arguments are an object: what is none goes under `input`. */
function argumentsOf(input: string): unknown {
  return objectIn(input) ?? (input.trim() === '' ? {} : { input });
}
