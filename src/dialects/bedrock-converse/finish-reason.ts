import type { FinishReason } from '../../inference/index.ts';

type Unified = FinishReason['unified'];

const UNIFIED: Readonly<Record<string, Unified>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  tool_use: 'tool-calls',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  guardrail_intervened: 'content-filter',
  content_filtered: 'content-filter',
  malformed_model_output: 'error',
  malformed_tool_use: 'error',
};

const WORDS: Readonly<Record<Unified, string>> = {
  stop: 'end_turn',
  'tool-calls': 'tool_use',
  length: 'max_tokens',
  'content-filter': 'content_filtered',
  error: 'malformed_model_output',
  other: 'end_turn',
};

export function decodeStopReason(raw: unknown): FinishReason {
  if (typeof raw !== 'string') return { unified: 'other', raw: null };
  return { unified: UNIFIED[raw] ?? 'other', raw };
}

/** A word of this dialect's own goes back as it came; `stopSequence`: one of the caller's ended it. */
export function encodeStopReason({ unified, raw }: FinishReason, stopSequence: string | null): string {
  if (raw !== null && UNIFIED[raw] === unified) return raw;
  return unified === 'stop' && stopSequence !== null ? 'stop_sequence' : WORDS[unified];
}
