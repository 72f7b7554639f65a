import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dialects } from '../../../test/support/dialects.ts';
import { contextFor } from '../../../test/support/gemini.ts';
import { chatOf } from '../../../test/support/translating.ts';
import type { StreamPart } from '../../inference/index.ts';

const SEAL = { format: 'google-gemini-v1', value: 'c2ln', isWhole: false, id: null } as const;

/** The thoughts of a stream as a client of Gemini's API is told them. */
function told(pieces: readonly string[], seal: typeof SEAL | null): readonly unknown[] {
  const at = { choice: 0, block: 0 };
  const parts: readonly StreamPart[] = [
    { type: 'block-start', ...at, content: { type: 'reasoning', isSummary: true } },
    ...pieces.map((text): StreamPart => ({ type: 'delta', ...at, text })),
    { type: 'block-end', ...at, seal },
  ];
  const request = JSON.stringify({ contents: [{ parts: [{ text: 'Hi' }] }] });
  const path = '/v1beta/models/gemini-3-flash:streamGenerateContent?alt=sse';
  const encoder = chatOf(dialects['gemini-generate']).encodeStream(contextFor({ path, request }));
  return parts.flatMap(encoder.push).map(({ data }) => JSON.parse(data).candidates[0].content.parts[0]);
}

test('a signature comes with the last piece of its thought: the AI SDK passes over one that comes alone', () => {
  const thought = true;
  assert.deepEqual(told(['a', 'b'], SEAL), [
    { text: 'a', thought },
    { text: 'b', thought, thoughtSignature: 'c2ln' },
  ]);
  assert.deepEqual(told(['a', 'b'], null), [
    { text: 'a', thought },
    { text: 'b', thought },
  ]);
  assert.deepEqual(told([], SEAL), [{ text: '', thought, thoughtSignature: 'c2ln' }]);
  assert.deepEqual(told([], null), []);
});
