import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DialectId } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { type Wants, wantsOf } from './wants.ts';

const SCHEMA = { type: 'object' };
const FORMAT = ['response_format', 'structured_outputs'];

type Case = readonly [dialect: DialectId, what: string, body: JsonObject, wants: Partial<Wants>];

const turn = (...content: readonly JsonObject[]): JsonObject => ({ messages: [{ role: 'user', content }] });

const cases: readonly Case[] = [
  ['openai-chat', 'text', { messages: [{ role: 'user', content: 'hi' }] }, { inputs: [], outputs: ['text'] }],
  [
    'openai-chat',
    'every medium, each once',
    turn(
      { type: 'image_url' },
      { type: 'image_url' },
      { type: 'input_audio' },
      { type: 'file' },
      { type: 'video_url' },
    ),
    { inputs: ['image', 'audio', 'file', 'video'] },
  ],
  ['openai-chat', 'an answer that is spoken', { modalities: ['text', 'audio'] }, { outputs: ['text', 'audio'] }],
  [
    'openai-chat',
    'parameters',
    { seed: 1, max_completion_tokens: 5, stop: null, tools: [{}], tool_choice: 'auto', logprobs: false, user: 'u' },
    { parameters: ['seed', 'max_tokens', 'tools', 'tool_choice'] },
  ],
  ['openai-chat', 'no tools', { tools: [] }, { parameters: [] }],
  ['openai-chat', 'a schema', { response_format: { type: 'json_schema', json_schema: {} } }, { parameters: FORMAT }],
  ['openai-chat', 'JSON', { response_format: { type: 'json_object' } }, { parameters: ['response_format'] }],
  ['openai-chat', 'text as its format', { response_format: { type: 'text' } }, { parameters: [] }],
  [
    'openai-responses',
    'what tools and callers show',
    {
      input: [
        { role: 'user', content: [{ type: 'input_image' }, { type: 'input_file' }] },
        { type: 'function_call_output', output: [{ type: 'input_image' }] },
      ],
      text: { format: { type: 'json_schema' }, verbosity: 'low' },
      reasoning: { effort: 'low' },
      max_output_tokens: 5,
    },
    { inputs: ['image', 'file'], parameters: [...FORMAT, 'verbosity', 'reasoning', 'max_tokens'] },
  ],
  [
    'anthropic-messages',
    'a screenshot in a result, a PDF, and a document that is written out',
    turn(
      { type: 'tool_result', content: [{ type: 'image' }] },
      { type: 'document', source: { type: 'text', data: 'x' } },
      { type: 'document', source: { type: 'base64' } },
    ),
    { inputs: ['image', 'file'] },
  ],
  [
    'anthropic-messages',
    'parameters',
    {
      max_tokens: 5,
      stop_sequences: ['x'],
      thinking: { type: 'enabled' },
      output_config: { format: { type: 'json_schema' } },
    },
    { parameters: ['max_tokens', 'stop', 'reasoning', ...FORMAT] },
  ],
  ['anthropic-messages', 'thinking switched off', { thinking: { type: 'disabled' } }, { parameters: [] }],
  [
    'gemini-generate',
    'media by their type, in both spellings',
    {
      contents: [
        { parts: [{ inlineData: { mimeType: 'image/png' } }, { inline_data: { mime_type: 'audio/wav' } }] },
        { parts: [{ file_data: { mime_type: 'application/pdf' } }, { fileData: { mimeType: 'video/mp4' } }] },
        { parts: [{ inlineData: { mimeType: 'text/plain' } }, { text: 'x' }] },
      ],
    },
    { inputs: ['image', 'audio', 'file', 'video'] },
  ],
  [
    'gemini-generate',
    'parameters and an image',
    {
      tools: [{}],
      generation_config: {
        top_k: 1,
        max_output_tokens: 5,
        response_schema: SCHEMA,
        response_modalities: ['TEXT', 'IMAGE'],
      },
    },
    { outputs: ['text', 'image'], parameters: ['tools', 'top_k', 'max_tokens', ...FORMAT] },
  ],
  [
    'bedrock-converse',
    'blocks and configuration',
    {
      ...turn({ image: { format: 'png' } }, { toolResult: { content: [{ document: { name: 'x' } }] } }),
      inferenceConfig: { maxTokens: 5, topP: 1 },
      toolConfig: { tools: [{}], toolChoice: { any: {} } },
    },
    { inputs: ['image', 'file'], parameters: ['tools', 'tool_choice', 'max_tokens', 'top_p'] },
  ],
  [
    'cohere-chat',
    'an image and a schema',
    { ...turn({ type: 'image_url' }), p: 0.5, k: 3, response_format: { type: 'json_object', json_schema: SCHEMA } },
    { inputs: ['image'], parameters: ['top_p', 'top_k', ...FORMAT] },
  ],
  [
    'ollama-chat',
    'images, a schema, options',
    {
      messages: [{ content: 'x', images: ['aGk='] }],
      format: SCHEMA,
      think: false,
      options: { num_predict: 5, seed: 1 },
    },
    { inputs: ['image'], parameters: [...FORMAT, 'max_tokens', 'seed'] },
  ],
  [
    'ollama-generate',
    'images',
    { prompt: 'x', images: ['aGk='], format: 'json' },
    { inputs: ['image'], parameters: ['response_format'] },
  ],
  ['openai-embeddings', 'a vector', { input: ['x'] }, { inputs: [], outputs: ['embedding'], parameters: [] }],
  ['cohere-embed', 'a vector of an image', { inputs: [{ content: [{ type: 'image_url' }] }] }, { inputs: ['image'] }],
];

for (const [dialect, what, body, wanted] of cases)
  test(`${dialect}: ${what}`, () => {
    const wants = wantsOf({ dialect, body });
    for (const name of ['inputs', 'outputs', 'parameters'] as const)
      if (wanted[name] !== undefined) assert.deepEqual(wants[name], wanted[name]);
  });
