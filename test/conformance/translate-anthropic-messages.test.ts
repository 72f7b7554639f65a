import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { responseOfStream } from '../../src/dialects/index.ts';
import type { ChatResponse } from '../../src/inference/index.ts';
import { isJsonObject, type JsonObject } from '../../src/std/index.ts';
import {
  contextOf,
  decoded,
  encoded,
  eventsOf,
  finalMessage,
  partsOf,
  requestOf,
  translation,
  written,
} from '../support/anthropic-wire.ts';
import { countings } from '../support/dialects.ts';
import { isStream, readRecorded, recordedFiles, recordedMissing } from '../support/recorded.ts';

const FILES = recordedFiles('anthropic-messages', 'vertex-anthropic');

const ADDRESS = { model: null, stream: null, framing: 'sse' } as const;

/** Members of a message that a recording has and this dialect does not carry: what gateways in front added. */
const STRANGE = new Set(['provider', 'pydantic_ai_gateway']);

describe('recorded traffic of Anthropic', { skip: recordedMissing }, () => {
  for (const file of FILES) {
    const exchanges = readRecorded(file).filter(({ status }) => status === 200);

    it(`${file}: a request is what it was after decoding and encoding`, () => {
      for (const exchange of exchanges) {
        const body = requestOf(exchange);
        if (body === null || exchange.path.includes('count_tokens')) continue;
        const { body: again, warnings, headers } = encoded(decoded(body));
        assert.deepEqual(again, normalRequest(body), exchange.id);
        assert.deepEqual([warnings, headers], [[], []], exchange.id);
      }
    });

    it(`${file}: a request to count tokens says the same, and its answer is a number`, () => {
      for (const exchange of exchanges.filter(({ path }) => path.includes('count_tokens'))) {
        const body = requestOf(exchange);
        assert.ok(body !== null, exchange.id);
        const received = countings['anthropic-messages'].readRequest(Buffer.from(JSON.stringify(body)), ADDRESS);
        const { max_tokens: _, ...again } = encoded(countings['anthropic-messages'].decodeRequest(received)).body;
        assert.deepEqual(again, normalRequest(body), exchange.id);
        const { input_tokens: count } = JSON.parse(exchange.body ?? '') as { input_tokens: number };
        assert.equal(countings['anthropic-messages'].encodeResponse(count)['input_tokens'], count);
      }
    });

    it(`${file}: a refusal is no answer`, () => {
      for (const { body, id } of readRecorded(file).filter(({ status }) => status >= 400))
        assert.equal(translation.decodeResponse(JSON.parse(body ?? '')), null, id);
    });

    it(`${file}: a plain answer keeps its content, its ending and its counts`, () => {
      for (const exchange of exchanges.filter((one) => !isStream(one))) {
        const message = JSON.parse(exchange.body ?? '') as JsonObject;
        const response = translation.decodeResponse(message);
        if (message['type'] !== 'message') assert.equal(response, null, exchange.id);
        else {
          assert.ok(response !== null, exchange.id);
          assert.deepEqual(
            normalMessage(translation.encodeResponse(response, contextOf())),
            normalMessage(message),
            exchange.id,
          );
        }
      }
    });

    it(`${file}: a stream says what its answer says, for us, for Anthropic's client, and after encoding`, async () => {
      for (const exchange of exchanges.filter(isStream)) {
        const events = eventsOf(exchange.body ?? '').filter(({ data }) => data !== '[DONE]');
        const parts = partsOf(events);
        assert.equal(parts.filter(({ type }) => type === 'end').length, 1, exchange.id);
        const theirs = await finalMessage(events);
        const plain = translation.decodeResponse(theirs);
        const streamed = responseOfStream(parts);
        assert.deepEqual(normalChoices(streamed), plain?.choices, exchange.id);
        assert.deepEqual(counts(streamed.usage), counts(plain?.usage), exchange.id);
        const again = await finalMessage(written(parts));
        assert.deepEqual(normalMessage(again), normalMessage(theirs), exchange.id);
      }
    });
  }
});

