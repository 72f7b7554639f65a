import type { CacheMark, Extensions, OpenAiExtra, Warning } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { UpstreamTarget } from '../dialect.ts';
import { ownOf } from './own.ts';

/** One request on its way upstream: for whom, whether it came in the upstream's dialect, and what could not be said. */
export type Encoding = { readonly target: UpstreamTarget; readonly isOwn: boolean; readonly warnings: Warning[] };

/** Whether a field that some servers refuse is known where the request goes. */
export function isKnown(field: OpenAiExtra, { target }: Encoding): boolean {
  return target.takes?.includes(field) === true;
}

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
  if (isKnown('prompt_cache_breakpoint', encoding)) return { prompt_cache_breakpoint: { mode: 'explicit' } };
  if (isKnown('cache_control', encoding)) {
    const { ttl } = thing.cache;
    return { cache_control: ttl === null ? { type: 'ephemeral' } : { type: 'ephemeral', ttl } };
  }
  leaveOut(encoding, 'cache_control', 'The upstream takes no marks in the prompt: it caches as it sees fit.');
  return null;
}
