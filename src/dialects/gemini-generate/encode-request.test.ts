import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChatRequest, ContentPart, FunctionTool, Message, Seal, ToolResultPart } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { EncodedRequest } from '../dialect.ts';
import { encodeRequest } from './encode-request.ts';

const SAMPLING = {
  temperature: null,
  topP: null,
  topK: null,
  minP: null,
  presencePenalty: null,
  frequencyPenalty: null,
  repetitionPenalty: null,
  seed: null,
  stop: [],
  logitBias: null,
  logprobs: null,
  topLogprobs: null,
  n: 1,
} as const;

const REQUEST: ChatRequest = {
  model: 'gemini',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }], name: null }],
  tools: [],
  toolChoice: null,
  parallelToolCalls: null,
  output: { type: 'text' },
  reasoning: null,
  sampling: SAMPLING,
  maxOutputTokens: null,
  verbosity: null,
  modalities: null,
  stream: false,
  endUser: null,
  cacheKey: null,
  serviceTier: null,
  metadata: null,
};

function encode(request: Partial<ChatRequest>, model = 'gemini-3-flash'): EncodedRequest {
  const facts = { maxOutput: null, thinking: null, takesSampling: null };
  return encodeRequest({ ...REQUEST, ...request }, { model, maxOutputTokens: null, outputLimit: 'max_tokens', facts });
}

function contentsOf(messages: readonly Message[], model?: string): readonly JsonObject[] {
  return encode({ messages }, model).body['contents'] as readonly JsonObject[];
}

const user = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }], name: null });
const system = (text: string): Message => ({ role: 'system', rank: 'system', content: [{ type: 'text', text }] });
const assistant = (...content: ContentPart[]): Message => ({ role: 'assistant', content, name: null });
const call = (id: string, seal?: Seal): ContentPart => ({
  type: 'tool-call',
  id,
  name: 'f',
  kind: 'function',
  namespace: null,
  input: '{"a":1}',
  ...(seal === undefined ? {} : { seal }),
});
const thought = (text: string, seal: Seal | null): ContentPart => ({ type: 'reasoning', text, isSummary: true, seal });
const sealed = (format: Seal['format'], value: string): Seal => ({ format, value, isWhole: false, id: null });
const result = (callId: string, content: readonly ContentPart[], isError = false): ToolResultPart => ({
  type: 'tool-result',
  callId,
  name: null,
  kind: 'function',
  content,
  isError,
});
const png: ContentPart = {
  type: 'image',
  media: { kind: 'base64', base64: 'iVBORw0KGgo=' },
  mediaType: null,
  detail: null,
};

