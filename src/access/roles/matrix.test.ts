import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { keyFieldRules } from './field-rules.ts';
import { matrix, roles } from './matrix.ts';

test('docs/roles.md has the matrix, line by line, and nothing besides', () => {
  const page = readFileSync(new URL('../../../docs/roles.md', import.meta.url), 'utf8');
  const lines = page.split('\n').filter((line) => line.split(' | ').length > 2 && /^\| `\w+\.\w+` \|/.test(line));
  const wanted = Object.entries(matrix).map(([action, row]) => {
    const reaches: Readonly<Record<string, string | undefined>> = row;
    return `| \`${action}\` | ${roles.map((role) => reaches[role] ?? '–').join(' | ')} |`;
  });
  assert.deepEqual(lines, wanted);
  assert.ok(page.includes(`| Action | ${roles.map((role) => `\`${role}\``).join(' | ')} |`));
});

test('docs/roles.md has the rule of every field of a key, and nothing besides', () => {
  const page = readFileSync(new URL('../../../docs/roles.md', import.meta.url), 'utf8');
  const [, table = ''] = page.split('| Field of a key | What it takes |\n| --- | --- |\n');
  const lines = table.split('\n\n')[0]?.split('\n');
  const wanted = Object.values(keyFieldRules).map(
    ({ field, needs }) => `| \`${field}\` | ${needs.includes('.') ? `\`${needs}\`` : needs} |`,
  );
  assert.deepEqual(lines, [...new Set(wanted)]);
});
