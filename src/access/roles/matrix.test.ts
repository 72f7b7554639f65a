import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { keyFieldRules, type Need, partyFieldRules } from './field-rules.ts';
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
  const wanted = Object.values(keyFieldRules).map(({ field, needs }) => `| \`${field}\` | ${worded(needs)} |`);
  assert.deepEqual(linesUnder('| Field of a key | What it takes |\n| --- | --- |\n'), [...new Set(wanted)]);
});

test('docs/roles.md has what less than an operator sets of the others, and nothing besides', () => {
  const wanted = Object.entries(partyFieldRules).flatMap(([kind, rules]) =>
    Object.values(rules)
      .filter(({ needs, ofNew }) => needs !== 'operator' || ofNew !== undefined)
      .map(({ field, needs, ofNew }) => {
        const later = ofNew === undefined ? '' : `; of a new one ${worded(ofNew)}`;
        return `| \`${field}\` | ${kind} | ${worded(needs)}${later} |`;
      }),
  );
  assert.deepEqual(linesUnder('| Field | Of | What it takes |\n| --- | --- | --- |\n'), [...new Set(wanted)]);
});

function linesUnder(head: string): readonly string[] | undefined {
  const page = readFileSync(new URL('../../../docs/roles.md', import.meta.url), 'utf8');
  return page.split(head)[1]?.trim().split('\n\n')[0]?.split('\n');
}

function worded(needs: Need): string {
  return needs.includes('.') ? `\`${needs}\`` : needs;
}