describe('encodeRequest: turns', () => {
  it('instructions stand in front; those from the middle do with a warning', () => {
    const { body, warnings } = encode({ messages: [system('A'), user('Hi'), system('B')] });
    assert.deepEqual(body, {
      systemInstruction: { parts: [{ text: 'A' }, { text: 'B' }] },
      contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
    });
    assert.deepEqual(
      warnings.map(({ field }) => field),
      ['messages[2]'],
    );
    assert.deepEqual(encode({ messages: [system('A')] }).body, {
      systemInstruction: { parts: [{ text: 'A' }] },
      contents: [{ role: 'user', parts: [{ text: '' }] }],
    });
  });

  const functionCall = { name: 'f', args: { a: 1 } };
  it('the first of a step’s calls by another model bears the word that stands for a signature', () => {
    const [turn] = contentsOf([assistant(call('1'), call('2'))]);
    assert.deepEqual(turn?.['parts'], [
      { functionCall: { id: '1', ...functionCall }, thoughtSignature: 'skip_thought_signature_validator' },
      { functionCall: { id: '2', ...functionCall } },
    ]);
  });

  for (const model of ['gemini-2.5-pro', 'gemma-3-27b']) {
    it(`${model} wants no signature`, () => {
      const [turn] = contentsOf([assistant(call('1'))], model);
      assert.deepEqual(turn?.['parts'], [{ functionCall: { id: '1', ...functionCall } }]);
    });
  }

  it('a signature that a client could only keep at the thought goes back to the call', () => {
    const [turn] = contentsOf([assistant(thought('Hm.', sealed('google-gemini-v1', 'c2ln')), call('1'))]);
    assert.deepEqual(turn?.['parts'], [
      { text: 'Hm.', thought: true },
      { functionCall: { id: '1', ...functionCall }, thoughtSignature: 'c2ln' },
    ]);
  });

  it('signatures of calls and texts stay where they are; thoughts of other makers are left out', () => {
    const seal = sealed('google-gemini-v1', 'c2ln');
    const text: ContentPart = { type: 'text', text: 'Yes', seal };
    const [turn] = contentsOf([assistant(thought('Hm.', sealed('anthropic-claude-v1', 'x')), text, call('1', seal))]);
    assert.deepEqual(turn?.['parts'], [
      { text: 'Yes', thoughtSignature: 'c2ln' },
      { functionCall: { id: '1', ...functionCall }, thoughtSignature: 'c2ln' },
    ]);
  });

  it('results go together into one turn, named after their calls', () => {
    const text = (value: string): ContentPart => ({ type: 'text', text: value });
    const messages: Message[] = [
      assistant(call('1'), call('2'), call('3')),
      { role: 'tool', content: [result('1', [text('sunny')])] },
      { role: 'tool', content: [result('2', [text('{"t":20}')]), result('3', [text('broke')], true)] },
      user('And?'),
    ];
    assert.deepEqual(contentsOf(messages).slice(1), [
      {
        role: 'user',
        parts: [
          { functionResponse: { id: '1', name: 'f', response: { output: 'sunny' } } },
          { functionResponse: { id: '2', name: 'f', response: { t: 20 } } },
          { functionResponse: { id: '3', name: 'f', response: { error: 'broke' } } },
        ],
      },
      { role: 'user', parts: [{ text: 'And?' }] },
    ]);
  });

  it('media stand within a result for Gemini 3, beside it for those before', () => {
    const messages: Message[] = [assistant(call('1')), { role: 'tool', content: [result('1', [png])] }];
    const image = { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } };
    const response = { id: '1', name: 'f', response: {} };
    assert.deepEqual(contentsOf(messages)[1]?.['parts'], [{ functionResponse: { ...response, parts: [image] } }]);
    assert.deepEqual(contentsOf(messages, 'gemini-2.5-pro')[1]?.['parts'], [{ functionResponse: response }, image]);
  });

  const MEDIA: readonly (readonly [ContentPart, JsonObject | null])[] = [
    [png, { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } }],
    [
      { type: 'image', media: { kind: 'url', url: 'https://x.y/a.webp?s=1' }, mediaType: null, detail: 'low' },
      { fileData: { mimeType: 'image/webp', fileUri: 'https://x.y/a.webp?s=1' } },
    ],
    [
      { type: 'audio', media: { kind: 'base64', base64: 'AA==' }, format: 'mp3', transcript: null },
      { inlineData: { mimeType: 'audio/mp3', data: 'AA==' } },
    ],
    [
      { type: 'file', media: { kind: 'file-id', id: 'gs://bucket/a' }, mediaType: 'text/plain', name: null },
      { fileData: { mimeType: 'text/plain', fileUri: 'gs://bucket/a' } },
    ],
    [{ type: 'file', media: { kind: 'file-id', id: 'file-abc' }, mediaType: null, name: null }, null],
    [{ type: 'opaque', dialect: 'anthropic-messages', name: 'container_upload', raw: {} }, null],
  ];
  for (const [part, written] of MEDIA) {
    it(`${part.type} ${JSON.stringify(written)}`, () => {
      const content: ContentPart[] = [{ type: 'text', text: 'See' }, part];
      const { body, warnings } = encode({ messages: [{ role: 'user', content, name: null }] });
      const [turn] = body['contents'] as readonly JsonObject[];
      assert.deepEqual(turn?.['parts'], [{ text: 'See' }, ...(written === null ? [] : [written])]);
      assert.equal(warnings.length, written === null ? 1 : 0);
    });
  }
});

