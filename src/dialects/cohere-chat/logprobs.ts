import type { TokenLogprob } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { asText } from '../loosely.ts';

/** One piece of text with the probabilities of its tokens: the first of them bears the text. */
export function readLogprobs(pieces: readonly JsonObject[]): readonly TokenLogprob[] {
  return pieces.flatMap(({ text, logprobs }) => {
    const numbers = Array.isArray(logprobs) ? logprobs.filter((logprob) => typeof logprob === 'number') : [];
    return numbers.map((logprob, index) => ({
      token: index === 0 ? (asText(text) ?? '') : '',
      logprob,
      bytes: null,
      top: [],
    }));
  });
}

/** Token numbers are of Cohere's tokenizer, and not known. */
export function writeLogprob({ token, logprob }: TokenLogprob): JsonObject {
  return { text: token, token_ids: [], logprobs: [logprob] };
}
