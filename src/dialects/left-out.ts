import type { ChatRequest, ToolResultPart, Warning } from '../inference/index.ts';

/**
 * What a request may wish for and a dialect have no word for, in canonical words. Not here: `endUser`, `cacheKey`,
 * `metadata` and `serviceTier`, which change nothing about what is answered.
 */
const wishes = {
  'sampling.topK': ({ sampling }) => sampling.topK !== null,
  'sampling.minP': ({ sampling }) => sampling.minP !== null,
  'sampling.repetitionPenalty': ({ sampling }) => sampling.repetitionPenalty !== null,
  'sampling.logitBias': ({ sampling }) => sampling.logitBias !== null,
  'sampling.topLogprobs': ({ sampling }) => (sampling.topLogprobs ?? 0) > 0,
  'sampling.logprobs': ({ sampling }) => sampling.logprobs === true,
  'sampling.n': ({ sampling }) => sampling.n > 1,
  parallelToolCalls: ({ parallelToolCalls }) => parallelToolCalls === false,
  verbosity: ({ verbosity }) => verbosity !== null,
  modalities: ({ modalities }) => modalities?.some((modality) => modality !== 'text') === true,
} as const satisfies Record<string, (request: ChatRequest) => boolean>;

export type Wish = keyof typeof wishes;

/** A warning for each of these that the request asks for. */
export function warnOfWishes(request: ChatRequest, unsaid: readonly Wish[], upstream: string): Warning[] {
  return unsaid.filter((wish) => wishes[wish](request)).map((field) => leftOut(field, upstream));
}

export function leftOut(field: string, upstream: string): Warning {
  return { field, message: `${upstream} has no such parameter: it was left out.` };
}

const UNMARKED_ERROR: Warning = {
  field: 'tool_result.is_error',
  message: 'The result is not marked as an error: its text must say so.',
};

/** For a dialect whose results have no place for it; told once. */
export function warnOfUnmarkedError({ isError }: ToolResultPart, warnings: Warning[]): void {
  if (isError && !warnings.includes(UNMARKED_ERROR)) warnings.push(UNMARKED_ERROR);
}
