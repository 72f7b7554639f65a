import type { FinishReason } from '../../inference/index.ts';

const REASONS: Readonly<Record<string, FinishReason['unified']>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  refusal: 'content-filter',
  // The model is to be asked again with what it said so far: nobody else has that.
  pause_turn: 'other',
  compaction: 'other',
};

const WORDS: Readonly<Record<FinishReason['unified'], string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
  error: 'end_turn',
  other: 'end_turn',
};

export function unifiedReason(reason: string): FinishReason['unified'] {
  return Object.hasOwn(REASONS, reason) ? (REASONS[reason] ?? 'other') : 'other';
}

export type Ending = {
  readonly finish: FinishReason;
  readonly stopSequence: string | null;
  readonly hasCalls: boolean;
  readonly hasRefusal: boolean;
};

/** `stop_reason` for a client. Agents go on by it, so calls and refusals count even where an upstream says `stop`. */
export function stopReason({ finish, stopSequence, hasCalls, hasRefusal }: Ending): string {
  const { raw, unified } = finish;
  if (raw !== null && Object.hasOwn(REASONS, raw) && REASONS[raw] === unified) return raw;
  if (unified !== 'stop') return WORDS[unified];
  if (hasCalls) return 'tool_use';
  if (hasRefusal) return 'refusal';
  return stopSequence === null ? 'end_turn' : 'stop_sequence';
}
