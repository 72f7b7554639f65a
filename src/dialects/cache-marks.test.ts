import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { asked } from '../../test/support/anthropic-wire.ts';
import { dialects } from '../../test/support/dialects.ts';
import { chatOf, receive, targetOf } from '../../test/support/translating.ts';
import type { ChatRequest, FunctionTool, Message, TextPart } from '../inference/index.ts';
import { isJsonObject } from '../std/index.ts';
import { withFewerCacheMarks } from './cache-marks.ts';

const MARK = { cache: { ttl: null } } as const;
const marked = (text: string): TextPart => ({ type: 'text', text, ...MARK });
const system = (text: string): Message => ({ role: 'system', rank: 'system', content: [marked(text)] });
const user = (...texts: readonly string[]): Message => ({ role: 'user', content: texts.map(marked), name: null });
const tool = (name: string): FunctionTool => ({
  ...{ type: 'function', name, description: null, parameters: null, strict: null, namespace: null },
  ...MARK,
});
const result = (text: string): Message => ({
  role: 'tool',
  content: [
    {
      type: 'tool-result',
      callId: 'c',
      name: null,
      kind: 'function',
      content: [marked(text)],
      isError: false,
      ...MARK,
    },
  ],
});

/** Names and texts of what still bears a mark; a result that does, as its call's id. */
function marksOf({ tools, messages }: Pick<ChatRequest, 'tools' | 'messages'>): readonly string[] {
  const found: string[] = [];
  const look = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(look);
    else if (isJsonObject(value)) {
      Object.values(value).forEach(look);
      if (value['cache'] !== undefined) found.push(String(value['name'] ?? value['text'] ?? value['callId']));
    }
  };
  look([tools, messages]);
  return found;
}

const CASES: readonly (readonly [what: string, said: Partial<ChatRequest>, kept: readonly string[]])[] = [
  ['four are left alone', { tools: [tool('t')], messages: [system('s'), user('a', 'b')] }, ['t', 's', 'a', 'b']],
  [
    'the end of the tools, of the instructions, and the last of the turns',
    { tools: [tool('t1'), tool('t2')], messages: [system('s1'), system('s2'), user('a'), user('b'), user('c')] },
    ['t2', 's2', 'b', 'c'],
  ],
  ['turns alone: the last four', { messages: [user('a', 'b', 'c'), user('d', 'e')] }, ['b', 'c', 'd', 'e']],
  [
    'few turns: more of the instructions',
    { tools: [tool('t')], messages: [system('s1'), system('s2'), system('s3'), user('a')] },
    ['t', 's2', 's3', 'a'],
  ],
  [
    'instructions within the conversation are a turn',
    { messages: [system('s'), user('a'), system('late'), user('b', 'c')] },
    ['s', 'late', 'b', 'c'],
  ],
  ['in results of tools, and on them', { messages: [user('a', 'b'), result('r'), user('d')] }, ['b', 'r', 'c', 'd']],
];

describe('cache marks', () => {
  for (const [what, said, kept] of CASES) {
    it(what, () => {
      const { request, warnings } = withFewerCacheMarks(asked(said));
      assert.deepEqual(marksOf(request), kept);
      assert.equal(warnings.length, marksOf(asked(said)).length > 4 ? 1 : 0);
    });
  }

  it('are never more than four, and all of them where they are no more; all else stays', () => {
    const texts = fc.array(fc.constantFrom('a', 'b'), { maxLength: 4 });
    const property = fc.property(texts, texts, texts, (ofTools, ofSystem, ofUser) => {
      const said = asked({ tools: ofTools.map(tool), messages: [...ofSystem.map(system), user(...ofUser)] });
      const { request } = withFewerCacheMarks(said);
      assert.equal(marksOf(request).length, Math.min(4, marksOf(said).length));
      const bare = (value: ChatRequest): unknown =>
        JSON.parse(JSON.stringify(value, (key, member) => (key === 'cache' ? undefined : member)));
      assert.deepEqual(bare(request), bare(said));
    });
    fc.assert(property, { seed: 20_261_124, numRuns: 200 });
  });
});

const blocks = (count: number, mark: object) => Array.from({ length: count }, (_, at) => ({ text: `${at}`, ...mark }));
const CHAT = {
  model: 'm',
  messages: [
    {
      role: 'user',
      content: blocks(6, { type: 'text', cache_control: { type: 'ephemeral' } }),
    },
  ],
};

describe('more marks than the upstream takes', () => {
  const client = dialects['openai-chat'];
  const request = chatOf(client).decodeRequest(receive(client, CHAT));
  const upstreams = [
    ['anthropic-messages', 'claude-sonnet-5', '"cache_control"'],
    ['bedrock-invoke', 'anthropic.claude-sonnet-5', '"cache_control"'],
    ['bedrock-converse', 'anthropic.claude-sonnet-5', '"cachePoint"'],
    ['bedrock-converse', 'amazon.nova-pro-v1:0', '"cachePoint"'],
  ] as const;
  for (const [id, model, mark] of upstreams) {
    it(`${id} of ${model} is sent four, and it is told`, () => {
      const { body, warnings } = chatOf(dialects[id]).encodeRequest(request, targetOf({ model }));
      assert.equal(JSON.stringify(body).split(mark).length - 1, 4);
      assert.deepEqual(warnings, [
        { field: 'cache_control', message: 'The upstream takes 4 marks: of 6 the last ones were kept.' },
      ]);
    });
  }

  it("openai-chat with marks in Anthropic's words is sent four of a foreign request", () => {
    const anthropic = dialects['anthropic-messages'];
    const foreign = chatOf(anthropic).decodeRequest(receive(anthropic, { ...CHAT, max_tokens: 9 }));
    const target = { ...targetOf({ model: 'm' }), takes: ['cache_control'] as const };
    const { body, warnings } = chatOf(client).encodeRequest(foreign, target);
    assert.equal(JSON.stringify(body).split('"cache_control"').length - 1, 4);
    assert.equal(warnings.length, 1);
  });

  it('without cache points there is nothing to be told', () => {
    const { body, warnings } = chatOf(dialects['bedrock-converse']).encodeRequest(
      request,
      targetOf({ model: 'meta.llama4' }),
    );
    assert.doesNotMatch(JSON.stringify(body), /cachePoint/);
    assert.deepEqual(warnings, []);
  });

  it("an Anthropic client's own are its own, and Anthropic's to refuse", () => {
    const anthropic = dialects['anthropic-messages'];
    const own = chatOf(anthropic).decodeRequest(receive(anthropic, { ...CHAT, max_tokens: 9 }));
    const { body, warnings } = chatOf(anthropic).encodeRequest(own, targetOf({ model: 'claude-sonnet-5' }));
    assert.equal(JSON.stringify(body).split('"cache_control"').length - 1, 6);
    assert.deepEqual(warnings, []);
  });
});
