import { type FinishReason, noUsage, type Usage } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { asCount, asNumber, asObject, asText } from '../loosely.ts';

/** Nanoseconds; clients divide by them to show a speed. */
const DURATIONS = ['total_duration', 'load_duration', 'prompt_eval_duration', 'eval_duration'] as const;

export function readUsage(body: JsonObject): Usage | null {
  const inputTokens = asCount(body['prompt_eval_count']);
  const outputTokens = asCount(body['eval_count']);
  if (inputTokens === null && outputTokens === null) return null;
  const durations = DURATIONS.flatMap((name) => (name in body ? [[name, body[name]]] : []));
  return {
    ...noUsage,
    inputTokens: inputTokens ?? 0,
    outputTokens: outputTokens ?? 0,
    source: 'provider',
    raw: {
      prompt_eval_count: inputTokens ?? 0,
      eval_count: outputTokens ?? 0,
      ...Object.fromEntries(durations),
    },
  };
}

/** Durations that no one measured are 0: the official clients want them there. */
export function writeUsage(usage: Usage | null): JsonObject {
  const raw = asObject(usage?.raw) ?? {};
  const [total, load, prompt, output] = DURATIONS.map((name) => asNumber(raw[name]) ?? 0);
  return {
    total_duration: total,
    load_duration: load,
    prompt_eval_count: usage?.inputTokens ?? 0,
    prompt_eval_duration: prompt,
    eval_count: usage?.outputTokens ?? 0,
    eval_duration: output,
  };
}

/** Ollama says `stop` after tool calls as well. */
export function readFinish(reason: unknown, hasCalls: boolean): FinishReason {
  const raw = asText(reason);
  if (raw === 'length') return { unified: 'length', raw };
  if (hasCalls) return { unified: 'tool-calls', raw };
  return { unified: raw === 'stop' || raw === null ? 'stop' : 'other', raw };
}

export function writeFinish({ unified }: FinishReason): 'length' | 'stop' {
  return unified === 'length' ? 'length' : 'stop';
}
