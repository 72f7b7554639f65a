import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ChatRequest, GatewayError, type Seal } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { ReceivedRequest, UpstreamTarget } from '../dialect.ts';
import { asObjects } from '../loosely.ts';
import { writeSeal } from '../seal.ts';
import { encodeCompaction, summaryRequest } from './compaction.ts';
import { openAiResponses } from './index.ts';

const TARGET: UpstreamTarget = {
  model: 'gpt-5',
  maxOutputTokens: null,
  outputLimit: 'max_completion_tokens',
  facts: { maxOutput: null, thinking: null, takesSampling: null },
};
const FOREIGN: Seal = { format: 'anthropic-claude-v1', value: 'sig', isWhole: false, id: null };
const OWN: Seal = { format: 'openai-responses-v1', value: 'gAAAA', isWhole: true, id: 'rs_1' };

function received(body: JsonObject): ReceivedRequest {
  const bytes = Buffer.from(JSON.stringify({ model: 'gpt-5', input: 'Hi', ...body }));
  return openAiResponses.readRequest(bytes, { model: null, stream: null, framing: 'sse' });
}

function decoded(body: JsonObject): ChatRequest {
  const request = openAiResponses.chat?.decodeRequest(received(body));
  assert.ok(request);
  return request;
}

function encoded(request: ChatRequest, target: Partial<UpstreamTarget> = {}): JsonObject {
  return openAiResponses.chat?.encodeRequest(request, { ...TARGET, ...target }).body ?? {};
}

function spliced(body: JsonObject, model = 'gpt-5'): JsonObject {
  return JSON.parse(
    openAiResponses.spliceRequest(received(body), { model, addUsage: true, maxOutput: null }).toString(),
  );
}

function refusal(body: JsonObject): [string, string | undefined] {
  try {
    decoded(body);
  } catch (error) {
    if (error instanceof GatewayError) return [error.code, error.details.param];
    throw error;
  }
  return ['none', undefined];
}

describe('requests that cannot be read', () => {
  const cases: readonly (readonly [body: JsonObject, param: string])[] = [
    [{ input: null }, 'input'],
    [{ input: [] }, 'input'],
    [{ input: 7 }, 'input'],
    [{ input: [7] }, 'input[0]'],
    [{ input: [{ content: 'x' }] }, 'input[0].role'],
    [{ input: [{ role: 'critic', content: 'x' }] }, 'input[0].role'],
    [{ input: [{ role: 'user', content: [{ type: 'input_text' }] }] }, 'input[0].content[0].text'],
    [{ input: [{ role: 'user', content: [{ type: 'input_image' }] }] }, 'input[0].content[0].image_url'],
    [{ input: [{ role: 'system', content: [{ type: 'input_image', image_url: 'x' }] }] }, 'input[0].content[0]'],
    [{ input: [{ type: 'function_call', name: 'f', arguments: '' }] }, 'input[0].call_id'],
    [{ input: [{ type: 'function_call_output', call_id: 'c', output: 'x' }] }, 'input[0].call_id'],
    [{ tools: [{ type: 'function' }] }, 'tools[0].name'],
    [{ tools: [{ type: 'namespace', name: 'n', tools: [{ name: 'f' }] }] }, 'tools[0].tools[0].type'],
    [{ tool_choice: { type: 'function' } }, 'tool_choice.name'],
    [{ text: { format: { type: 'json_schema' } } }, 'text.format.schema'],
    [{ max_output_tokens: 0 }, 'max_output_tokens'],
  ];
  for (const [body, param] of cases) {
    it(JSON.stringify(body), () => assert.deepEqual(refusal(body), ['invalid_request', param]));
  }

  it('a result may answer a call that is kept elsewhere', () => {
    const input = [{ type: 'function_call_output', call_id: 'c', output: 'x' }];
    assert.deepEqual(refusal({ input, previous_response_id: 'resp_1' }), ['none', undefined]);
  });
});

