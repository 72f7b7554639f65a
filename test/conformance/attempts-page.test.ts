import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { attemptsPage } from '../support/attempts-page.ts';

test('the page of attempts has the tables that the code has: npm run conformance -- --update', () => {
  assert.equal(readFileSync(new URL('../../docs/routing-attempts.md', import.meta.url), 'utf8'), attemptsPage());
});
