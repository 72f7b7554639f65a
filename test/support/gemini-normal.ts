import { isJsonObject, type JsonObject } from '../../src/std/index.ts';

/** Names within are the caller's own. */
const FREE = new Set([
  'args',
  'response',
  'parameters',
  'parametersJsonSchema',
  'responseJsonSchema',
  'responseSchema',
]);
/** Recorded: an object stands for a list of one. */
const LISTS = new Set(['tools', 'contents', 'functionDeclarations', 'parts']);

/**
 * A request in the one spelling that the translation writes: camelCase, no nulls, lists as lists, `thought: false`
 * unsaid, standard base64, levels in capitals, no dummy signature, no empty configuration.
 */
export function normalRequest(request: unknown): unknown {
  const body = normal(request) as Record<string, unknown>;
  const config = body['generationConfig'];
  if (isJsonObject(config) && Object.keys(config).length === 0) delete body['generationConfig'];
  return body;
}

function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (!isJsonObject(value)) return value;
  const out: Record<string, unknown> = {};
  for (const [spelled, member] of Object.entries(value)) {
    const name = spelled.replace(/([a-z0-9])_([a-z0-9])/g, (_, a: string, b: string) => a + b.toUpperCase());
    if (member === null || (name === 'thought' && member === false)) continue;
    if (name === 'thoughtSignature' && member === 'skip_thought_signature_validator') continue;
    if (FREE.has(name)) out[name] = member;
    else if (name === 'data' && typeof member === 'string') out[name] = standardBase64(member);
    else if (name === 'thinkingLevel' && typeof member === 'string') out[name] = member.toUpperCase();
    else out[name] = normal(LISTS.has(name) && isJsonObject(member) ? [member] : member);
  }
  return out;
}

function standardBase64(text: string): string {
  return text.replaceAll('-', '+').replaceAll('_', '/');
}

/**
 * A plain answer as the translation writes it: an index, a content and an id where there were none, no usage that
 * counts nothing; what is lost are the numbers of tokens beside their probabilities.
 */
export function normalAnswer(answer: JsonObject, exchangeId: string): JsonObject {
  const { candidates, usageMetadata, ...rest } = answer;
  const counts = isJsonObject(usageMetadata) && usageMetadata['promptTokenCount'] !== undefined;
  return {
    responseId: exchangeId,
    ...rest,
    ...(counts ? { usageMetadata } : {}),
    ...(Array.isArray(candidates) ? { candidates: candidates.map(normalCandidate) } : {}),
  };
}

function normalCandidate(candidate: JsonObject): JsonObject {
  const { content, logprobsResult, ...rest } = candidate;
  const logprobs = JSON.stringify(logprobsResult, (name, value: unknown) =>
    name === 'tokenId' || name === 'logProbabilitySum' ? undefined : value,
  );
  return {
    index: 0,
    ...rest,
    content: { role: 'model', parts: [], ...(isJsonObject(content) ? content : {}) },
    ...(logprobsResult === undefined ? {} : { logprobsResult: JSON.parse(logprobs) as unknown }),
  };
}