describe('encodeRequest: wishes', () => {
  it('sampling in Google’s names, and what it has no word for as warnings', () => {
    const sampling = {
      ...SAMPLING,
      temperature: 0,
      topK: 3,
      seed: 7,
      stop: ['a', 'b', 'c', 'd', 'e', 'f'],
      logprobs: true,
      topLogprobs: 2,
      n: 2,
      minP: 0.1,
      logitBias: {},
    };
    const { body, warnings } = encode({ sampling, parallelToolCalls: false, verbosity: 'low', endUser: 'me' });
    assert.deepEqual(body['generationConfig'], {
      temperature: 0,
      topK: 3,
      seed: 7,
      stopSequences: ['a', 'b', 'c', 'd', 'e'],
      responseLogprobs: true,
      logprobs: 2,
      candidateCount: 2,
    });
    const fields = ['sampling.stop', 'sampling.minP', 'sampling.logitBias', 'parallelToolCalls', 'verbosity'];
    assert.deepEqual(
      warnings.map(({ field }) => field),
      fields,
    );
  });

  it('schemas of outputs as JSON Schema, of functions in the subset if that says all', () => {
    const schema = { type: 'object', properties: { a: { const: 'x' } }, additionalProperties: false };
    const free = { type: 'object', additionalProperties: { type: 'string' } };
    const tool = (name: string, parameters: JsonObject | null) =>
      ({ type: 'function', name, description: null, parameters, strict: true, namespace: null }) as const;
    const { body, warnings } = encode({
      output: { type: 'json-schema', name: 'n', description: null, schema, strict: true },
      tools: [
        tool('exact', schema),
        tool('short', { type: 'object', properties: { a: { const: 'x' } } }),
        { type: 'server', service: 'web-search', dialect: 'anthropic-messages', name: 'web_search_20250305', raw: {} },
        tool('free', free),
        tool('none', null),
        tool('empty', { type: 'object', properties: {} }),
      ],
      toolChoice: { type: 'allowed', mode: 'auto', names: ['exact'] },
      serviceTier: 'default',
      modalities: ['text', 'image'],
    });
    assert.deepEqual(body['tools'], [
      {
        functionDeclarations: [
          { name: 'exact', parametersJsonSchema: { ...schema, properties: { a: { enum: ['x'] } } } },
          { name: 'short', parameters: { type: 'OBJECT', properties: { a: { type: 'STRING', enum: ['x'] } } } },
          { name: 'free', parametersJsonSchema: free },
          { name: 'none' },
          { name: 'empty' },
        ],
      },
      { googleSearch: {} },
    ]);
    assert.deepEqual(body['toolConfig'], {
      functionCallingConfig: { mode: 'VALIDATED', allowedFunctionNames: ['exact'] },
      includeServerSideToolInvocations: true,
    });
    assert.deepEqual(body['generationConfig'], {
      responseMimeType: 'application/json',
      responseJsonSchema: { ...schema, properties: { a: { enum: ['x'] } } },
      responseModalities: ['TEXT', 'IMAGE'],
    });
    assert.equal(body['serviceTier'], 'standard');
    assert.deepEqual(
      warnings.map(({ field }) => field),
      ['tools.strict'],
    );
  });

  const search = {
    type: 'server',
    service: 'web-search',
    dialect: 'openai-responses',
    name: 'web_search',
    raw: {},
  } as const;
  const look: FunctionTool = {
    ...{ type: 'function', name: 'look', description: null, parameters: null, strict: null, namespace: null },
  };

  it('Google’s own tools beside functions: from Gemini 3 on, with a word that clients of others do not know', () => {
    const tools = [look, search];
    const newest = encode({ tools, toolChoice: { type: 'auto' } }, 'gemini-3-flash-preview');
    assert.deepEqual(newest.body['tools'], [{ functionDeclarations: [{ name: 'look' }] }, { googleSearch: {} }]);
    assert.deepEqual(newest.body['toolConfig'], { includeServerSideToolInvocations: true });
    const older = encode({ tools, toolChoice: { type: 'auto' } }, 'gemini-2.5-pro');
    assert.deepEqual(older.body['tools'], [{ functionDeclarations: [{ name: 'look' }] }]);
    assert.deepEqual(older.body['toolConfig'], { functionCallingConfig: { mode: 'AUTO' } });
    assert.deepEqual(older.warnings, [
      { field: 'tools[1]', message: 'gemini-2.5-pro runs no tools beside functions: web_search was left out.' },
    ]);
    const alone = encode({ tools: [search] }, 'gemini-2.5-pro');
    assert.deepEqual([alone.body['tools'], alone.body['toolConfig']], [[{ googleSearch: {} }], undefined]);
  });

  it('what Google does not heed in the schema of an output is sent, and told of once', () => {
    const name = { type: 'string', pattern: '^a', minLength: 1 };
    const schema = { type: 'object', properties: { name, other: name }, not: { required: ['b'] } };
    const { body, warnings } = encode({
      output: { type: 'json-schema', name: null, description: null, schema, strict: true },
    });
    assert.deepEqual(body['generationConfig'], {
      responseMimeType: 'application/json',
      responseJsonSchema: schema,
    });
    assert.deepEqual(warnings, [
      {
        field: 'output.schema',
        message: 'Google is not known to heed pattern, minLength, not in a schema: sent, not enforced.',
      },
    ]);
  });

  it('a tool of free text as a function of one text; tools of other providers not at all, with a warning', () => {
    const { body, warnings, renamed } = encode({
      tools: [
        {
          type: 'custom',
          name: 'patch',
          description: 'd',
          grammar: { syntax: 'lark', definition: 'x' },
          namespace: null,
        },
        { type: 'server', service: 'other', dialect: 'openai-responses', name: 'mcp', raw: {} },
      ],
      messages: [assistant({ ...call('1'), name: 'patch', kind: 'custom', input: '{}' } as ContentPart)],
    });
    const parameters = { type: 'OBJECT', properties: { input: { type: 'STRING' } }, required: ['input'] };
    const description = 'd\n\n`input` must match this Lark grammar:\nx';
    assert.deepEqual(body['tools'], [{ functionDeclarations: [{ name: 'patch', description, parameters }] }]);
    assert.deepEqual(
      warnings.map(({ field }) => field),
      ['tools.format', 'tools[1]'],
    );
    assert.deepEqual(renamed?.get('patch'), { name: 'patch', namespace: null, kind: 'custom' });
    assert.match(JSON.stringify(body['contents']), /"args":\{"input":"\{\}"\}/);
  });

  it('names that Google refuses in letters that it takes, wherever they stand', () => {
    const name = '7 days:'.padEnd(70, 'x');
    const sent = `_7_days_${'x'.repeat(56)}`;
    const tool = {
      type: 'function',
      name,
      description: null,
      parameters: null,
      strict: null,
      namespace: null,
    } as const;
    const { body, renamed } = encode({
      tools: [tool, { ...tool, name: 'f', namespace: 'mcp__a' }],
      toolChoice: { type: 'tool', name },
      messages: [
        assistant({ ...call('1'), name } as ContentPart),
        { role: 'tool', content: [{ ...result('1', []), name }] },
      ],
    });
    assert.deepEqual(body['tools'], [{ functionDeclarations: [{ name: sent }, { name: 'mcp__a__f' }] }]);
    assert.deepEqual(body['toolConfig'], { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: [sent] } });
    assert.equal(JSON.stringify(body['contents']).split(sent).length, 3);
    assert.deepEqual(
      [...(renamed ?? [])],
      [
        [sent, { name, namespace: null, kind: 'function' }],
        ['mcp__a__f', { name: 'f', namespace: 'mcp__a', kind: 'function' }],
      ],
    );
  });
});
