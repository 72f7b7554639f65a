import type { SqlValue } from './database.ts';

/** An amount as both stores give it: a number, a bigint, the decimal text of a sum; null is 0. */
export function bigintOf(value: SqlValue | undefined): bigint {
  if (typeof value === 'bigint') return value;
  if (value === null || value === undefined) return 0n;
  if (typeof value === 'number' || typeof value === 'string') return BigInt(value);
  throw new TypeError('bytes are no amount');
}
