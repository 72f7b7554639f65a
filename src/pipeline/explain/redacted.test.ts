import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redacted } from './redacted.ts';

const cases: readonly (readonly [text: string, safe: string])[] = [
  // OpenAI's words for a wrong key, which show its ends.
  [
    'Incorrect API key provided: sk-proj-abc*********wxyz. You can find your API key at https://platform.openai.com/account/api-keys.',
    'Incorrect API key provided: [secret]. You can find your API key at [address]',
  ],
  ['invalid x-api-key sk-ant-api03-AAAAAAAAAAAA', 'invalid x-api-key [secret]'],
  ['API key AIzaSyA1234567890abcdefghijk not valid', 'API key [secret] not valid'],
  ['The security token AKIAIOSFODNN7EXAMPLE is invalid', 'The security token [secret] is invalid'],
  ['got "Authorization: Bearer abc.def.ghi"', 'got "Authorization: Bearer [secret]"'],
  ['connect ECONNREFUSED 10.0.0.3:8000', 'connect ECONNREFUSED [address]'],
  ['no route to llm.internal.example.com:8443 today', 'no route to [address] today'],
  ['token 0123456789abcdef0123456789abcdef refused', 'token [secret] refused'],
  // Names and numbers stay: they are what the message is about.
  ['The model gpt-4.1-2025-04-14 does not exist', 'The model gpt-4.1-2025-04-14 does not exist'],
  ["maximum context length is 8192 tokens for 'meta-llama/Meta-Llama-3.1-405B-Instruct-Turbo'", ''],
  ['line\r\nbreaks\t and   spaces', 'line breaks and spaces'],
];

test('what looks like a secret or an address is not kept', () => {
  for (const [text, safe] of cases) assert.equal(redacted(text, 200), safe === '' ? text : safe);
});

test('no longer than it may be, and no secret at the cut', () => {
  const long = redacted(`${'word '.repeat(100)}end`, 200);
  assert.equal(long.length, 200);
  assert.ok(long.endsWith('…'));
  assert.doesNotMatch(redacted(`${'x '.repeat(96)}sk-proj-0123456789abcdef`, 200), /sk-/);
  assert.equal(redacted('<'.repeat(5_000_000), 200).length, 200);
});
