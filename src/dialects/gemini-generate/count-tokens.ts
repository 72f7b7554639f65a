import type { ChatRequest } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { ReceivedRequest, RequestAddress, TokenCounting } from '../dialect.ts';
import { wrongType } from '../fields.ts';
import { camelCased } from '../google/spelling.ts';
import { asCount } from '../loosely.ts';
import { parseObject } from '../received.ts';
import { decodeGenerate } from './decode-request.ts';
import { encodeRequest } from './encode-request.ts';
import { modelOf } from './request.ts';

/** `:countTokens`, of the Gemini API and of Vertex AI. */
export const geminiCountTokens: TokenCounting = {
  readRequest,
  decodeRequest: ({ body, model }) => decodeCountTokens(body, model),
  encodeResponse: (inputTokens) => encodeCountTokens(inputTokens),
  // Within `generateContentRequest` instructions and tools are counted, too; beside it only contents are known.
  encodeRequest: (request, target) => {
    const { body, headers } = encodeRequest(request, target);
    return { body: { generateContentRequest: { model: `models/${target.model}`, ...body } }, headers };
  },
  decodeResponse: (body) => asCount(body['totalTokens']),
};

function readRequest(bytes: Buffer, address: RequestAddress): ReceivedRequest {
  const { body, members } = parseObject(bytes, new Set(['model', 'contents', 'generateContentRequest']));
  return {
    dialect: 'gemini-generate',
    bytes,
    body,
    members,
    model: modelOf(body, address),
    stream: false,
    framing: address.framing,
    n: 1,
    maxOutput: null,
    includesUsage: true,
    refersOutside: false,
    endUser: null,
  };
}

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
