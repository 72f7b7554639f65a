import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dialects } from '../../../test/support/dialects.ts';
import { chatOf, receive, targetOf } from '../../../test/support/translating.ts';
import type { DialectId } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';

const SEARCH = { type: 'web_search_20250305', name: 'web_search', max_uses: 8 };
const BASH = { name: 'Bash', input_schema: { type: 'object', properties: {} } };
const FETCH = { type: 'web_fetch_20250910', name: 'web_fetch' };

/** As Claude Code asks for a search, here and there with more tools than it has then. */
function ask(upstream: DialectId, tools: readonly JsonObject[], name: string) {
  const client = dialects['anthropic-messages'];
  const body = {
    ...{ model: 'm', max_tokens: 99, tools, tool_choice: { type: 'tool', name } },
    messages: [{ role: 'user', content: 'Search.' }],
  };
  const request = chatOf(client).decodeRequest(receive(client, body));
  const { body: sent, warnings } = chatOf(dialects[upstream]).encodeRequest(request, targetOf(request));
  return { sent, json: JSON.stringify(sent), fields: warnings.map(({ field }) => field) };
}

describe('a tool of the provider that must be called', () => {
  it('Responses is told so in its own words', () => {
    const alone = ask('openai-responses', [SEARCH], 'web_search');
    assert.deepEqual([alone.sent['tool_choice'], alone.fields], ['required', []]);
    const among = ask('openai-responses', [BASH, SEARCH], 'web_search');
    assert.deepEqual(among.sent['tool_choice'], {
      type: 'allowed_tools',
      mode: 'required',
      tools: [{ type: 'web_search' }],
    });
    const unknown = ask('openai-responses', [BASH, FETCH], 'web_fetch');
    assert.equal(unknown.sent['tool_choice'], 'auto');
    assert.ok(unknown.fields.includes('tool_choice'));
  });

  it('Anthropic and Claude on Bedrock are, as the client has it', () => {
    for (const id of ['anthropic-messages', 'bedrock-invoke'] as const)
      assert.match(ask(id, [BASH, SEARCH], 'web_search').json, /"tool_choice":\{"type":"tool","name":"web_search"\}/);
  });

  for (const id of ['openai-chat', 'gemini-generate', 'bedrock-converse', 'cohere-chat', 'ollama-chat'] as const) {
    it(`${id} cannot be told: the model decides, and no function of that name is demanded`, () => {
      const { json, fields } = ask(id, [BASH, SEARCH], 'web_search');
      assert.doesNotMatch(json, /web_search|"ANY"|"REQUIRED"|"required"/);
      assert.match(json, /"Bash"/);
      assert.ok(fields.includes('toolChoice'), fields.join());
    });
  }

  it('a function of that name comes before it', () => {
    const own = { ...BASH, name: 'web_search' };
    const { json, fields } = ask('openai-chat', [own], 'web_search');
    assert.match(json, /"tool_choice":\{"type":"function","function":\{"name":"web_search"\}\}/);
    assert.deepEqual(fields, []);
  });
});
