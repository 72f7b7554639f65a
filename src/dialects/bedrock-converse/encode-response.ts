import { type ChatResponse, type ContentPart, noUsage } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { clientContext, encodeBlocks } from './encode-content.ts';
import { encodeStopReason } from './finish-reason.ts';
import { ownOf } from './own.ts';
import { encodeUsage } from './usage.ts';

/** Converse brings one answer: the first. */
export function encodeConverseResponse(response: ChatResponse): JsonObject {
  const choice = response.choices[0];
  const content: readonly ContentPart[] = choice?.content ?? [];
  const finish = choice?.finish ?? { unified: 'other', raw: null };
  return {
    output: { message: { role: 'assistant', content: encodeBlocks(content, clientContext()) } },
    stopReason: encodeStopReason(finish, choice?.stopSequence ?? null),
    usage: encodeUsage(response.usage ?? noUsage),
    // Required; nobody here has a clock.
    metrics: { latencyMs: 0 },
    ...(response.serviceTier === null ? {} : { serviceTier: { type: response.serviceTier } }),
    ...ownOf(response),
    ...ownOf(choice ?? {}),
  };
}
