import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, decoded, encoded, NO_FACTS } from '../../../test/support/anthropic-wire.ts';
import type { ChatRequest, Sampling } from '../../inference/index.ts';
import type { ModelFacts } from '../dialect.ts';

const { sampling: SILENT } = asked();

test('what Claude Code sends comes out as it went in', () => {
  const cache = { cache_control: { type: 'ephemeral', ttl: '1h', scope: 'global' } };
  const body = {
    model: 'claude-opus-4-8',
    max_tokens: 64_000,
    stream: true,
    system: [
      { type: 'text', text: 'x-anthropic-billing-header: cc' },
      { type: 'text', text: 'You are Claude.', ...cache },
    ],
    metadata: { user_id: '{"device_id":"d","session_id":"s"}' },
    thinking: { type: 'adaptive', display: 'omitted' },
    output_config: {
      effort: 'high',
      format: { type: 'json_schema', schema: { type: 'object' } },
      task_budget: { total: 9 },
    },
    context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
    container: { id: 'c', skills: [] },
    mcp_servers: [{ type: 'url', url: 'https://mcp.test', name: 'm' }],
    service_tier: 'standard_only',
    stop_sequences: ['END'],
    tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    tools: [
      { name: 'Bash', description: 'Runs.', input_schema: { type: 'object' }, eager_input_streaming: true, ...cache },
      { type: 'custom', name: 'mcp__a__b', input_schema: { type: 'object' }, defer_loading: true, strict: true },
      { type: 'web_search_20250305', name: 'web_search', max_uses: 8 },
      { type: 'code_execution_20260521', name: 'code_execution' },
    ],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look.', cache_control: { type: 'ephemeral' } },
          {
            type: 'document',
            source: { type: 'text', media_type: 'text/plain', data: 'Grüße' },
            title: 't',
            citations: { enabled: true },
          },
          { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'in blocks' }] } },
          { type: 'search_result', source: 'https://a.test', title: 'A', content: [{ type: 'text', text: 'found' }] },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
        ],
      },
      { role: 'system', content: [{ type: 'text', text: 'From now on tersely.' }], output_config: { effort: 'low' } },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: '', signature: 'EqQB' },
          { type: 'redacted_thinking', data: 'EmwK' },
          { type: 'tool_use', id: 'toolu_1', name: 'Bash', input: { command: 'ls' }, caller: { type: 'direct' } },
          { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'q' } },
          { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] },
        ],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'toolu_1',
            is_error: true,
            content: [
              { type: 'tool_reference', tool_name: 'mcp__a__b' },
              { type: 'image', source: { type: 'url', url: 'https://a.test/i.png' } },
            ],
            cache_control: { type: 'ephemeral' },
          },
          { type: 'text', text: 'and?' },
        ],
      },
    ],
  };
  const { body: again, warnings } = encoded(decoded(body));
  assert.deepEqual(again, body);
  assert.deepEqual(warnings, []);
});

test('`max_tokens` is always there: what was asked, what the model can, or 32,000', () => {
  const facts = { ...NO_FACTS, maxOutput: 8_192 };
  assert.equal(encoded(asked()).body['max_tokens'], 32_000);
  assert.equal(encoded(asked(), { facts }).body['max_tokens'], 8_192);
  assert.equal(encoded(asked({ maxOutputTokens: 100 }), { facts }).body['max_tokens'], 100);
  assert.equal(encoded(asked({ maxOutputTokens: 100 }), { maxOutputTokens: 50 }).body['max_tokens'], 50);
  const { body, warnings } = encoded(asked({ maxOutputTokens: 9_000 }), { facts });
  assert.deepEqual([body['max_tokens'], warnings.length], [8_192, 1]);
});

const SAMPLED: readonly (readonly [
  said: Partial<Sampling>,
  facts: Partial<ModelFacts>,
  sent: object,
  warned: number,
])[] = [
  [{ temperature: 0.3 }, {}, { temperature: 0.3 }, 0],
  [{ temperature: 1.6 }, {}, { temperature: 1 }, 1],
  [{ temperature: 0.3, topP: 0.9 }, {}, { temperature: 0.3 }, 1],
  [{ topP: 0.9, topK: 4 }, {}, { top_p: 0.9, top_k: 4 }, 0],
  [{ temperature: 0.3, topP: 0.9, topK: 4 }, { takesSampling: false }, {}, 3],
  [{ temperature: 1 }, { takesSampling: false }, {}, 0],
  [{ seed: 0, presencePenalty: 0, frequencyPenalty: 0.5, n: 2 }, {}, {}, 3],
  [{ stop: ['END', '\n'] }, {}, { stop_sequences: ['END'] }, 1],
];

test('sampling: what Anthropic takes, and a word for what it does not', () => {
  for (const [said, facts, sent, warned] of SAMPLED) {
    const { body, warnings } = encoded(asked({ sampling: { ...SILENT, ...said } }), {
      facts: { ...NO_FACTS, ...facts },
    });
    const { model, max_tokens, messages, ...rest } = body;
    assert.deepEqual(rest, sent, JSON.stringify(said));
    assert.equal(warnings.length, warned, JSON.stringify([said, warnings]));
  }
});

test('thinking leaves the temperature at one', () => {
  const reasoning = { mode: 'on', effort: null, budgetTokens: 2_000, summary: null, isShown: null } as const;
  const { body, warnings } = encoded(
    asked({ reasoning, sampling: { ...SILENT, temperature: 0, topP: 0.99, topK: 3 } }),
  );
  assert.deepEqual([body['temperature'], body['top_p'], body['top_k']], [undefined, 0.99, undefined]);
  assert.deepEqual(
    warnings.map(({ field }) => field),
    ['sampling.temperature', 'sampling.topK'],
  );
});

test('a schema for the answer is closed and freed of bounds, unless it was written for Anthropic', () => {
  const schema = { type: 'object', properties: { n: { type: 'integer', minimum: 1, description: 'Count.' } } };
  const output = { type: 'json-schema', name: 'n', description: null, schema, strict: true } as const;
  assert.deepEqual(encoded(asked({ output })).body['output_config'], {
    format: {
      type: 'json_schema',
      schema: {
        type: 'object',
        properties: { n: { type: 'integer', description: 'Count.\n\n{minimum: 1}' } },
        additionalProperties: false,
      },
    },
  });
  const old = {
    model: 'm',
    max_tokens: 1,
    messages: [{ role: 'user', content: 'x' }],
    output_format: { type: 'json_schema', schema },
  };
  assert.deepEqual(encoded(decoded(old)).body['output_config'], { format: { type: 'json_schema', schema } });
});

const LEFT_OUT: readonly (readonly [field: string, said: Partial<ChatRequest>])[] = [
  ['output', { output: { type: 'json' } }],
  ['verbosity', { verbosity: 'low' }],
  ['modalities', { modalities: ['text', 'audio'] }],
  ['metadata', { metadata: { a: 'b' } }],
  ['serviceTier', { serviceTier: 'flex' }],
  ['endUser', { endUser: 'u'.repeat(513) }],
];

test('what Anthropic has no field for is named', () => {
  for (const [field, said] of LEFT_OUT) {
    const { body, warnings } = encoded(asked(said));
    assert.deepEqual(
      warnings.map((warning) => warning.field),
      [field],
    );
    assert.deepEqual(Object.keys(body), ['model', 'max_tokens', 'messages'], field);
  }
});
