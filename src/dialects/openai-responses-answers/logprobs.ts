import type { TokenLogprob } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { asNumber, asObjects, asText } from '../loosely.ts';

export function decodeLogprobs(logprobs: unknown): readonly TokenLogprob[] {
  return asObjects(logprobs).map((token) => ({
    ...logprobOf(token),
    top: asObjects(token['top_logprobs']).map(logprobOf),
  }));
}

function logprobOf(token: JsonObject): Omit<TokenLogprob, 'top'> {
  const bytes = token['bytes'];
  return {
    token: asText(token['token']) ?? '',
    logprob: asNumber(token['logprob']) ?? 0,
    bytes: Array.isArray(bytes) ? bytes.filter((byte) => typeof byte === 'number') : null,
  };
}

/** The schema wants the bytes of every token. */
export function encodeLogprob({ token, logprob, bytes, top }: TokenLogprob): JsonObject {
  return { ...spelled({ token, logprob, bytes }), top_logprobs: top.map(spelled) };
}

function spelled({ token, logprob, bytes }: Omit<TokenLogprob, 'top'>): JsonObject {
  return { token, logprob, bytes: bytes ?? [...Buffer.from(token)] };
}
