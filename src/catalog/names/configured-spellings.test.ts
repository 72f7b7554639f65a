import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openConfiguredSpellings } from './configured-spellings.ts';

const NAMES = [
  'claude-haiku-4-5',
  'claude-sonnet-4-5-20250929',
  'claude-sonnet-4-5-20240101',
  'gpt-4.1',
  'gemini-2.5-pro',
  'claude-*',
  'team/claude-opus-4-5',
];
const find = openConfiguredSpellings(NAMES);

const cases: Readonly<Record<string, string | null>> = {
  'claude-haiku-4-5-20251001': 'claude-haiku-4-5',
  'claude-haiku-4-5@20251001': 'claude-haiku-4-5',
  'claude-haiku-4-5-latest': 'claude-haiku-4-5',
  'Claude-Haiku-4.5': 'claude-haiku-4-5',
  'claude-sonnet-4-5': 'claude-sonnet-4-5-20250929',
  'claude-sonnet-4-5-2025-09-29': null,
  'claude-sonnet-4-5-20300101': null,
  'gpt-4-1-2025-04-14': 'gpt-4.1',
  'gemini-2.5-pro-latest': 'gemini-2.5-pro',
  // Another one, and one that is a path.
  'gpt-4.1-mini': null,
  'claude-opus-4-5-20251101': null,
  'team/claude-opus-4-5-20251101': 'team/claude-opus-4-5',
  // Itself: that is what `resolve` is for.
  'claude-haiku-4-5': null,
};
for (const [asked, found] of Object.entries(cases)) {
  test(`${asked} is ${found ?? 'nothing configured'}`, () => assert.equal(find(asked), found));
}
