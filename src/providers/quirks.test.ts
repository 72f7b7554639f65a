import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../std/index.ts';
import { applyQuirks, type QuirkName } from './quirks.ts';
import { providerIds, providerRow } from './table.ts';

const USER = { role: 'user', content: 'x' };

/** A body to which no quirk applies, in every member that a quirk looks at. */
const PLAIN: JsonObject = {
  model: 'm',
  max_tokens: 5,
  random_seed: 1,
  output_dimension: 64,
  frequency_penalty: 0.1,
  logprobs: true,
  n: 2,
  parallel_tool_calls: false,
  reasoning_effort: 'high',
  messages: [{ role: 'system', content: 's' }, USER, { role: 'assistant', content: 'y' }, USER],
};

type Case = readonly [quirk: QuirkName, body: JsonObject, taken: JsonObject];

const CASES: readonly Case[] = [
  ['drop-stream-options', { stream: true, stream_options: { include_usage: true } }, { stream: true }],
  ['rename-max-completion-tokens', { max_completion_tokens: 5 }, { max_tokens: 5 }],
  ['rename-max-completion-tokens', { max_tokens: 7, max_completion_tokens: 5 }, { max_tokens: 7 }],
  ['rename-seed', { seed: 3 }, { random_seed: 3 }],
  ['rename-dimensions', { input: 'x', dimensions: 64 }, { input: 'x', output_dimension: 64 }],
  [
    'drop-server-tool-invocations',
    { contents: [], toolConfig: { functionCallingConfig: {}, includeServerSideToolInvocations: true } },
    { contents: [], toolConfig: { functionCallingConfig: {} } },
  ],
  ['drop-store', { store: true }, {}],
  ['drop-end-user', { user: 'u', safety_identifier: 's' }, {}],
  [
    'rename-developer-role',
    { messages: [{ role: 'developer', content: 's' }, USER] },
    { messages: [{ role: 'system', content: 's' }, USER] },
  ],
  [
    'drop-message-names',
    {
      messages: [
        { ...USER, name: 'ann' },
        { role: 'tool', name: 'add', content: '3' },
      ],
    },
    { messages: [USER, { role: 'tool', name: 'add', content: '3' }] },
  ],
  [
    'keep-mistral-message-fields',
    {
      messages: [
        { ...USER, name: 'ann' },
        { role: 'assistant', content: 'y', refusal: null, annotations: [], reasoning_content: 'z', tool_calls: [] },
        { role: 'tool', name: 'add', tool_call_id: 'c', content: '3' },
      ],
    },
    {
      messages: [
        USER,
        { role: 'assistant', content: 'y', tool_calls: [] },
        { role: 'tool', name: 'add', tool_call_id: 'c', content: '3' },
      ],
    },
  ],
  [
    'drop-neutral-parameters',
    { frequency_penalty: 0, presence_penalty: 0.5, logit_bias: {}, logprobs: false, parallel_tool_calls: true },
    { presence_penalty: 0.5 },
  ],
  ['disable-thinking-by-type', { reasoning_effort: 'none' }, { thinking: { type: 'disabled' } }],
  [
    'disable-thinking-by-type',
    { reasoning_effort: 'none', thinking: { type: 'enabled' } },
    { thinking: { type: 'enabled' } },
  ],
  ['disable-thinking-by-flag', { reasoning_effort: 'none' }, { enable_thinking: false }],
  ['join-turns', { messages: [USER, { ...USER, content: 'y' }] }, { messages: [{ ...USER, content: 'x\n\ny' }] }],
  [
    'join-turns',
    { messages: [USER, { role: 'user', content: [{ type: 'image_url' }] }] },
    { messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }, { type: 'image_url' }] }] },
  ],
];

for (const [quirk, body, taken] of CASES) {
  test(`${quirk}: ${JSON.stringify(body).slice(0, 60)}`, () => {
    const before = structuredClone(body);
    assert.deepEqual(applyQuirks([quirk], body), taken);
    assert.deepEqual(body, before, 'what came in stays as it was');
    const again = applyQuirks([quirk], taken);
    assert.equal(again, taken, 'once is enough');
  });
}

test('what does not apply leaves the very same object, so that its bytes can stay', () => {
  for (const [quirk] of CASES) {
    assert.equal(applyQuirks([quirk], PLAIN), PLAIN, quirk);
    const odd = { messages: [1, null, 'x'] };
    assert.equal(applyQuirks([quirk], odd), odd, quirk);
  }
  assert.equal(applyQuirks([], PLAIN), PLAIN);
});

test('turns with tool calls stay apart', () => {
  const call = { role: 'assistant', content: 'x', tool_calls: [{ id: 'c' }] };
  const body = { messages: [call, { role: 'assistant', content: 'y' }, { role: 'tool' }, { role: 'tool' }] };
  assert.equal(applyQuirks(['join-turns'], body), body);
});

test('every quirk is some provider’s, and is tried above', () => {
  const used = new Set(providerIds().flatMap((id) => providerRow(id)?.quirks ?? []));
  assert.deepEqual(new Set(CASES.map(([quirk]) => quirk)), used);
});
