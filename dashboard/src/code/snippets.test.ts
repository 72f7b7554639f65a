import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { type SnippetCall, snippetOf } from './snippets.ts';

const call: SnippetCall = {
  baseUrl: 'http://localhost:4000/v1',
  key: 'sk-1',
  model: 'gpt-4o',
  messages: [{ role: 'user', content: `it's "quoted" $HOME \`id\` \\ ende` }],
  parameters: { temperature: 0.2, stream: false },
};

test('what curl sends is what was meant, whatever the words hold', () => {
  // The shell itself says what the last argument is.
  const script = snippetOf('curl', call).replace(/^curl/, 'printf "%s\\n"');
  const lines = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
  const body: unknown = JSON.parse(lines.slice(lines.indexOf('\n-d\n') + 4));
  assert.deepEqual(body, { model: 'gpt-4o', messages: call.messages, temperature: 0.2, stream: false });
});

test('a truth is written as Python writes it', () => {
  assert.match(snippetOf('python', call), /^ {4}stream=False,$/m);
});

test('without a key it is read from the environment', () => {
  const open = { ...call, key: null };
  assert.match(snippetOf('curl', open), /"Authorization: Bearer \$WAYBILL_KEY"/);
  assert.match(snippetOf('python', open), /os\.environ\["WAYBILL_KEY"\]/);
  assert.match(snippetOf('typescript', open), /process\.env\.WAYBILL_KEY/);
});
