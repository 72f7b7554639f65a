import assert from 'node:assert/strict';
import { test } from 'node:test';
import { promptTooLong, saysOverflow } from './error.ts';

const CASES: readonly (readonly [upstream: string, ours: string])[] = [
  [
    "This model's maximum context length is 128000 tokens. However, you requested 130500 tokens (129500 in the messages, 1000 in the completion).",
    'prompt is too long: 130500 tokens > 128000 maximum',
  ],
  [
    "This model's maximum context length is 8192 tokens. However, your messages resulted in 10010 tokens.",
    'prompt is too long: 10010 tokens > 8192 maximum',
  ],
  [
    'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
    'prompt is too long: 1200000 tokens > 1048576 maximum',
  ],
  [
    'request (2009 tokens) exceeds the available context size (512 tokens), try increasing it',
    'prompt is too long: 2009 tokens > 512 maximum',
  ],
  ['prompt is too long: 210000 tokens > 200000 maximum', 'prompt is too long: 210000 tokens > 200000 maximum'],
  ['Input is too long for requested model.', 'prompt is too long: Input is too long for requested model.'],
  [
    'input length and `max_tokens` exceed context limit: 190,000 + 20,000 > 200,000, decrease them',
    'prompt is too long: input length and `max_tokens` exceed context limit: 190,000 + 20,000 > 200,000, decrease them',
  ],
];

test("an upstream's overflow is worded as Anthropic words it", () => {
  for (const [upstream, ours] of CASES) {
    assert.equal(saysOverflow(upstream), true, upstream);
    assert.equal(promptTooLong(upstream), ours);
  }
});

test('other refusals are none', () => {
  for (const message of ['temperature: range: 0..1', 'max_tokens: 100000 > 64000, which is the maximum allowed'])
    assert.equal(saysOverflow(message), false, message);
});
