import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../std/index.ts';
import { declaredTools, hasTools } from './declared-tools.ts';

const schema = { type: 'object', properties: {} };
const bodies: Readonly<Record<string, JsonObject>> = {
  'openai-chat': { tools: [{ type: 'function', function: { name: 'look', parameters: schema } }] },
  'openai-responses': { tools: [{ type: 'function', name: 'look', parameters: schema }] },
  'anthropic-messages': { tools: [{ name: 'look', input_schema: schema }] },
  'gemini-generate': { tools: [{ functionDeclarations: [{ name: 'look', parametersJsonSchema: schema }] }] },
  'bedrock-converse': { toolConfig: { tools: [{ toolSpec: { name: 'look', inputSchema: { json: schema } } }] } },
};

for (const [dialect, body] of Object.entries(bodies))
  test(`tools of ${dialect} are found with their schemas`, () => {
    assert.equal(hasTools(body), true);
    const { schemas, hasOthers } = declaredTools(body);
    assert.deepEqual([[...schemas], hasOthers], [[['look', schema]], false]);
  });

test('tools of the provider have names that are not there', () => {
  for (const tool of [
    { type: 'web_search_20250305', name: 'web_search' },
    { type: 'mcp', server_url: 'https://mcp.example' },
    { googleSearch: {} },
  ])
    assert.equal(declaredTools({ tools: [tool] }).hasOthers, true, JSON.stringify(tool));
  assert.equal(hasTools({ messages: [] }), false);
});
