import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, decoded, encoded } from '../../../test/support/anthropic-wire.ts';
import { GatewayError, type Message } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';

const text = (said: string) => ({ type: 'text', text: said }) as const;
const system = (said: string): Message => ({ role: 'system', rank: 'developer', content: [text(said)] });
const user = (said: string): Message => ({ role: 'user', content: [text(said)], name: null });
const assistant = (...content: Extract<Message, { role: 'assistant' }>['content']): Message => ({
  role: 'assistant',
  content,
  name: null,
});
const call = (id: string) =>
  ({ type: 'tool-call', id, name: 'look', kind: 'function', namespace: null, input: '{"at":1}' }) as const;
const result = (callId: string): Message => ({
  role: 'tool',
  content: [{ type: 'tool-result', callId, name: null, kind: 'function', content: [text('found')], isError: false }],
});

function turnsOf(messages: readonly Message[]): JsonObject {
  const { body } = encoded(asked({ messages }));
  return { ...(body['system'] === undefined ? {} : { system: body['system'] }), messages: body['messages'] };
}

test('instructions in front go to `system`, later ones stay in their place, marked', () => {
  assert.deepEqual(
    turnsOf([system('one'), system('two'), user('hello'), assistant(text('hi')), system('in Spanish')]),
    {
      system: [text('one'), text('two')],
      messages: [
        { role: 'user', content: [text('hello')] },
        { role: 'assistant', content: [text('hi')] },
        { role: 'user', content: [text('<system-reminder>\nin Spanish\n</system-reminder>')] },
      ],
    },
  );
});

test('of instructions alone the last one is the turn to answer, an empty turn behind it or not', () => {
  assert.deepEqual(turnsOf([system('one'), system('two')]), {
    system: [text('one')],
    messages: [{ role: 'user', content: [text('two')] }],
  });
});

test('turns of one role are one, and results stand first in theirs', () => {
  const messages = [user('a'), user('b'), assistant(call('c1'), call('c2')), user('hurry'), result('c1'), result('c2')];
  const content = [{ type: 'text', text: 'found' }];
  assert.deepEqual(turnsOf(messages)['messages'], [
    { role: 'user', content: [text('a'), text('b')] },
    {
      role: 'assistant',
      content: ['c1', 'c2'].map((id) => ({ type: 'tool_use', id, name: 'look', input: { at: 1 } })),
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'c1', content },
        { type: 'tool_result', tool_use_id: 'c2', content },
        text('hurry'),
      ],
    },
  ]);
});

test("what Anthropic would refuse is not sent: empty texts, others' thoughts, white space at the very end", () => {
  const seal = { format: 'google-gemini-v1', value: 's', isWhole: false, id: null } as const;
  const thought = { type: 'reasoning', text: 'hm', isSummary: false, seal } as const;
  assert.deepEqual(
    turnsOf([user(''), user('go on'), assistant(thought), assistant(text('Once upon  \n'))])['messages'],
    [
      { role: 'user', content: [text('go on')] },
      { role: 'assistant', content: [text('Once upon')] },
    ],
  );
});

test('what has no place is named once', () => {
  const audio = { type: 'audio', media: { kind: 'base64', base64: 'AAAA' }, format: 'wav', transcript: null } as const;
  const file = {
    type: 'file',
    media: { kind: 'base64', base64: 'AAAA' },
    mediaType: 'application/zip',
    name: null,
  } as const;
  const messages: Message[] = [{ role: 'user', content: [audio, audio, file, text('hear')], name: 'ann' }];
  assert.deepEqual(
    encoded(asked({ messages })).warnings.map(({ field }) => field),
    ['messages.name', 'messages.content.audio', 'messages.content.file of type application/zip'],
  );
});

const REFUSED: readonly (readonly [param: string, messages: readonly unknown[]])[] = [
  ['messages[0]', ['hello']],
  ['messages[0].content', [{ role: 'user' }]],
  ['messages[0].role', [{ role: 'tool', content: 'x' }]],
  ['messages[0].content[0].type', [{ role: 'user', content: [{}] }]],
  ['messages[0].content[0].text', [{ role: 'user', content: [{ type: 'text', text: 1 }] }]],
  ['messages[0].content[0].tool_use_id', [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'none' }] }]],
];

test('a broken message is refused by its path', () => {
  for (const [param, messages] of REFUSED) {
    assert.throws(
      () => decoded({ model: 'm', max_tokens: 1, messages }),
      (error) => error instanceof GatewayError && error.code === 'invalid_request' && error.details.param === param,
      param,
    );
  }
});
