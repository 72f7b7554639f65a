import type { CacheMark, Extensions, Warning } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { UpstreamTarget } from '../dialect.ts';
import { ownOf } from './own.ts';

/** One request on its way upstream: for whom, and what could not be said so far. */
export type Encoding = { readonly target: UpstreamTarget; readonly warnings: Warning[] };

/** A field is named once, however often it occurs. */
export function leaveOut({ warnings }: Encoding, field: string, message: string): void {
  if (!warnings.some((warning) => warning.field === field)) warnings.push({ field, message });
}

/** Members of this dialect that go with the object again, and a cache mark of another dialect in the upstream's words. */
export function ownMembers(
  thing: { readonly cache?: CacheMark; readonly extensions?: Extensions },
  encoding: Encoding,
): JsonObject | null {
  const mine = ownOf(thing);
  if (mine !== null || thing.cache === undefined) return mine;
  const { cacheMarks } = encoding.target;
  if (cacheMarks === 'prompt_cache_breakpoint') return { prompt_cache_breakpoint: { mode: 'explicit' } };
  if (cacheMarks === 'cache_control') {
    const { ttl } = thing.cache;
    return { cache_control: ttl === null ? { type: 'ephemeral' } : { type: 'ephemeral', ttl } };
  }
  leaveOut(encoding, 'cache_control', 'The upstream takes no marks in the prompt: it caches as it sees fit.');
  return null;
}
