import type { ChatRequest, DialectId, Sampling } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { asBoolean, asNumber, asObject, asTexts, otherMembers } from '../loosely.ts';
import { outputLimit } from './request.ts';

const NUMBERS = {
  temperature: 'temperature',
  topP: 'top_p',
  topK: 'top_k',
  minP: 'min_p',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  repetitionPenalty: 'repeat_penalty',
  seed: 'seed',
} as const satisfies Partial<Record<keyof Sampling, string>>;

const SAMPLING = new Set<string>([...Object.values(NUMBERS), 'stop']);

type NumberField = keyof typeof NUMBERS;
const ROWS = Object.entries(NUMBERS) as readonly (readonly [NumberField, string])[];

export type ReadOptions = {
  readonly sampling: Sampling;
  readonly maxOutputTokens: number | null;
  /** Options that only Ollama has: `num_ctx`, `mirostat`, … */
  readonly rest: JsonObject | null;
};

export function readOptions(body: JsonObject): ReadOptions {
  const options = asObject(body['options']) ?? {};
  const numbers = Object.fromEntries(ROWS.map(([field, option]) => [field, asNumber(options[option])]));
  const { stop } = options;
  const maxOutputTokens = outputLimit(options);
  const known = maxOutputTokens === null ? SAMPLING : new Set([...SAMPLING, 'num_predict']);
  return {
    sampling: {
      ...(numbers as Record<NumberField, number | null>),
      stop: typeof stop === 'string' ? [stop] : asTexts(stop),
      logitBias: null,
      logprobs: asBoolean(body['logprobs']),
      topLogprobs: asNumber(body['top_logprobs']),
      n: 1,
    },
    maxOutputTokens,
    rest: otherMembers(options, known),
  };
}

/** Always an object, as Ollama's own client sends one. */
export function writeOptions(request: ChatRequest, limit: number | null, dialect: DialectId): JsonObject {
  const { sampling, extensions } = request;
  const options: Record<string, unknown> = { ...asObject(extensions?.[dialect]?.['options']) };
  for (const [field, option] of ROWS) {
    const value = sampling[field];
    if (value !== null) options[option] = value;
  }
  if (sampling.stop.length > 0) options['stop'] = sampling.stop;
  if (limit !== null) options['num_predict'] = limit;
  return options;
}

/** `logprobs` stands beside the options, not among them. */
export function writeLogprobs({ logprobs, topLogprobs }: Sampling): JsonObject {
  return {
    ...(logprobs === null ? {} : { logprobs }),
    ...(topLogprobs === null ? {} : { top_logprobs: topLogprobs }),
  };
}

/** Fields that are Ollama's alone, as the request's extensions. */
export function extensionsOf(body: JsonObject, known: ReadonlySet<string>, options: JsonObject | null): JsonObject {
  return { ...otherMembers(body, known), ...(options === null ? {} : { options }) };
}
