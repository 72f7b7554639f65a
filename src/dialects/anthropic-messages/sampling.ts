import type { ChatRequest, Sampling } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { Encoding } from './encoding.ts';

export type SamplingCircumstances = {
  readonly isThinking: boolean;
  readonly takesSampling: boolean | null;
  readonly isOwn: boolean;
  readonly mostTemperature: number;
};

/** With thinking the temperature is 1, and this is the least `top_p`. */
const LEAST_TOP_P = 0.95;

/** What other dialects can say of sampling, and Anthropic's has no field for. */
const UNKNOWN: readonly (keyof Sampling)[] = [
  'minP',
  'presencePenalty',
  'frequencyPenalty',
  'repetitionPenalty',
  'seed',
  'logitBias',
  'logprobs',
  'topLogprobs',
];

/** Values by which a field of `UNKNOWN` says what holds anyway. */
const SILENT: ReadonlySet<unknown> = new Set([null, false, 0]);

export function encodeSampling(
  sampling: Sampling,
  circumstances: SamplingCircumstances,
  encoding: Encoding,
): JsonObject {
  for (const name of UNKNOWN) {
    const isNeutral = name === 'repetitionPenalty' && sampling[name] === 1;
    const isSilent = name !== 'seed' && SILENT.has(sampling[name]);
    if (sampling[name] !== null && !isSilent && !isNeutral) leaveOut(name, encoding);
  }
  if (sampling.n > 1) encoding.warn('sampling.n', 'Anthropic gives one answer; one was asked for.');
  return { ...temperature(sampling, circumstances, encoding), ...nucleus(sampling, circumstances, encoding) };
}

function temperature(
  { temperature: asked }: Sampling,
  circumstances: SamplingCircumstances,
  encoding: Encoding,
): JsonObject {
  if (asked === null) return {};
  if (circumstances.isThinking || circumstances.takesSampling === false) {
    if (asked !== 1) leaveOut('temperature', encoding);
    return {};
  }
  const most = circumstances.mostTemperature;
  if (asked <= most) return { temperature: asked };
  encoding.warn('sampling.temperature', `Anthropic's temperature ends at ${most}; ${asked} became ${most}.`);
  return { temperature: most };
}

/** Models since Claude 4.5 refuse temperature and `top_p` together: of another dialect's the temperature goes. */
function nucleus(sampling: Sampling, circumstances: SamplingCircumstances, encoding: Encoding): JsonObject {
  const { isThinking, takesSampling, isOwn } = circumstances;
  const { topP, topK } = sampling;
  const isRefused = takesSampling === false || (isThinking && (topP ?? 1) < LEAST_TOP_P);
  const isSecond = !isOwn && sampling.temperature !== null && !isThinking;
  const keepsP = topP !== null && !isRefused && !isSecond;
  const keepsK = topK !== null && takesSampling !== false && !isThinking;
  if (topP !== null && topP !== 1 && !keepsP) leaveOut('topP', encoding);
  if (topK !== null && !keepsK) leaveOut('topK', encoding);
  return { ...(keepsP ? { top_p: topP } : {}), ...(keepsK ? { top_k: topK } : {}) };
}

/** "stop_sequences: each stop sequence must contain non-whitespace". */
export function encodeStop({ sampling }: ChatRequest, encoding: Encoding): JsonObject {
  const words = sampling.stop.filter((word) => word.trim() !== '');
  if (words.length < sampling.stop.length)
    encoding.warn('sampling.stop', 'Stop sequences of white space alone were left out.');
  return words.length === 0 ? {} : { stop_sequences: words };
}

function leaveOut(name: keyof Sampling, { warn }: Encoding): void {
  warn(`sampling.${name}`, `The model's API does not take it here; it was left out.`);
}
