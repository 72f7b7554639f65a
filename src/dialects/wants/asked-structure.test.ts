import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../../std/index.ts';
import { askedStructure } from './asked-structure.ts';

const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const bedrock = { textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: JSON.stringify(schema) } } } };

describe('the schema that an answer is to fit', () => {
  const cases: readonly (readonly [of: string, body: JsonObject, found: JsonObject | null])[] = [
    [
      'OpenAI chat',
      { response_format: { type: 'json_schema', json_schema: { name: 'x', strict: true, schema } } },
      schema,
    ],
    ['OpenAI chat without a schema', { response_format: { type: 'json_schema', json_schema: { name: 'x' } } }, {}],
    ['OpenAI chat, any object', { response_format: { type: 'json_object' } }, { type: 'object' }],
    ['OpenAI chat, text', { response_format: { type: 'text' } }, null],
    ['Responses', { text: { format: { type: 'json_schema', name: 'x', schema }, verbosity: 'low' } }, schema],
    ['Responses, text', { text: { verbosity: 'low' } }, null],
    ['Anthropic', { output_config: { format: { type: 'json_schema', schema }, effort: 'low' } }, schema],
    ["Anthropic's beta", { output_format: { type: 'json_schema', schema } }, schema],
    ['Cohere', { response_format: { type: 'json_object', json_schema: schema } }, schema],
    ['Cohere, in its older word', { response_format: { type: 'json_object', schema } }, schema],
    ['Gemini', { generationConfig: { responseMimeType: 'application/json', responseSchema: schema } }, schema],
    ['Gemini, in the other spelling', { generation_config: { response_json_schema: schema } }, schema],
    ['Gemini, any JSON', { generationConfig: { responseMimeType: 'application/json' } }, {}],
    ['Gemini, text', { generationConfig: { temperature: 1 } }, null],
    ['Bedrock', { outputConfig: bedrock }, schema],
    ['Ollama', { format: schema }, schema],
    ['Ollama, any JSON', { format: 'json' }, {}],
    ['nobody', { messages: [] }, null],
  ];
  for (const [of, body, found] of cases) it(`is found for ${of}`, () => assert.deepEqual(askedStructure(body), found));
});
