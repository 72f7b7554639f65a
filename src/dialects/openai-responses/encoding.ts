import type { ChatRequest, Warning } from '../../inference/index.ts';
import type { UpstreamTarget } from '../dialect.ts';

/** One request on its way upstream: for whom, and what could not be said so far. */
export type Encoding = { readonly request: ChatRequest; readonly target: UpstreamTarget; readonly warnings: Warning[] };

/** A field is named once, however often it occurs. */
export function leaveOut({ warnings }: Encoding, field: string, message: string): void {
  if (!warnings.some((warning) => warning.field === field)) warnings.push({ field, message });
}