describe('what Codex sends', () => {
  const body = {
    instructions: 'Be Codex.',
    store: false,
    include: ['reasoning.encrypted_content'],
    prompt_cache_key: 'k',
    client_metadata: { a: 'b' },
    text: { verbosity: 'low' },
    reasoning: { effort: 'medium', summary: 'auto' },
    tools: [
      {
        type: 'namespace',
        name: 'multi_agent_v1',
        description: 'Agents.',
        tools: [
          { type: 'function', name: 'spawn_agent', description: 'd', parameters: { type: 'object' }, strict: false },
          { type: 'function', name: 'wait', parameters: { type: 'object' }, strict: false },
        ],
      },
      { type: 'custom', name: 'apply_patch', format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' } },
      { type: 'web_search', external_web_access: false },
      { type: 'tool_search', execution: 'client' },
    ],
    tool_choice: 'auto',
    parallel_tool_calls: true,
    input: [
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Rules.' }] },
      {
        type: 'message',
        role: 'user',
        content: [{ type: 'input_text', text: 'Do it.' }],
        internal_chat_message_metadata_passthrough: { x: 1 },
      },
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAA' },
      {
        type: 'message',
        role: 'assistant',
        phase: 'commentary',
        content: [{ type: 'output_text', annotations: [], text: 'Well.' }],
      },
      { type: 'custom_tool_call', call_id: 'c1', name: 'apply_patch', input: '*** Begin', status: 'completed' },
      { type: 'function_call', call_id: 'c2', name: 'wait', namespace: 'multi_agent_v1', arguments: '{}' },
      { type: 'custom_tool_call_output', call_id: 'c1', output: 'ok' },
      {
        type: 'function_call_output',
        call_id: 'c2',
        output: [{ type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'auto' }],
      },
      { type: 'local_shell_call', call_id: 'c3', action: { type: 'exec', command: ['ls'] }, status: 'completed' },
      { type: 'local_shell_call_output', call_id: 'c3', output: 'a' },
    ],
  };

  it('comes out as it came in', () => {
    assert.deepEqual(encoded(decoded(body)), { model: 'gpt-5', ...body });
  });

  it('is turns, tools and wishes that every dialect knows', () => {
    const { messages, tools, reasoning, cacheKey, verbosity } = decoded(body);
    const turns = messages.map((message) => [message.role, ...message.content.map(({ type }) => type)]);
    assert.deepEqual(turns, [
      ['system', 'text'],
      ['system', 'text'],
      ['user', 'text'],
      ['assistant', 'reasoning', 'text', 'tool-call', 'tool-call'],
      ['tool', 'tool-result', 'tool-result'],
      ['assistant', 'opaque', 'opaque'],
    ]);
    assert.deepEqual(
      tools.map((tool) => `${tool.type} ${tool.name}`),
      ['function spawn_agent', 'function wait', 'custom apply_patch', 'server web_search', 'server tool_search'],
    );
    assert.deepEqual([reasoning?.effort, reasoning?.summary, cacheKey, verbosity], ['medium', 'auto', 'k', 'low']);
  });
});

describe('requests of other dialects, upstream', () => {
  const foreign: ChatRequest = { ...decoded({}), extensions: {} };

  it('nothing is kept at the upstream, and thoughts come encrypted where the model thinks', () => {
    assert.equal(encoded(foreign)['store'], false);
    assert.equal(encoded(foreign)['include'], undefined);
    const thinking = encoded(foreign, { facts: { ...TARGET.facts, thinking: 'effort' } });
    assert.deepEqual(thinking['include'], ['reasoning.encrypted_content']);
  });

  it('a budget becomes an effort, and thoughts that are wanted are summed up', () => {
    const reasoning = { mode: 'on', effort: null, budgetTokens: 4_000, summary: null, isShown: null } as const;
    assert.deepEqual(encoded({ ...foreign, reasoning })['reasoning'], { effort: 'medium', summary: 'auto' });
  });

  it('what the API lacks is left out with a warning', () => {
    const sampling = { ...foreign.sampling, stop: ['x'], seed: 1, topK: 4, n: 2, presencePenalty: 1 };
    const result = openAiResponses.chat?.encodeRequest({ ...foreign, sampling, endUser: 'u'.repeat(65) }, TARGET);
    assert.deepEqual(
      result?.warnings.map(({ field }) => field),
      ['sampling.topK', 'sampling.presencePenalty', 'sampling.seed', 'sampling.stop', 'sampling.n', 'user'],
    );
  });

  it('thoughts go back to their maker only', () => {
    const thought = { type: 'reasoning', text: 't', isSummary: true } as const;
    const messages = [
      {
        role: 'assistant',
        name: null,
        content: [
          { ...thought, seal: FOREIGN },
          { ...thought, seal: OWN },
        ],
      },
    ] as const;
    const own = {
      type: 'reasoning',
      id: 'rs_1',
      summary: [{ type: 'summary_text', text: 't' }],
      encrypted_content: 'gAAAA',
    };
    assert.deepEqual(encoded({ ...foreign, messages })['input'], [own]);
    assert.deepEqual(encoded({ ...foreign, messages }, { model: 'grok-4' })['input'], []);
  });

  it("schemas are not taken strictly unless it is said, and another maker's search is searched with", () => {
    const tools = [
      { type: 'function', name: 'f', description: null, parameters: null, strict: null, namespace: null },
      {
        type: 'server',
        service: 'web-search',
        dialect: 'anthropic-messages',
        name: 'web_search_20250305',
        raw: { type: 'web_search_20250305', name: 'web_search', allowed_domains: ['a.example'] },
      },
    ] as const;
    assert.deepEqual(encoded({ ...foreign, tools })['tools'], [
      { type: 'function', name: 'f', parameters: { type: 'object', properties: {} }, strict: false },
      { type: 'web_search', filters: { allowed_domains: ['a.example'] } },
    ]);
  });
});

describe('seals that a client echoes', () => {
  const thoughts = [
    { type: 'reasoning', id: 'rs_a', summary: [], encrypted_content: writeSeal(FOREIGN, 'openai-responses-v1') },
    { type: 'reasoning', id: 'rs_b', summary: [], encrypted_content: writeSeal(OWN, 'openai-responses-v1') },
  ];

  it('are what they were', () => {
    const [turn] = decoded({ input: thoughts }).messages;
    const seals = turn?.content.map((part) => (part.type === 'reasoning' ? part.seal : null));
    assert.deepEqual(seals, [FOREIGN, OWN]);
  });

  it('that of a call goes back to the call', () => {
    const seal = { ...FOREIGN, format: 'google-gemini-v1', id: 'c1' } as const;
    const input = [
      { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
      { type: 'reasoning', id: 'rs_a', summary: [], encrypted_content: writeSeal(seal, 'openai-responses-v1') },
    ];
    const [turn] = decoded({ input }).messages;
    assert.equal(turn?.content.length, 1);
    const [call] = turn?.content ?? [];
    assert.deepEqual(call?.type === 'tool-call' && call.seal, { ...seal, id: null });
  });

  it('are unwrapped, or left out, in a body that is passed on', () => {
    const { input } = spliced({ input: [...thoughts, { role: 'user', content: 'Hi' }] });
    assert.deepEqual(input, [
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAA' },
      { role: 'user', content: 'Hi' },
    ]);
  });

  it('a body without them is passed on to the byte', () => {
    const request = received({ input: [{ type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAA' }] });
    const splice = { model: 'gpt-5', addUsage: true, maxOutput: null };
    assert.equal(openAiResponses.spliceRequest(request, splice), request.bytes);
  });
});

describe('conversations', () => {
  const { threading } = openAiResponses;

  it('are continued with what was kept in front', () => {
    const request = received({ input: 'More.', previous_response_id: 'resp_1', instructions: 'Now.' });
    const output = [
      { type: 'reasoning', id: 'rs_1', summary: [] },
      { type: 'message', id: 'msg_1', role: 'assistant', content: [{ type: 'output_text', text: 'A' }] },
    ];
    const turn = { input: [{ role: 'user', content: 'Hi' }], response: { id: 'resp_1', output } };
    const whole = threading?.withHistory(request, [turn]);
    assert.equal(threading?.previousId(request), 'resp_1');
    assert.deepEqual(whole?.body['input'], [
      { role: 'user', content: 'Hi' },
      output[1],
      { type: 'message', role: 'user', content: 'More.' },
    ]);
    assert.deepEqual(whole?.body, JSON.parse(whole?.bytes.toString() ?? ''));
    assert.equal(whole === undefined ? 'x' : threading?.previousId(whole), null);
  });

  it('are kept unless the client says otherwise, whole', () => {
    assert.equal(threading?.isKept(received({})), true);
    assert.equal(threading?.isKept(received({ store: false })), false);
    const data = JSON.stringify({ type: 'response.completed', response: { id: 'resp_1' } });
    assert.deepEqual(threading?.ending({ name: 'response.completed', data }), { id: 'resp_1' });
    assert.deepEqual(threading?.ending({ name: null, data }), { id: 'resp_1' });
    assert.equal(threading?.ending({ name: 'response.created', data }), null);
  });
});

describe('compaction', () => {
  const request = received({
    input: [
      { role: 'user', content: 'Build it.' },
      { role: 'assistant', content: 'Done.' },
    ],
  });

  it('asks for a summary, keeps what the user said, and is read again', () => {
    const asked = summaryRequest(request);
    assert.equal(asked.messages.at(-1)?.role, 'user');
    const finish = { unified: 'stop', raw: null } as const;
    const content = [{ type: 'text', text: 'Built ü.' }] as const;
    const compaction = encodeCompaction(
      {
        id: null,
        model: null,
        createdS: null,
        choices: [{ index: 0, content, finish, stopSequence: null, logprobs: null }],
        usage: null,
        serviceTier: null,
      },
      { received: request, request: asked, exchangeId: 'gen-1-a', startedS: 1 },
    );
    const output = asObjects(compaction['output']);
    assert.deepEqual(
      output.map(({ type }) => type),
      ['message', 'compaction'],
    );
    const texts = decoded({ input: output }).messages.flatMap(({ content: parts }) =>
      parts.map((part) => (part.type === 'text' ? part.text : part.type)),
    );
    assert.equal(texts[0], 'Build it.');
    assert.match(texts[1] ?? '', /Built ü\.$/);
    assert.doesNotMatch(JSON.stringify(spliced({ input: output })), /compaction/);
  });
});

describe('marks in the prompt', () => {
  const BREAKPOINT = { prompt_cache_breakpoint: { mode: 'explicit' } };
  const content = [
    { type: 'input_text', text: 'Long.', ...BREAKPOINT },
    { type: 'input_image', image_url: 'https://x.test/a.png', detail: 'auto', ...BREAKPOINT },
    { type: 'input_file', file_id: 'file_1', ...BREAKPOINT },
  ];

  it('are read of whatever bears one, and come back', () => {
    const request = decoded({ input: [{ type: 'message', role: 'user', content }] });
    assert.deepEqual(
      request.messages[0]?.content.map(({ cache }) => cache),
      [{ ttl: null }, { ttl: null }, { ttl: null }],
    );
    assert.deepEqual(asObjects(encoded(request)['input'])[0]?.['content'], content);
  });

  it('of another dialect are breakpoints where those are known', () => {
    const { cache, ...bare } = { type: 'text', text: 'Long.', cache: { ttl: '1h' } } as const;
    const result = { type: 'tool-result', callId: 'c', name: null, kind: 'function', isError: false } as const;
    const foreign: ChatRequest = {
      ...decoded({}),
      messages: [
        { role: 'user', content: [{ ...bare, cache }], name: null },
        { role: 'tool', content: [{ ...result, content: [bare], cache }] },
      ],
      extensions: {},
    };
    const said = { type: 'input_text', text: 'Long.', ...BREAKPOINT };
    const sent = asObjects(encoded(foreign, { takes: ['prompt_cache_breakpoint'] })['input']);
    assert.deepEqual([sent[0]?.['content'], sent[1]?.['output']], [[said], [said]]);
    const unmarked = asObjects(encoded(foreign)['input']);
    assert.deepEqual(
      [unmarked[0]?.['content'], unmarked[1]?.['output']],
      [[{ type: 'input_text', text: 'Long.' }], 'Long.'],
    );
  });
});
