import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { dialectPage } from '../support/dialect-page.ts';

it('the page on dialects says what the translations do (npm run conformance -- --update)', () => {
  assert.equal(readFileSync(new URL('../../docs/dialects.md', import.meta.url), 'utf8'), dialectPage());
});
