import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatRequest, Message } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { ReceivedRequest } from '../dialect.ts';
import { decodeConverseRequest } from './decode-request.ts';
import { encodeConverseRequest } from './encode-request.ts';
import { readConverseRequest, spliceConverseRequest } from './request.ts';

const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const facts = { maxOutput: null, thinking: null, takesSampling: null };

function read(body: unknown): ReceivedRequest {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return readConverseRequest(Buffer.from(text), { model: CLAUDE, stream: true, framing: 'aws-event-stream' });
}

function decoded(body: JsonObject): ChatRequest {
  return decodeConverseRequest(read({ messages: [{ role: 'user', content: [{ text: 'Hi' }] }], ...body }));
}

function encoded(changes: Partial<ChatRequest>, model = CLAUDE, known: Partial<typeof facts> = {}) {
  const target = {
    model,
    maxOutputTokens: changes.maxOutputTokens ?? null,
    outputLimit: 'max_tokens' as const,
    facts: { ...facts, ...known },
  };
  return encodeConverseRequest({ ...decoded({}), ...changes }, target);
}

const user: Message = { role: 'user', content: [{ type: 'text', text: 'Hi' }], name: null };
const wish = { mode: null, effort: null, budgetTokens: null, summary: null, isShown: null } as const;

const faults: readonly (readonly [body: unknown, message: RegExp])[] = [
  ['{', /could not parse/],
  [{}, /'messages'/],
  [{ messages: 'Hi' }, /'messages'.*an array/],
  [{ messages: [{ role: 'user', content: 'Hi' }] }, /'messages\[0\].content'.*content blocks/],
  [{ messages: [{ content: [] }] }, /'messages\[0\].role'/],
  [{ messages: [{ role: 'tool', content: [] }] }, /'messages\[0\].role'/],
  [{ messages: [{ role: 'user', content: [{ text: 7 }] }] }, /'messages\[0\].content\[0\].text'.*a string/],
  [{ messages: [{ role: 'assistant', content: [{ toolUse: { name: 'a' } }] }] }, /toolUse.toolUseId'/],
  [{ messages: [{ role: 'user', content: [{ toolResult: { toolUseId: 'x', content: [] } }] }] }, /no earlier turn/],
  [{ messages: [], inferenceConfig: { maxTokens: 0 } }, /'inferenceConfig.maxTokens'/],
  [{ messages: [], toolConfig: { tools: [{ toolSpec: {} }] } }, /'toolConfig.tools\[0\].toolSpec.name'/],
  ['{"messages":[],"inferenceConfig":{},"inferenceConfig":{}}', /'inferenceConfig' twice/],
  ['{"messages":[],"inferenceConfig":{"maxTokens":1,"maxTokens":9}}', /'inferenceConfig.maxTokens' twice/],
];

test('fields of a model that are of no known type say nothing', () => {
  for (const type of [{ toString: 3 }, 'constructor', null, 7]) {
    const thinking = { type, budget_tokens: 2_000 };
    assert.equal(decoded({ additionalModelRequestFields: { thinking } }).reasoning, null, JSON.stringify(type));
  }
});

test('a fault is told by its place', () => {
  for (const [body, message] of faults)
    assert.throws(() => decodeConverseRequest(read(body)), message, JSON.stringify(body));
});

test('an output limit is spliced in, every other byte stays', () => {
  const limit = { model: CLAUDE, addUsage: false, maxOutput: { field: 'max_tokens', tokens: 50 } } as const;
  const cases = [
    ['{ "messages" : [] }', '{"inferenceConfig":{"maxTokens":50}, "messages" : [] }'],
    [
      '{"messages":[], "inferenceConfig": {"topP":1} }',
      '{"messages":[], "inferenceConfig": {"topP":1,"maxTokens":50} }',
    ],
    ['{"messages":[], "inferenceConfig":null}', '{"messages":[], "inferenceConfig":{"maxTokens":50}}'],
  ] as const;
  for (const [before, after] of cases) assert.equal(spliceConverseRequest(read(before), limit).toString(), after);
  const received = read('{"messages":[]}');
  assert.equal(spliceConverseRequest(received, { ...limit, maxOutput: null }), received.bytes);
});

/** How a wish to think is said, by family. */
const thinking: readonly (readonly [
  model: string,
  asked: Partial<ChatRequest['reasoning'] & object>,
  fields: unknown,
])[] = [
  [CLAUDE, { budgetTokens: 5000 }, { thinking: { type: 'enabled', budget_tokens: 5000 } }],
  [CLAUDE, { effort: 'low' }, { thinking: { type: 'enabled', budget_tokens: 2048 } }],
  [CLAUDE, { mode: 'off' }, { thinking: { type: 'disabled' } }],
  [CLAUDE, { mode: 'adaptive', isShown: false }, { thinking: { type: 'adaptive', display: 'omitted' } }],
  [CLAUDE, { mode: 'adaptive', effort: 'high' }, { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } }],
  [
    'us.amazon.nova-2-lite-v1:0',
    { effort: 'xhigh' },
    { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } },
  ],
  ['openai.gpt-oss-120b-1:0', { effort: 'minimal' }, { reasoning_effort: 'low' }],
  ['qwen.qwen3-32b-v1:0', { budgetTokens: 9000 }, { reasoning_config: 'medium' }],
  ['us.deepseek.r1-v1:0', { effort: 'high' }, undefined],
];

