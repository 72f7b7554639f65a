import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleEvent } from '../../../test/contract/sample-event.ts';
import { columnOf } from '../request-log-row.ts';
import { decodeRecord, encodeSettle } from './journal-record.ts';

/** With error, session and what was cached in what has no column, as it was before these had columns. */
const REST = JSON.stringify({ errorCode: 'x', sessionId: 's', usage: { cacheReadTokens: 7, cacheWriteTokens: 6 } });

/** Columns came at the end, some at a time. */
for (const columns of [26, 29, 33]) {
  test(`a settle of ${columns} columns has the rest of them`, () => {
    const [, text = ''] = encodeSettle(sampleEvent('gen-1', { errorCode: 'x', sessionId: 's', byok: true })).split(
      '\t',
    );
    const before = (JSON.parse(text) as unknown[]).slice(0, columns);
    const record = decodeRecord(`settle\t${JSON.stringify(before)}\t${REST}`);
    assert.ok(record.kind === 'settle');
    assert.equal(record.columns.length, (JSON.parse(text) as unknown[]).length);
    const told = (['session_id', 'error_code', 'cache_read_tokens', 'byok'] as const).map((name) =>
      columnOf(record, name),
    );
    assert.deepEqual(told, ['s', 'x', columns === 33 ? 0 : 7, null]);
  });
}
