import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { StreamPart } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { responseOfStream } from '../response-of-stream.ts';
import { decodeChatResponse } from './decode-response.ts';
import { decodeChatStream } from './decode-stream.ts';

const SEED = 20_261_124;
const DONE = '[DONE]';

function decode(...events: (JsonObject | string)[]): readonly StreamPart[] {
  const { push, end } = decodeChatStream();
  const parts = events.flatMap((event) =>
    push({ name: null, data: typeof event === 'string' ? event : JSON.stringify(event) }),
  );
  return [...parts, ...end()];
}

function delta(words: JsonObject, finish: string | null = null): JsonObject {
  return { id: 'chatcmpl-1', model: 'm', created: 1, choices: [{ index: 0, delta: words, finish_reason: finish }] };
}

function saidIn(parts: readonly StreamPart[]): unknown {
  const [choice] = responseOfStream(parts).choices;
  return choice?.content.map((part) => {
    if (part.type === 'tool-call') return [part.id, part.name, part.input];
    return [part.type, 'text' in part ? part.text : null];
  });
}

const call = (id: string | null, name: string | null, input: string, index?: number): JsonObject => ({
  tool_calls: [
    {
      ...(index === undefined ? {} : { index }),
      ...(id === null ? {} : { id }),
      function: { ...(name === null ? {} : { name }), arguments: input },
    },
  ],
});

const QUIRKS: readonly (readonly [string, readonly JsonObject[], unknown])[] = [
  ['no role first', [delta({ content: 'a' }), delta({ content: 'b' }, 'stop')], [['text', 'ab']]],
  ['more after the finish', [delta({ content: 'a' }, 'stop'), delta({ content: 'b' })], [['text', 'ab']]],
  ['no delta', [delta({ content: 'a' }), { choices: [{ index: 0, finish_reason: 'stop' }] }], [['text', 'a']]],
  [
    'content as a list, as Mistral thinks',
    [
      delta({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }] }),
      delta({ content: [{ type: 'text', text: 'a' }] }, 'stop'),
    ],
    [
      ['reasoning', 'hm'],
      ['text', 'a'],
    ],
  ],
  [
    'two spellings of a thought at once',
    [
      delta({ reasoning: 'hm', reasoning_details: [{ type: 'reasoning.text', text: 'hm', index: 0 }] }),
      delta({ reasoning: '!', reasoning_content: '!' }),
      delta({ content: 'a' }, 'stop'),
    ],
    [
      ['reasoning', 'hm!'],
      ['text', 'a'],
    ],
  ],
  [
    'calls side by side',
    [
      delta(call('a', 'f', '', 0)),
      delta(call('b', 'g', '', 1)),
      delta(call(null, null, '1', 0)),
      delta(call(null, null, '2', 1), 'tool_calls'),
    ],
    [
      ['a', 'f', '1'],
      ['b', 'g', '2'],
    ],
  ],
  [
    'calls without an index',
    [delta(call('a', 'f', '{')), delta(call(null, null, '}')), delta(call('b', 'g', '2'), 'stop')],
    [
      ['a', 'f', '{}'],
      ['b', 'g', '2'],
    ],
  ],
  [
    'calls that all have the index 0',
    [delta(call('a', 'f', '1', 0)), delta(call('b', 'g', '2', 0), 'stop')],
    [
      ['a', 'f', '1'],
      ['b', 'g', '2'],
    ],
  ],
  [
    'null for no arguments',
    [delta(call('a', 'f', 'null', 0)), delta(call('b', 'g', '{"x":', 1)), delta(call(null, null, 'null', 1), 'stop')],
    [
      ['a', 'f', ''],
      ['b', 'g', '{"x":null'],
    ],
  ],
  [
    'a call whose id and name come again',
    [delta(call('a', 'f', '1', 0)), delta(call('a', 'f', '2', 0), 'tool_calls')],
    [['a', 'f', '12']],
  ],
  ['a call without an id', [delta(call(null, 'f', '1', 0), 'tool_calls')], [['call_chatcmpl1_0_0', 'f', '1']]],
  [
    'a call whose input comes before its name',
    [delta(call('a', null, '1', 0)), delta(call(null, 'f', '2', 0), 'tool_calls')],
    [['a', 'f', '12']],
  ],
  [
    'the old call',
    [
      delta({ function_call: { name: 'f', arguments: '' } }),
      delta({ function_call: { arguments: '1' } }, 'function_call'),
    ],
    [['call_chatcmpl1_0_0', 'f', '1']],
  ],
];

