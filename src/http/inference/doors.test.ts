import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DialectId } from '../../inference/index.ts';
import { findDoor } from './doors.ts';

type Expected = readonly [dialect: DialectId, model: string | null, stream: boolean | null, framing: string];

const cases: Readonly<Record<string, Expected>> = {
  '/v1/chat/completions': ['openai-chat', null, null, 'sse'],
  '/responses': ['openai-responses', null, null, 'sse'],
  '/openai/deployments/gpt%204/chat/completions?api-version=2024-10-21': ['openai-chat', 'gpt 4', null, 'sse'],
  '/engines/gpt-4o/chat/completions': ['openai-chat', 'gpt-4o', null, 'sse'],
  '/v1/engines/a%2Fb/embeddings': ['openai-embeddings', 'a/b', null, 'sse'],
  '/v1/messages?beta=true': ['anthropic-messages', null, null, 'sse'],
  '/anthropic/v1/messages': ['anthropic-messages', null, null, 'sse'],
  '/v1beta/models/gemini-2.5-pro:generateContent': ['gemini-generate', 'gemini-2.5-pro', false, 'sse'],
  '/v1/models/a%2Fb:streamGenerateContent': ['gemini-generate', 'a/b', true, 'json-array'],
  '/v1beta/models/sandbox/echo:generateContent': ['gemini-generate', 'sandbox/echo', false, 'sse'],
  '/gemini/v1beta/models/g:streamGenerateContent?key=x&alt=sse': ['gemini-generate', 'g', true, 'sse'],
  '/v1beta1/publishers/google/models/g:generateContent': ['gemini-generate', 'g', false, 'sse'],
  '/v1/projects/p/locations/l/publishers/google/models/g:generateContent': ['gemini-generate', 'g', false, 'sse'],
  '/v1beta/models/qwen3:latest:batchEmbedContents': ['gemini-batch-embed', 'qwen3:latest', false, 'sse'],
  '/v1/projects/p/locations/l/publishers/anthropic/models/claude@1:streamRawPredict': [
    'anthropic-messages',
    'claude@1',
    true,
    'sse',
  ],
  '/model/eu.anthropic.claude-v1%3A0/converse-stream': [
    'bedrock-converse',
    'eu.anthropic.claude-v1:0',
    true,
    'aws-event-stream',
  ],
  '/bedrock/model/m/invoke': ['bedrock-invoke', 'm', false, 'sse'],
  '/v1beta1/projects/p/locations/l/publishers/google/models/text-embedding-005:predict': [
    'vertex-embed',
    'text-embedding-005',
    false,
    'sse',
  ],
  '/model/amazon.titan-embed-text-v2%3A0/invoke': ['bedrock-titan-embed', 'amazon.titan-embed-text-v2:0', false, 'sse'],
  '/bedrock/model/us.cohere.embed-v4:0/invoke': ['bedrock-cohere-embed', 'us.cohere.embed-v4:0', false, 'sse'],
  '/api/embed': ['ollama-embed', null, null, 'ndjson'],
  '/api/embeddings': ['ollama-embeddings', null, null, 'ndjson'],
  '/api/chat': ['ollama-chat', null, null, 'ndjson'],
  '/v2/chat': ['cohere-chat', null, null, 'sse'],
};

for (const [target, [dialect, model, stream, framing]] of Object.entries(cases)) {
  test(target, () => {
    const mark = target.indexOf('?');
    const door = findDoor(mark === -1 ? target : target.slice(0, mark), mark === -1 ? '' : target.slice(mark));
    assert.deepEqual(door && [door.dialect, door.address], [dialect, { model, stream, framing }]);
  });
}

const none = [
  '/v1/models/g',
  '/v1/models/g:constructor',
  '/v1/models/g:predict',
  '/model/m/delete',
  '/v1/models/%zz:generateContent',
  '/openai/deployments/m/images',
  '/engines/m/search',
];
for (const path of none) test(`${path} is no door`, () => assert.equal(findDoor(path, ''), null));
