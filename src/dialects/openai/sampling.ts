import type { Sampling } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { wrongType } from '../fields.ts';
import { asBoolean, asNumber } from '../loosely.ts';
import { type Encoding, isKnown, leaveOut } from './encoding.ts';

type NumberField =
  | 'temperature'
  | 'topP'
  | 'topK'
  | 'minP'
  | 'presencePenalty'
  | 'frequencyPenalty'
  | 'repetitionPenalty'
  | 'seed';

/** OpenAI's, and after them what compatible servers take besides. */
const NUMBERS: readonly (readonly [wire: string, name: NumberField])[] = [
  ['temperature', 'temperature'],
  ['top_p', 'topP'],
  ['presence_penalty', 'presencePenalty'],
  ['frequency_penalty', 'frequencyPenalty'],
  ['seed', 'seed'],
  ['top_k', 'topK'],
  ['min_p', 'minP'],
  ['repetition_penalty', 'repetitionPenalty'],
];

export const SAMPLING_FIELDS: readonly string[] = [...NUMBERS.map(([wire]) => wire), 'stop', 'logit_bias', 'n'];

/** All but log probabilities, which chat and completions ask for differently. */
export function decodeSampling(body: JsonObject): Sampling {
  const bias = body['logit_bias'];
  if (bias !== undefined && bias !== null && !isJsonObject(bias)) throw wrongType('logit_bias', 'an object', bias);
  return {
    temperature: numberIn(body, 'temperature'),
    topP: numberIn(body, 'top_p'),
    topK: numberIn(body, 'top_k'),
    minP: numberIn(body, 'min_p'),
    presencePenalty: numberIn(body, 'presence_penalty'),
    frequencyPenalty: numberIn(body, 'frequency_penalty'),
    repetitionPenalty: numberIn(body, 'repetition_penalty'),
    seed: numberIn(body, 'seed'),
    stop: stopIn(body['stop']),
    logitBias: bias ?? null,
    logprobs: null,
    topLogprobs: null,
    n: asNumber(body['n']) ?? 1,
  };
}

/** `logprobs` and `top_logprobs` as chat has them. */
export function decodeLogprobsWish(body: JsonObject): Pick<Sampling, 'logprobs' | 'topLogprobs'> {
  return { logprobs: asBoolean(body['logprobs']), topLogprobs: numberIn(body, 'top_logprobs') };
}

function numberIn(body: JsonObject, field: string): number | null {
  const value = body[field];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'number') throw wrongType(field, 'a number', value);
  return value;
}

function stopIn(stop: unknown): readonly string[] {
  if (stop === undefined || stop === null) return [];
  if (typeof stop === 'string') return [stop];
  if (!Array.isArray(stop)) throw wrongType('stop', 'a string or an array', stop);
  return stop.map((each: unknown, index) => {
    if (typeof each !== 'string') throw wrongType(`stop[${index}]`, 'a string', each);
    return each;
  });
}

/** OpenAI and those that check their fields as strictly refuse them. */
const EXTRAS = { top_k: 'top_k', min_p: 'min_p', repetition_penalty: 'repetition_penalty' } as const;

/** A model that refuses sampling refuses its log probabilities as well (OpenAI's reasoning models do). */
export function encodeSampling(sampling: Sampling, encoding: Encoding): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const [wire, name] of NUMBERS) {
    const value = sampling[name];
    if (value !== null && takesNumber(wire, `sampling.${name}`, encoding)) body[wire] = value;
  }
  const { stop, logitBias, n } = sampling;
  if (stop.length > 0) body['stop'] = stop;
  if (logitBias !== null && takesSampling('sampling.logitBias', encoding)) body['logit_bias'] = logitBias;
  if (n > 1) body['n'] = n;
  return body;
}

function takesNumber(wire: string, field: string, encoding: Encoding): boolean {
  if (wire === 'seed') return true;
  const extra = Object.hasOwn(EXTRAS, wire) ? EXTRAS[wire as keyof typeof EXTRAS] : null;
  if (extra === null || encoding.isOwn || isKnown(extra, encoding)) return takesSampling(field, encoding);
  leaveOut(encoding, field, `The upstream is not known to take '${wire}': it was left out.`);
  return false;
}

export function takesSampling(field: string, encoding: Encoding): boolean {
  if (encoding.target.facts.takesSampling !== false) return true;
  leaveOut(encoding, field, 'The model refuses this parameter: it was left out.');
  return false;
}

/** The output limit under the upstream's name. */
export function encodeLimit({ target }: Encoding): JsonObject {
  const { maxOutputTokens: tokens, outputLimit } = target;
  if (tokens === null) return {};
  if (outputLimit === 'both') return { max_tokens: tokens, max_completion_tokens: tokens };
  return { [outputLimit]: tokens };
}
