import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ChatRequest, GatewayError } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { decodeCountTokens, encodeCountTokens } from './count-tokens.ts';
import { decodeGenerate } from './decode-request.ts';

const HELLO = { role: 'user', parts: [{ text: 'Hi' }] };

function decode(body: JsonObject): ChatRequest {
  return decodeGenerate(body, 'gemini-2.5-flash', false);
}

describe('decodeRequest', () => {
  it('takes snake_case for camelCase at every level that is Google’s own', () => {
    const snake = decode({
      system_instruction: { parts: [{ text: 'Be brief.' }] },
      contents: [
        HELLO,
        { role: 'model', parts: [{ function_call: { name: 'f', args: { a_b: 1 } }, thought_signature: 'c2ln' }] },
        { role: 'user', parts: [{ function_response: { name: 'f', response: { a_b: 1 } } }] },
        { parts: [{ inline_data: { mime_type: 'image/png', data: '-_A=' } }, { file_data: { file_uri: 'gs://b/c' } }] },
      ],
      tools: [
        { function_declarations: [{ name: 'f', parameters_json_schema: { type: 'object' } }], code_execution: {} },
      ],
      tool_config: { function_calling_config: { mode: 'ANY', allowed_function_names: ['f'] } },
      generation_config: { max_output_tokens: 9, stop_sequences: ['x'], thinking_config: { thinking_budget: 0 } },
      service_tier: 'flex',
      safety_settings: [],
    });
    const camel = decode({
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      contents: [
        HELLO,
        { role: 'model', parts: [{ functionCall: { name: 'f', args: { a_b: 1 } }, thoughtSignature: 'c2ln' }] },
        { role: 'user', parts: [{ functionResponse: { name: 'f', response: { a_b: 1 } } }] },
        { parts: [{ inlineData: { mimeType: 'image/png', data: '+/A=' } }, { fileData: { fileUri: 'gs://b/c' } }] },
      ],
      tools: [{ functionDeclarations: [{ name: 'f', parametersJsonSchema: { type: 'object' } }], code_execution: {} }],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
      generationConfig: { maxOutputTokens: 9, stopSequences: ['x'], thinkingConfig: { thinkingBudget: 0 } },
      serviceTier: 'flex',
      safetySettings: [],
    });
    assert.deepEqual(snake, camel);
    assert.equal(camel.maxOutputTokens, 9);
    assert.deepEqual(camel.toolChoice, { type: 'tool', name: 'f' });
    assert.equal(camel.reasoning?.mode, 'off');
    assert.deepEqual(camel.extensions, { 'gemini-generate': { safetySettings: [] } });
  });

  it('takes a result that is told twice once, as Gemini CLI tells it after a break', () => {
    const call = { functionCall: { id: 'f_1', name: 'f', args: {} } };
    const result = (output: string) => ({ functionResponse: { id: 'f_1', name: 'f', response: { output } } });
    const told = (...outputs: string[]): number =>
      decode({
        contents: [HELLO, { role: 'model', parts: [call] }, { role: 'user', parts: outputs.map(result) }],
      }).messages.at(-1)?.content.length ?? 0;
    assert.equal(told('42', '42'), 1);
    assert.equal(told('42', '43'), 2);
  });

  it('takes types in capitals in a JSON Schema, as Gemini CLI writes them to choose a model', () => {
    const schema = { type: 'OBJECT', properties: { type: { type: 'STRING', enum: ['OBJECT'] } } };
    const config = { responseMimeType: 'application/json', responseJsonSchema: schema };
    const { output } = decode({ contents: [HELLO], generationConfig: config });
    assert.deepEqual(output.type === 'json-schema' && output.schema, {
      type: 'object',
      properties: { type: { type: 'string', enum: ['OBJECT'] } },
    });
  });

  it('numbers calls without an id through all turns, and finds whose results come back by name and order', () => {
    const call = (name: string, id?: string) => ({
      functionCall: { name, args: {}, ...(id === undefined ? {} : { id }) },
    });
    const result = (name: string, n: number, id?: string) => ({
      functionResponse: { name, response: { output: `${n}` }, ...(id === undefined ? {} : { id }) },
    });
    const { messages } = decode({
      contents: [
        HELLO,
        { role: 'model', parts: [call('a'), call('b'), call('a')] },
        { role: 'function', parts: [result('a', 1), result('a', 2), result('b', 3), { text: 'and?' }] },
        { role: 'model', parts: [call('a', 'mine'), call('a')] },
        { role: 'user', parts: [result('a', 4), result('a', 5, 'mine')] },
      ],
    });
    assert.deepEqual(
      messages.map(({ role }) => role),
      ['user', 'assistant', 'tool', 'user', 'assistant', 'tool'],
    );
    const ids = messages.flatMap((message): string[] =>
      message.role === 'system'
        ? []
        : message.content.flatMap((part) => {
            if (part.type === 'tool-call') return [part.id];
            return part.type === 'tool-result' ? [part.callId] : [];
          }),
    );
    assert.deepEqual(ids, [
      'call_0',
      'call_1',
      'call_2',
      'call_0',
      'call_2',
      'call_1',
      'mine',
      'call_4',
      'mine',
      'mine',
    ]);
  });

  it('reads outputs and errors of functions, and media among them', () => {
    const results = (response: JsonObject, parts: readonly JsonObject[] = []) => {
      const contents = [
        { role: 'model', parts: [{ functionCall: { name: 'f' } }] },
        { role: 'user', parts: [{ functionResponse: { name: 'f', response, parts } }] },
      ];
      const [, tool] = decode({ contents }).messages;
      const [part] = tool?.role === 'tool' ? tool.content : [];
      return [part?.isError, ...(part?.content ?? []).map((each) => (each.type === 'text' ? each.text : each.type))];
    };
    const png = { inlineData: { mimeType: 'image/png', data: 'AA==' } };
    assert.deepEqual(results({ output: 'fine' }), [false, 'fine']);
    assert.deepEqual(results({ error: 'broke' }), [true, 'broke']);
    assert.deepEqual(results({ error: { code: 7 } }), [true, '{"code":7}']);
    assert.deepEqual(results({ city: 'Rome' }), [false, '{"city":"Rome"}']);
    assert.deepEqual(results({ output: '{"a":1}' }), [false, '{"output":"{\\"a\\":1}"}']);
    assert.deepEqual(results({}, [png]), [false, 'image']);
  });

  it('functions in JSON Schema, whose types Gemini CLI writes in capitals', () => {
    const parametersJsonSchema = { type: 'OBJECT', properties: { type: { type: 'ARRAY', items: { type: 'STRING' } } } };
    const tools = [{ functionDeclarations: [{ name: 'f', parametersJsonSchema }] }];
    const [tool] = decode({ contents: [HELLO], tools }).tools;
    assert.deepEqual(tool?.type === 'function' && tool.parameters, {
      type: 'object',
      properties: { type: { type: 'array', items: { type: 'string' } } },
    });
    assert.deepEqual(tool?.type === 'function' && tool.extensions, { 'gemini-generate': { parametersJsonSchema } });
  });

  const MODES: readonly (readonly [JsonObject, unknown])[] = [
    [{ mode: 'AUTO' }, { type: 'auto' }],
    [{ mode: 'NONE' }, { type: 'none' }],
    [{ mode: 'ANY' }, { type: 'required' }],
    [
      { mode: 'any', allowedFunctionNames: ['a', 'b'] },
      { type: 'allowed', mode: 'required', names: ['a', 'b'] },
    ],
    [
      { mode: 'VALIDATED', allowedFunctionNames: ['a'] },
      { type: 'allowed', mode: 'auto', names: ['a'] },
    ],
    [{ mode: 'VALIDATED' }, { type: 'auto' }],
    [{}, null],
  ];
  for (const [functionCallingConfig, choice] of MODES) {
    it(`tool choice ${JSON.stringify(functionCallingConfig)}`, () =>
      assert.deepEqual(decode({ contents: [HELLO], toolConfig: { functionCallingConfig } }).toolChoice, choice));
  }

  const FORMATS: readonly (readonly [JsonObject, string])[] = [
    [{}, 'text'],
    [{ responseMimeType: 'application/json' }, 'json'],
    [{ responseMimeType: 'application/json', responseJsonSchema: { type: 'string' } }, 'json-schema'],
    [{ responseMimeType: 'application/json', responseSchema: { type: 'STRING' } }, 'json-schema'],
    [{ responseFormat: { text: { mimeType: 'APPLICATION_JSON', schema: { type: 'string' } } } }, 'json-schema'],
    [{ responseMimeType: 'text/x.enum', responseSchema: { type: 'STRING', enum: ['a'] } }, 'text'],
  ];
  for (const [generationConfig, type] of FORMATS) {
    it(`output ${JSON.stringify(generationConfig)}`, () => {
      const { output } = decode({ contents: [HELLO], generationConfig });
      assert.equal(output.type, type);
      if (output.type === 'json-schema') assert.deepEqual(output.schema, { type: 'string' });
    });
  }

  const REFUSED: readonly (readonly [JsonObject, string])[] = [
    [{ contents: [{ role: 'assistant', parts: [] }] }, 'contents[0].role'],
    [{ contents: [{ parts: [{ text: 1 }] }] }, 'contents[0].parts[0].text'],
    [
      { contents: [HELLO, { role: 'model', parts: [{ functionCall: { args: {} } }] }] },
      'contents[1].parts[0].functionCall.name',
    ],
    [
      { contents: [{ parts: [{ functionResponse: { name: 'f', response: {} } }] }] },
      'contents[0].parts[0].functionResponse',
    ],
    [{ contents: [HELLO], systemInstruction: { parts: [{ inlineData: {} }] } }, 'systemInstruction.parts[0].text'],
    [{ contents: [HELLO], systemInstruction: 'Be brief.' }, 'systemInstruction'],
    [{ contents: [HELLO], tools: [{ functionDeclarations: [{}] }] }, 'tools[0].functionDeclarations[0].name'],
    [{ contents: [HELLO], generationConfig: { temperature: 'hot' } }, 'generationConfig.temperature'],
  ];
  for (const [body, param] of REFUSED) {
    it(`refuses ${JSON.stringify(body)}`, () =>
      assert.throws(
        () => decode(body),
        (error) => error instanceof GatewayError && error.details.param === param && error.message.includes(param),
      ));
  }
});

describe('countTokens', () => {
  it('reads contents alone, beside the rest, and within a request', () => {
    const system = { systemInstruction: { parts: [{ text: 'Be brief.' }] } };
    const roles = (body: JsonObject) => decodeCountTokens(body, 'g').messages.map(({ role }) => role);
    assert.deepEqual(roles({ contents: [HELLO] }), ['user']);
    assert.deepEqual(roles({ contents: [HELLO], ...system }), ['system', 'user']);
    assert.deepEqual(roles({ generate_content_request: { contents: [HELLO], ...system } }), ['system', 'user']);
  });

  it('says how many there are', () => {
    assert.deepEqual(encodeCountTokens(12), {
      totalTokens: 12,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: 12 }],
    });
    assert.equal(encodeCountTokens(12, 5)['cachedContentTokenCount'], 5);
  });
});
