import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../../code/snippets.ts';
import { replayedOf } from './replayed.ts';
import { bodyOf } from './request-body.ts';

const TOOLS = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];
const CALL = { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"a":1}' } };
const MESSAGES: Json[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Look.' },
  { role: 'assistant', content: null, tool_calls: [CALL] },
  { role: 'tool', tool_call_id: 'c1', content: 'found' },
  { role: 'assistant', content: 'It is there.' },
  {
    role: 'user',
    content: [
      { type: 'text', text: 'And this?' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
    ],
  },
];

test('a logged call asked again is the request that it was', () => {
  const asked = { model: 'm', messages: MESSAGES, temperature: 0.2, max_tokens: 50, tools: TOOLS, stop: ['x'] };
  const answer = { choices: [{ message: { role: 'assistant', content: 'A dot.' } }] };
  const replayed = replayedOf(asked, answer, 'm');
  assert.ok(replayed?.isWhole);
  const { conversation } = replayed;
  assert.equal(conversation.rounds.at(-1)?.answers[0]?.[0]?.text, 'A dot.');
  // Asking again leaves the last answer out.
  const rounds = conversation.rounds.map((round, at) => (at === 1 ? { ...round, answers: [[]] } : round));
  const { stream: _, stream_options: __, ...body } = bodyOf({ ...conversation, rounds }, { round: 1, lane: 0 });
  assert.deepEqual(body, asked);
});

test('parts that the page cannot send are missed, and what is no chat is none', () => {
  const file = { role: 'user', content: [{ type: 'file', file: { file_id: 'f' } }] };
  assert.equal(replayedOf({ messages: [file] }, null, 'm')?.isWhole, false);
  for (const value of [null, 7, {}, { messages: 'x' }]) assert.equal(replayedOf(value, null, 'm'), null);
});
