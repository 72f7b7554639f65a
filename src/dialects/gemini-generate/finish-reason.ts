import type { FinishReason } from '../../inference/index.ts';

/** Why a candidate ended: Google's enum, and the word of its Model Armor. */
const REASONS: Readonly<Record<string, FinishReason['unified']>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
  MODEL_ARMOR: 'content-filter',
  MALFORMED_FUNCTION_CALL: 'error',
  UNEXPECTED_TOOL_CALL: 'error',
  TOO_MANY_TOOL_CALLS: 'error',
  MISSING_THOUGHT_SIGNATURE: 'error',
  MALFORMED_RESPONSE: 'error',
  LANGUAGE: 'other',
  NO_IMAGE: 'other',
  IMAGE_OTHER: 'other',
  ESCALATION: 'other',
  OTHER: 'other',
  FINISH_REASON_UNSPECIFIED: 'other',
};

const WORDS: Readonly<Record<FinishReason['unified'], string>> = {
  stop: 'STOP',
  'tool-calls': 'STOP',
  length: 'MAX_TOKENS',
  'content-filter': 'SAFETY',
  error: 'MALFORMED_RESPONSE',
  other: 'OTHER',
};

export function unifiedReason(reason: string): FinishReason['unified'] {
  return Object.hasOwn(REASONS, reason) ? (REASONS[reason] ?? 'other') : 'other';
}

/** Google says STOP for an answer that calls functions, too. */
export function readFinishReason(reason: string, callsTools: boolean): FinishReason {
  const unified = unifiedReason(reason);
  return { unified: unified === 'stop' && callsTools ? 'tool-calls' : unified, raw: reason };
}

export function blocked(blockReason: string): FinishReason {
  return { unified: 'content-filter', raw: blockReason };
}

export function writeFinishReason({ unified, raw }: FinishReason): string {
  return raw !== null && Object.hasOwn(REASONS, raw) ? raw : WORDS[unified];
}
