import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exchangeId } from './id.ts';

test('ids of exchanges have the form of OpenRouter’s, sort by time, and differ within a millisecond', () => {
  const moments = [999, 1_000, 1_007.9, 1_070, 1_999, 2_000, 1_790_000_000_000, 1_790_000_000_001];
  const ids = moments.map(exchangeId);
  for (const id of ids) assert.match(id, /^gen-\d+-[0-9A-Za-z]{20}$/);
  assert.deepEqual(
    ids.slice(-2).map((id) => id.slice(0, 18)),
    ['gen-1790000000-000', 'gen-1790000000-001'],
  );
  const withinSeconds = ids.slice(1, 5);
  assert.deepEqual(withinSeconds.toSorted(), withinSeconds);
  assert.equal(new Set(Array.from({ length: 1_000 }, () => exchangeId(1_000))).size, 1_000);
});