/** A stream keeps a call's input as the model spelled it, Anthropic's client as the object that it stands for. */
function normalChoices({ choices }: ChatResponse): unknown {
  return choices.map(({ content, ...choice }) => ({
    ...choice,
    content: content.map((part) =>
      part.type === 'tool-call' ? { ...part, input: JSON.stringify(JSON.parse(part.input)) } : part,
    ),
  }));
}

function counts(usage: unknown): unknown {
  return isJsonObject(usage) ? { ...usage, raw: null } : usage;
}

/** The documented normalisations, from the wire's side. */
function normalRequest(body: JsonObject): JsonObject {
  const { output_format: format, stream, system, tools, tool_choice: choice, ...rest } = withoutNull(body);
  const config = isJsonObject(format) ? { output_config: { ...(rest['output_config'] as JsonObject), format } } : {};
  const texts = typeof system === 'string' && system !== '' ? [{ type: 'text', text: system }] : system;
  const hasTools = Array.isArray(tools) && tools.length > 0;
  return {
    ...rest,
    ...config,
    messages: normalTurns(body['messages'] as JsonObject[]),
    ...(Array.isArray(texts) && texts.length > 0 ? { system: texts.map(normalBlock) } : {}),
    ...(hasTools ? { tools } : {}),
    ...(hasTools && choice !== undefined ? { tool_choice: choice } : {}),
    ...(stream === true ? { stream } : {}),
  };
}

/** Texts are lists of blocks, turns of one role one turn, results first; empty texts and unsigned thoughts are gone. */
function normalTurns(messages: readonly JsonObject[]): readonly JsonObject[] {
  const turns: { role: unknown; content: JsonObject[] }[] = [];
  for (const { role, content } of messages) {
    const blocks = (typeof content === 'string' ? [{ type: 'text', text: content }] : (content as JsonObject[]))
      .map(normalBlock)
      .filter(({ type, text, signature }) => !(type === 'text' && text === '') && !(type === 'thinking' && !signature));
    const last = turns.at(-1);
    if (last !== undefined && last.role === role && role !== 'system') last.content.push(...blocks);
    else turns.push({ role, content: blocks });
  }
  return turns
    .filter(({ content }) => content.length > 0)
    .map(({ role, content }) => {
      const [results, others] = [content.filter(isResult), content.filter((block) => !isResult(block))];
      return { role, content: [...results, ...others] };
    });
}

function isResult({ type }: JsonObject): boolean {
  return type === 'tool_result';
}

function normalBlock(block: JsonObject): JsonObject {
  const { content, is_error: isError, ...rest } = withoutNull(block);
  if (block['type'] !== 'tool_result') return withoutNull(block);
  const inner = typeof content === 'string' ? [{ type: 'text', text: content }] : ((content ?? []) as JsonObject[]);
  const kept = inner.map(normalBlock).filter(({ type, text }) => type !== 'text' || text !== '');
  return { ...rest, ...(kept.length === 0 ? {} : { content: kept }), ...(isError === true ? { is_error: true } : {}) };
}

/** An answer without the members that say nothing, and without empty texts. */
function normalMessage(message: JsonObject): unknown {
  const { content, usage, parsed_output: _, ...rest } = message;
  const { cache_creation: __, service_tier: ___, output_tokens_details: ____, ...numbers } = usage as JsonObject;
  const blocks = (content as JsonObject[]).filter(({ type, text }) => type !== 'text' || text !== '');
  const id = String(message['id']).replace(/^(?!msg_)/, 'msg_');
  return pruned({
    ...rest,
    id,
    content: blocks.map(({ parsed: _____, caller, ...block }) => ({ ...block, ...callerOf(caller) })),
    usage: numbers,
  });
}

function callerOf(caller: unknown): JsonObject {
  return isJsonObject(caller) && caller['type'] !== 'direct' ? { caller } : {};
}

function withoutNull(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

/** Without null, empty lists, zero counts and strangers, at any depth. */
function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruned);
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).filter(([name, one]) => !isSilent(one) && !STRANGE.has(name));
  return Object.fromEntries(kept.map(([name, one]) => [name, pruned(one)]));
}

function isSilent(value: unknown): boolean {
  return value === null || value === 0 || (Array.isArray(value) && value.length === 0);
}
