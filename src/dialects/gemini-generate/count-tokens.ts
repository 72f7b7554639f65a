import type { ChatRequest } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { wrongType } from '../fields.ts';
import { camelCased } from '../google/spelling.ts';
import { decodeGenerate } from './decode-request.ts';

/** A body of `countTokens`: the contents alone, or all that is sent with them, beside them (Vertex AI) or within. */
export function decodeCountTokens(raw: JsonObject, model: string): ChatRequest {
  const whole = camelCased(raw)['generateContentRequest'];
  if (whole === undefined || whole === null) return decodeGenerate(raw, model, false);
  if (!isJsonObject(whole)) throw wrongType('generateContentRequest', 'an object', whole);
  return decodeGenerate(whole, model, false);
}

/** `cachedTokens`: the part of them that a cached content holds. */
export function encodeCountTokens(totalTokens: number, cachedTokens = 0): JsonObject {
  const cached = cachedTokens === 0 ? {} : { cachedContentTokenCount: cachedTokens };
  return { totalTokens, ...cached, promptTokensDetails: [{ modality: 'TEXT', tokenCount: totalTokens }] };
}
