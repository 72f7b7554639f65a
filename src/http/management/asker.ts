import type { VirtualKey } from '../../access/index.ts';
import type { Asker } from '../../administration/index.ts';
import type { LimitFields } from './contract-limits.ts';

/** Who asks, and what it calls the fields that have two names. */
export function askerOf(key: VirtualKey, path: string, { budget_limits: limits }: LimitFields): Asker {
  return limits === undefined || limits === null
    ? { key, path }
    : { key, path, fieldNames: { budgets: 'budget_limits' } };
}
