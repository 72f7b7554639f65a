import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { responseOfStream } from '../../src/dialects/index.ts';
import type { ChatResponse, StreamPart, Usage } from '../../src/inference/index.ts';
import { isJsonObject, type JsonObject } from '../../src/std/index.ts';
import {
  asked,
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
import { publishedSchema, specsMissing } from '../support/published.ts';
import { type Recorded, readRecorded, recordedFiles, recordedMissing } from '../support/recorded.ts';

const FILES = recordedFiles('anthropic-messages', 'vertex-anthropic');

/** The recorder put a word of its own in the place of a server tool's id, and the schema wants `srvtoolu_`. */
const ANONYMOUS = new Set([
  'rig/tests/cassettes/anthropic/opus_4_8/messages_preserve_system_role_after_server_tool_result.yaml#1',
]);

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

const png = { kind: 'base64', base64: 'iVBORw0KGgo=' } as const;
const seal = { format: 'openai-responses-v1', value: 'gAAA', isWhole: true, id: 'rs_1' } as const;

/** In the way of OpenAI's clients. */
const FOREIGN = asked({
  messages: [
    { role: 'system', rank: 'developer', content: [{ type: 'text', text: 'Be brief.', cache: { ttl: '1h' } }] },
    {
      role: 'user',
      name: 'ann',
      content: [
        { type: 'text', text: 'Look.' },
        { type: 'image', media: png, mediaType: null, detail: 'high' },
        { type: 'file', media: { kind: 'base64', base64: 'JVBERi0=' }, mediaType: null, name: 'a.pdf' },
        { type: 'file', media: { kind: 'base64', base64: 'YSxi' }, mediaType: 'text/csv', name: 'a.csv' },
      ],
    },
    {
      role: 'assistant',
      name: null,
      content: [
        { type: 'reasoning', text: '', isSummary: true, seal },
        {
          type: 'text',
          text: 'I call.',
          citations: [{ url: 'https://a.test', title: null, citedText: null, start: 0, end: 1 }],
        },
        { type: 'tool-call', id: 'call:1', name: 'a.b', kind: 'function', namespace: 'ns', input: '{}' },
        { type: 'tool-call', id: 'call:2', name: 'patch', kind: 'custom', namespace: null, input: '*** Begin' },
      ],
    },
    {
      role: 'tool',
      content: ['call:1', 'call:2'].map((callId) => ({
        ...({ type: 'tool-result', callId, name: null, kind: 'function', isError: true } as const),
        content: [{ type: 'image', media: png, mediaType: 'image/png', detail: null }],
      })),
    },
    { role: 'system', rank: 'developer', content: [{ type: 'text', text: 'Now in Spanish.' }] },
  ],
  tools: [
    { type: 'function', name: 'a.b', description: '', parameters: { properties: {} }, strict: true, namespace: 'ns' },
    {
      type: 'custom',
      name: 'patch',
      description: null,
      grammar: { syntax: 'regex', definition: '.*' },
      namespace: null,
    },
    { type: 'server', service: 'web-search', dialect: 'openai-responses', name: 'web_search', raw: {} },
  ],
  parallelToolCalls: false,
  output: {
    type: 'json-schema',
    name: 'n',
    description: null,
    schema: { type: 'object', properties: {} },
    strict: true,
  },
  reasoning: { mode: null, effort: 'xhigh', budgetTokens: null, summary: 'auto', isShown: null },
  sampling: { ...asked().sampling, temperature: 1.5, topP: 0.5, topK: 3, stop: ['END', ' '], seed: 1 },
  endUser: 'u',
  serviceTier: 'default',
  stream: true,
});

describe('the published schemas', { skip: recordedMissing || specsMissing }, () => {
  const schema = specsMissing === false ? publishedSchema('anthropic.yml') : () => assert.fail();
  const isMessage = [schema('Message'), schema('BetaMessage')];
  const isEvent = [schema('BetaMessageStreamEvent'), schema('MessageStreamEvent')];

  const isRequest = schema('BetaCreateMessageParams');

  for (const file of FILES) {
    it(`${file}: what we write to upstreams is in them`, () => {
      for (const exchange of readRecorded(file).filter(({ status }) => status === 200)) {
        const body = requestOf(exchange);
        if (body === null || exchange.path.includes('count_tokens') || ANONYMOUS.has(exchange.id)) continue;
        assert.ok(isRequest(encoded(decoded(body)).body), `${exchange.id}: ${said(isRequest.errors)}`);
      }
    });
  }

  it("another dialect's request, with all that it can say, is one of Anthropic's", () => {
    const { body } = encoded(FOREIGN, { facts: { maxOutput: 64_000, thinking: 'budget', takesSampling: true } });
    assert.ok(isRequest(body), said(isRequest.errors));
    const adaptive = encoded(FOREIGN, { facts: { maxOutput: null, thinking: 'adaptive', takesSampling: false } });
    assert.ok(isRequest(adaptive.body), said(isRequest.errors));
  });

  // What only Anthropic has goes as it came, and recordings are older than the schemas: the rest is ours.
  for (const file of FILES) {
    it(`${file}: what we write to clients is in them`, () => {
      for (const exchange of readRecorded(file).filter(({ status }) => status === 200)) {
        if (isStream(exchange)) {
          const parts = partsOf(eventsOf(exchange.body ?? ''));
          for (const { data } of written(parts.filter((part) => !isOpaqueStart(part)).map(withoutRaw))) {
            const event = JSON.parse(data) as JsonObject;
            if (event['type'] === 'ping') continue;
            for (const holds of isEvent) assert.ok(holds(event), `${exchange.id} ${data}: ${said(holds.errors)}`);
          }
          continue;
        }
        const response = translation.decodeResponse(JSON.parse(exchange.body ?? ''));
        if (response === null) continue;
        const { extensions: _, ...answer } = response;
        const choices = answer.choices.map((choice) => ({
          ...choice,
          content: choice.content.filter(({ type }) => type !== 'opaque'),
        }));
        const message = translation.encodeResponse(
          { ...answer, choices, usage: plainUsage(answer.usage) },
          contextOf(),
        );
        for (const holds of isMessage) assert.ok(holds(message), `${exchange.id}: ${said(holds.errors)}`);
      }
    });
  }
});

function plainUsage(usage: Usage | null): Usage | null {
  return usage === null ? null : { ...usage, raw: null };
}

function withoutRaw(part: StreamPart): StreamPart {
  if (part.type === 'usage') return { ...part, usage: { ...part.usage, raw: null } };
  return part.type === 'finish' ? { ...part, extensions: {} } : part;
}

function isOpaqueStart(part: StreamPart): boolean {
  return part.type === 'block-start' && part.content.type === 'whole';
}

function said(errors: unknown): string {
  return JSON.stringify(errors).slice(0, 600);
}

function isStream(exchange: Recorded): boolean {
  return exchange.content_type?.includes('event-stream') ?? false;
}

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
