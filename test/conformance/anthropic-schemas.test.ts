import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StreamPart, Usage } from '../../src/inference/index.ts';
import type { JsonObject } from '../../src/std/index.ts';
import {
  asked,
  contextOf,
  decoded,
  encoded,
  eventsOf,
  partsOf,
  requestOf,
  translation,
  written,
} from '../support/anthropic-wire.ts';
import { publishedSchema, specsMissing } from '../support/published.ts';
import { isStream, readRecorded, recordedFiles, recordedMissing } from '../support/recorded.ts';

const FILES = recordedFiles('anthropic-messages', 'vertex-anthropic');

/** The recorder put a word of its own in the place of a server tool's id, and the schema wants `srvtoolu_`. */
const ANONYMOUS = new Set([
  'rig/tests/cassettes/anthropic/opus_4_8/messages_preserve_system_role_after_server_tool_result.yaml#1',
]);

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
        const choices = response.choices.map(({ extensions: _, ...choice }) => ({
          ...choice,
          content: choice.content.filter(({ type }) => type !== 'opaque'),
        }));
        const ours = { ...response, choices, usage: plainUsage(response.usage) };
        const message = translation.encodeResponse(ours, contextOf());
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