describe('openai-chat: streams as they come', () => {
  for (const [name, events, expected] of QUIRKS) {
    it(name, () => {
      const parts = decode(...events, DONE);
      assert.deepEqual(saidIn(parts), expected);
      assert.equal(parts.at(-1)?.type, 'end');
    });
  }

  it('begins with what has choices: the first chunk of Azure is about the prompt', () => {
    const [start] = decode({ id: '', model: '', choices: [], prompt_filter_results: [] }, delta({ content: 'a' }));
    assert.deepEqual(start, { type: 'start', id: 'chatcmpl-1', model: 'm', createdS: 1, serviceTier: null });
  });

  it('ends without [DONE] only if each choice has', () => {
    const types = (...events: JsonObject[]) => decode(...events).at(-1)?.type;
    assert.equal(types(delta({ content: 'a' }, 'stop')), 'end');
    assert.equal(types(delta({ content: 'a' })), 'delta');
    assert.equal(types(delta({ content: 'a' }, 'stop'), { choices: [{ index: 1, delta: { content: 'b' } }] }), 'delta');
  });

  it('takes usage from wherever it is, the last one counting', () => {
    const usage = (count: number) => ({ prompt_tokens: 1, completion_tokens: count });
    const used = (...events: JsonObject[]) => responseOfStream(decode(...events, DONE)).usage?.outputTokens;
    assert.equal(used({ ...delta({ content: 'a' }, 'stop'), usage: usage(1) }, { choices: [], usage: usage(2) }), 2);
    assert.equal(used({ ...delta({ content: 'a' }, 'stop'), x_groq: { usage: usage(3) } }), 3);
  });

  it('breaks off with an error, and says nothing after it', () => {
    const error = { message: 'Token limit reached', code: 400 };
    const parts = decode(delta({ content: 'a' }), { error, choices: [] }, delta({ content: 'b' }, 'stop'), DONE);
    assert.deepEqual(parts.at(-1), { type: 'error', message: 'Token limit reached', code: null, status: 400 });
  });

  it('puts a seal where it belongs', () => {
    const sealed = (...words: JsonObject[]) => {
      const parts = decode(...words.map((each) => delta(each)), delta({}, 'stop'), DONE);
      return responseOfStream(parts).choices[0]?.content.map((part) => [
        part.type,
        'seal' in part ? part.seal?.value : null,
      ]);
    };
    const gemini = {
      reasoning_details: [{ type: 'reasoning.encrypted', data: 'S', format: 'google-gemini-v1', index: 0 }],
    };
    const claude = {
      reasoning_details: [{ type: 'reasoning.text', signature: 'S', format: 'anthropic-claude-v1', index: 0 }],
    };
    const thought = { reasoning_details: [{ type: 'reasoning.text', text: 'hm', index: 0 }] };
    assert.deepEqual(sealed({ content: 'a' }, gemini), [['text', 'S']]);
    assert.deepEqual(sealed(gemini, call('a', 'f', '1', 0)), [['tool-call', 'S']]);
    assert.deepEqual(sealed(thought, claude, { content: 'a' }), [
      ['reasoning', 'S'],
      ['text', null],
    ]);
  });

  it('names the sources of Perplexity once', () => {
    const citations = { citations: ['https://x.test'], search_results: [{ url: 'https://x.test', title: 'X' }] };
    const parts = decode(
      { ...delta({ content: 'a' }), ...citations },
      { ...delta({ content: 'b' }, 'stop'), ...citations },
      DONE,
    );
    assert.deepEqual(
      parts.filter(({ type }) => type === 'citation'),
      [
        {
          type: 'citation',
          choice: 0,
          block: 0,
          citation: { url: 'https://x.test', title: 'X', citedText: null, start: null, end: null },
        },
      ],
    );
  });

  it('throws at nothing', () => {
    const odd = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.constant(null),
      fc.constant([]),
      fc.constant({}),
      fc.object({ maxDepth: 2 }),
    );
    const words = fc.record(
      {
        content: odd,
        reasoning_details: odd,
        tool_calls: fc.oneof(odd, fc.array(odd)),
        annotations: odd,
        audio: odd,
        images: odd,
        function_call: odd,
      },
      { requiredKeys: [] },
    );
    const choice = fc.oneof(
      odd,
      fc.record(
        { index: odd, delta: fc.oneof(odd, words), message: odd, finish_reason: odd, logprobs: odd },
        { requiredKeys: [] },
      ),
    );
    const body = fc.record(
      { id: odd, choices: fc.oneof(odd, fc.array(choice)), usage: odd, error: odd, citations: odd, x_groq: odd },
      { requiredKeys: [] },
    );
    const property = fc.property(fc.array(body, { maxLength: 4 }), (bodies) => {
      decode(...bodies, DONE);
      for (const each of bodies) decodeChatResponse(each);
    });
    fc.assert(property, { seed: SEED, numRuns: 1_000 });
  });
});

describe('openai-chat: plain answers', () => {
  it('are none without choices', () => {
    assert.equal(decodeChatResponse({ error: { message: 'no' } }), null);
    assert.equal(decodeChatResponse({ choices: [] }), null);
  });

  it('are read like a stream of one chunk', () => {
    const message = { role: 'assistant', content: 'a', ...call('c', 'f', '1') };
    const logprobs = { content: [{ token: 'a', logprob: -1, bytes: [97], top_logprobs: [] }], refusal: null };
    const answer = decodeChatResponse({
      choices: [{ index: 0, message, logprobs, finish_reason: 'stop', stop_reason: 'x' }],
    });
    assert.deepEqual(answer?.choices, [
      {
        index: 0,
        content: [
          { type: 'text', text: 'a' },
          { type: 'tool-call', id: 'c', name: 'f', kind: 'function', namespace: null, input: '1' },
        ],
        finish: { unified: 'tool-calls', raw: 'stop' },
        stopSequence: 'x',
        logprobs: [{ token: 'a', logprob: -1, bytes: [97], top: [] }],
      },
    ]);
  });
});