test('thinking is asked for as the family knows it', () => {
  for (const [model, asked, fields] of thinking) {
    const { body } = encoded({ reasoning: { ...wish, ...asked } }, model);
    assert.deepEqual(body['additionalModelRequestFields'], fields, `${model} ${JSON.stringify(asked)}`);
  }
});

test('what Claude refuses while it thinks is left out, with a warning', () => {
  const { body, warnings } = encoded({
    reasoning: { ...wish, budgetTokens: 3000 },
    maxOutputTokens: 2000,
    sampling: { ...decoded({}).sampling, temperature: 0.5, topK: 5 },
  });
  assert.deepEqual(body['additionalModelRequestFields'], { thinking: { type: 'enabled', budget_tokens: 1999 } });
  assert.deepEqual(body['inferenceConfig'], { maxTokens: 2000 });
  assert.deepEqual(
    warnings.map(({ field }) => field),
    ['sampling.temperature', 'sampling.topK'],
  );
  const forced = encoded({ reasoning: { ...wish, effort: 'high' }, toolChoice: { type: 'required' } });
  assert.equal(forced.body['additionalModelRequestFields'], undefined);
  assert.deepEqual(
    forced.warnings.map(({ field }) => field),
    ['reasoning'],
  );
});

test('what Converse has no place for is left out, with a warning for each', () => {
  const { sampling } = decoded({});
  const { warnings } = encoded({
    sampling: { ...sampling, seed: 0, presencePenalty: 1, logprobs: true, n: 2, frequencyPenalty: 0 },
    output: { type: 'json' },
    verbosity: 'low',
    serviceTier: 'scale',
    messages: [
      {
        ...user,
        content: [{ type: 'image', media: { kind: 'url', url: 'https://a.b/c.png' }, mediaType: null, detail: null }],
      },
      { ...user, content: [{ type: 'opaque', dialect: 'gemini-generate', name: 'executableCode', raw: {} }] },
    ],
  });
  assert.deepEqual(
    new Set(warnings.map(({ field }) => field)),
    new Set([
      'sampling.seed',
      'sampling.presencePenalty',
      'sampling.logprobs',
      'sampling.n',
      'output',
      'verbosity',
      'serviceTier',
      'image',
      'executableCode',
    ]),
  );
});

test('one call at a time is asked of Claude in its own words, and no choice stands beside them', () => {
  const tool = {
    type: 'function',
    name: 'a',
    description: '',
    parameters: null,
    strict: null,
    namespace: null,
  } as const;
  const { body } = encoded({ tools: [tool], toolChoice: { type: 'auto' }, parallelToolCalls: false });
  assert.deepEqual(body['toolConfig'], {
    tools: [{ toolSpec: { name: 'a', inputSchema: { json: { type: 'object' } } } }],
  });
  assert.deepEqual(body['additionalModelRequestFields'], {
    tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  });
});

test('calls whose tools are gone have one made up; turns of one role become one', () => {
  const call = {
    type: 'tool-call',
    id: 'call.1',
    name: 'gone',
    kind: 'function',
    namespace: null,
    input: 'not JSON',
  } as const;
  const result = {
    type: 'tool-result',
    callId: 'call.1',
    name: null,
    kind: 'function',
    content: [],
    isError: true,
  } as const;
  const { body } = encoded({
    messages: [
      user,
      { role: 'assistant', content: [call], name: null },
      { role: 'tool', content: [result] },
      user,
      { role: 'system', rank: 'developer', content: [{ type: 'text', text: 'Later.', cache: { ttl: null } }] },
    ],
  });
  assert.deepEqual(body, {
    system: [{ text: 'Later.' }, { cachePoint: { type: 'default' } }],
    messages: [
      { role: 'user', content: [{ text: 'Hi' }] },
      {
        role: 'assistant',
        content: [{ toolUse: { toolUseId: 'call_2e1', name: 'gone', input: { input: 'not JSON' } } }],
      },
      {
        role: 'user',
        content: [{ toolResult: { toolUseId: 'call_2e1', content: [], status: 'error' } }, { text: 'Hi' }],
      },
    ],
    toolConfig: { tools: [{ toolSpec: { name: 'gone', inputSchema: { json: { type: 'object' } } } }] },
  });
});

test('tools go under names that Bedrock takes, and calls find their way back', () => {
  const named = { type: 'function', description: null, parameters: null, strict: null } as const;
  const { body, renamed } = encoded({
    tools: [
      { ...named, name: 'read', namespace: 'mcp.files' },
      { type: 'custom', name: 'patch', description: 'Patches.', grammar: null, namespace: null },
      { ...named, name: 'plain', namespace: null },
    ],
    toolChoice: { type: 'tool', name: 'read' },
  });
  const { tools, toolChoice } = body['toolConfig'] as { tools: { toolSpec: JsonObject }[]; toolChoice: unknown };
  assert.deepEqual(
    tools.map(({ toolSpec }) => toolSpec['name']),
    ['mcp_files__read', 'patch', 'plain'],
  );
  assert.deepEqual(toolChoice, { tool: { name: 'mcp_files__read' } });
  assert.deepEqual(
    [...(renamed ?? [])],
    [
      ['mcp_files__read', { name: 'read', namespace: 'mcp.files', kind: 'function' }],
      ['patch', { name: 'patch', namespace: null, kind: 'custom' }],
    ],
  );
});

