import type { FinishReason } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { asObject, asText } from '../loosely.ts';

export type Outcome = {
  readonly status: 'completed' | 'incomplete' | 'failed';
  readonly reason: 'max_output_tokens' | 'content_filter' | null;
};

const OUTCOMES: Readonly<Record<FinishReason['unified'], Outcome>> = {
  stop: { status: 'completed', reason: null },
  'tool-calls': { status: 'completed', reason: null },
  other: { status: 'completed', reason: null },
  length: { status: 'incomplete', reason: 'max_output_tokens' },
  'content-filter': { status: 'incomplete', reason: 'content_filter' },
  error: { status: 'failed', reason: null },
};

export function outcomeOf({ unified }: FinishReason): Outcome {
  return OUTCOMES[unified];
}

const REASONS: Readonly<Record<string, FinishReason['unified']>> = {
  max_output_tokens: 'length',
  max_tokens: 'length',
  content_filter: 'content-filter',
};

/** Servers that have no `incomplete_details` (llama.cpp, mistral.rs) say by the status that they are done. */
export function decodeFinish(response: JsonObject, hasCalls: boolean): FinishReason {
  const status = asText(response['status']);
  const reason = asText(asObject(response['incomplete_details'])?.['reason']);
  if (reason !== null) return { unified: REASONS[reason] ?? 'other', raw: reason };
  if (status === 'failed' || status === 'cancelled') return { unified: 'error', raw: status };
  if (status === 'queued' || status === 'in_progress' || status === 'incomplete')
    return { unified: 'other', raw: status };
  return { unified: hasCalls ? 'tool-calls' : 'stop', raw: status };
}
