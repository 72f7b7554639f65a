import type { TokenLogprob } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { asNumber, asObjects, asText } from '../loosely.ts';

type Alternative = TokenLogprob['top'][number];

export function readLogprobs(logprobs: unknown): readonly TokenLogprob[] | null {
  const tokens = asObjects(logprobs);
  if (tokens.length === 0) return null;
  return tokens.map((token) => ({ ...readOne(token), top: asObjects(token['top_logprobs']).map(readOne) }));
}

function readOne(token: JsonObject): Alternative {
  const { bytes } = token;
  return {
    token: asText(token['token']) ?? '',
    logprob: asNumber(token['logprob']) ?? 0,
    bytes: Array.isArray(bytes) ? bytes.filter((byte) => typeof byte === 'number') : null,
  };
}

export function writeLogprobs(tokens: readonly TokenLogprob[]): readonly JsonObject[] {
  return tokens.map((token) => ({ ...writeOne(token), top_logprobs: token.top.map(writeOne) }));
}

function writeOne({ token, logprob, bytes }: Alternative): JsonObject {
  return { token, logprob, ...(bytes === null ? {} : { bytes }) };
}