test('a schema of another dialect is closed, as Bedrock wants it; one of its own stays', () => {
  const schema = { type: 'object', properties: { n: { type: 'integer', minimum: 1 } } };
  const output = { type: 'json-schema', name: 'n', description: null, schema, strict: true } as const;
  const sent = (request: Partial<ChatRequest>) => JSON.stringify(encoded({ output, ...request }).body['outputConfig']);
  assert.ok(sent({}).includes('minimum'));
  const { extensions: _, ...foreign } = decoded({});
  const target = { model: CLAUDE, maxOutputTokens: null, outputLimit: 'both', facts } as const;
  const closed = JSON.stringify(encodeConverseRequest({ ...foreign, output }, target).body['outputConfig']);
  assert.ok(closed.includes('additionalProperties') && !closed.includes('"minimum'));
});

test('cache points go where the family takes them', () => {
  const content = [{ type: 'text', text: 'Hi', cache: { ttl: '1h' } } as const];
  const tool = {
    type: 'function',
    name: 'a',
    description: null,
    parameters: null,
    strict: null,
    namespace: null,
  } as const;
  const marks = (model: string) => {
    const text = JSON.stringify(
      encoded({ messages: [{ ...user, content }], tools: [{ ...tool, cache: { ttl: null } }] }, model).body,
    );
    return text.match(/cachePoint/g)?.length ?? 0;
  };
  assert.equal(marks(CLAUDE), 2);
  assert.equal(marks('us.amazon.nova-lite-v1:0'), 1);
  assert.equal(marks('openai.gpt-oss-20b-1:0'), 0);
});

test('thoughts go back to whom they belong', () => {
  const thought = (format: 'anthropic-claude-v1' | 'google-gemini-v1' | null): Message => ({
    role: 'assistant',
    name: null,
    content: [
      {
        type: 'reasoning',
        text: 'Hm.',
        isSummary: false,
        seal: format === null ? null : { format, value: 'c2ln', isWhole: false, id: null },
      },
    ],
  });
  const turns = (message: Message, model?: string) => encoded({ messages: [message] }, model).body['messages'];
  const signed = { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'c2ln' } } };
  assert.deepEqual(turns(thought('anthropic-claude-v1')), [{ role: 'assistant', content: [signed] }]);
  assert.deepEqual(turns(thought('google-gemini-v1')), []);
  assert.deepEqual(turns(thought(null)), []);
  const plain = { reasoningContent: { reasoningText: { text: 'Hm.' } } };
  assert.deepEqual(turns(thought(null), 'openai.gpt-oss-20b-1:0'), [{ role: 'assistant', content: [plain] }]);
});

test('documents have names that Bedrock takes, each its own', () => {
  const file = { type: 'file', media: { kind: 'base64', base64: 'JVBERi0x' }, mediaType: null } as const;
  const names = ['q3_report.v2.pdf', 'q3 report v2 pdf', null, null];
  const { body } = encoded({ messages: [{ ...user, content: names.map((name) => ({ ...file, name })) }] });
  const [{ content }] = body['messages'] as [{ content: { document: JsonObject }[] }];
  assert.deepEqual(
    content.map(({ document }) => [document['name'], document['format']]),
    [
      ['q3 report v2 pdf', 'pdf'],
      ['q3 report v2 pdf 2', 'pdf'],
      ['Document', 'pdf'],
      ['Document 2', 'pdf'],
    ],
  );
});

test('what only Converse can say comes back as it was', () => {
  const body = {
    messages: [
      {
        role: 'user',
        content: [
          { cachePoint: { type: 'default' } },
          { guardContent: { text: { text: 'Look at this.', qualifiers: ['query'] } } },
          { searchResult: { source: 's', title: 't', content: [{ text: 'x' }] } },
          {
            document: {
              name: 'a',
              format: 'txt',
              source: { text: 'plain' },
              context: 'c',
              citations: { enabled: true },
            },
          },
          { video: { format: 'three_gp', source: { s3Location: { uri: 's3://b/k.3gp', bucketOwner: '1' } } } },
        ],
      },
      { role: 'system', content: [{ text: 'From now on.' }] },
    ],
    guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1' },
    performanceConfig: { latency: 'optimized' },
    requestMetadata: { team: 'a' },
    additionalModelRequestFields: { anthropic_beta: ['x'], inferenceConfig: { other: 1 } },
  };
  const again = encodeConverseRequest(decodeConverseRequest(read(body)), {
    model: CLAUDE,
    maxOutputTokens: null,
    outputLimit: 'both',
    facts,
  });
  assert.deepEqual(again.body, body);
});
