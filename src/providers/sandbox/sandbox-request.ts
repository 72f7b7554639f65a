import { isJsonObject, type JsonObject } from '../../std/index.ts';

/** The fields that chat and text completions share, read leniently: what a provider would refuse is not our matter. */
export type GenerationSettings = {
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly n: number;
  readonly maxTokens: number | null;
  readonly stops: readonly string[];
};

const MAX_CHOICES = 128;

export function readSettings(body: JsonObject, maxOutput: number): GenerationSettings {
  const options = isJsonObject(body['stream_options']) ? body['stream_options'] : {};
  const asked = positive(body['max_completion_tokens']) ?? positive(body['max_tokens']);
  const { stop } = body;
  const stops =
    typeof stop === 'string' ? [stop] : Array.isArray(stop) ? stop.filter((text) => typeof text === 'string') : [];
  return {
    stream: body['stream'] === true,
    includeUsage: options['include_usage'] === true,
    n: Math.min(positive(body['n']) ?? 1, MAX_CHOICES),
    maxTokens: Math.min(asked ?? maxOutput, maxOutput),
    stops,
  };
}

/** A message's text: a string, or the text parts of a list. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  const parts = content.map((part) => (isJsonObject(part) && typeof part['text'] === 'string' ? part['text'] : ''));
  return parts.filter((part) => part !== '').join('\n');
}

function positive(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : null;
}
