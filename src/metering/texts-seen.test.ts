import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAiWords } from '../dialects/index.ts';
import type { StreamPart } from '../inference/index.ts';
import { PartObserver } from './observe-parts.ts';
import { observePlain } from './observe-plain.ts';
import { createStreamObserver } from './stream-observer.ts';

function chunkOf(index: number, content: unknown): string {
  return `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index, delta: { content } }] })}\n\n`;
}

function observed(events: readonly string[], watchesTexts: boolean): readonly (readonly string[])[] {
  const observer = createStreamObserver({ withholdUsage: false, words: openAiWords, watchesTexts });
  for (const event of events) observer.push(Buffer.from(event));
  return observer.observation().texts;
}

test('the texts of a stream are put together by choice, where they are wanted', () => {
  const pieces = [...'{"city":"Zürich"}'].map((letter) => chunkOf(0, letter));
  const other = [
    chunkOf(1, '{}'),
    chunkOf(1, [
      { type: 'thinking', thinking: [] },
      { type: 'text', text: ' ' },
    ]),
  ];
  const events = [chunkOf(0, ''), ...pieces, ...other, 'data: [DONE]\n\n'];
  assert.deepEqual(observed(events, true), [['{"city":"Zürich"}'], ['{} ']]);
  assert.deepEqual(observed(events, false), []);
});

test('texts that are too long are not kept', () => {
  const long = 'x'.repeat(300_000);
  assert.deepEqual(
    observed(
      [1, 2, 3].map(() => chunkOf(0, long)),
      true,
    ),
    [[long.repeat(3)]],
  );
  assert.deepEqual(
    observed(
      [1, 2, 3, 4].map(() => chunkOf(0, long)),
      true,
    ),
    [],
  );
});

test('of a plain answer the texts of all choices are seen', () => {
  const choices = [
    { message: { content: '{}' } },
    { message: { content: null, refusal: 'no' } },
    {
      message: {
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
    },
  ];
  const observation = observePlain(Buffer.from(JSON.stringify({ choices })), openAiWords);
  assert.deepEqual(observation?.texts, [['{}'], [''], ['ab']]);
});

test('of canonical parts the blocks of text alone are kept, one by one', () => {
  const parts: readonly StreamPart[] = [
    { type: 'block-start', choice: 0, block: 0, content: { type: 'reasoning', isSummary: false } },
    { type: 'delta', choice: 0, block: 0, text: 'thinking' },
    { type: 'block-start', choice: 0, block: 1, content: { type: 'text' } },
    { type: 'delta', choice: 0, block: 1, text: 'So: ' },
    { type: 'block-start', choice: 0, block: 2, content: { type: 'text' } },
    { type: 'delta', choice: 0, block: 2, text: '{' },
    { type: 'delta', choice: 0, block: 2, text: '}' },
  ];
  const textsOf = (watchesTexts: boolean): readonly (readonly string[])[] => {
    const observer = new PartObserver(watchesTexts);
    for (const part of parts) observer.see(part);
    return observer.observation().texts;
  };
  assert.deepEqual(textsOf(true), [['So: ', '{}']]);
  assert.deepEqual(textsOf(false), []);
});
