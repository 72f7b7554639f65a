import { type EmbeddingRequest, type EmbeddingResponse, GatewayError } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { EmbeddingTranslation, EncodedRequest, ReceivedRequest, UpstreamTarget } from '../dialect.ts';
import { purposeOf, taskOf } from '../google/embedding-tasks.ts';
import { camelCased } from '../google/spelling.ts';
import { readUsage } from '../google/usage.ts';
import { asNumber, asObject, asObjects, asText } from '../loosely.ts';
import { requestsIn } from './request.ts';

const KNOWN = new Set(['model', 'content', 'outputDimensionality', 'embedContentConfig']);

function decodeRequest({ body, model }: ReceivedRequest): EmbeddingRequest {
  const requests = requestsIn(body);
  const isBatch = Array.isArray(body['requests']);
  const settings = requests.map(settingsOf);
  const dimensions = new Set(settings.map(({ outputDimensionality }) => outputDimensionality));
  if (dimensions.size > 1) {
    const message = 'Requests of one batch for different dimensions cannot be put to this upstream together.';
    throw new GatewayError('invalid_request', message, { param: 'requests' });
  }
  return {
    model,
    inputs: requests.map((request, index) => textOf(request, isBatch ? `requests[${index}].content` : 'content')),
    dimensions: asNumber(settings[0]?.['outputDimensionality']),
    purpose: purposeOf(settings.map(({ taskType }) => taskType)),
    encoding: 'float',
    extensions: { 'gemini-embed': { isBatch, settings: settings.map(withoutDimensions) } },
  };
}

/** Beside the content, where the newer API has put them together, or each by itself. */
function settingsOf(request: JsonObject): JsonObject {
  const config = camelCased(asObject(request['embedContentConfig']) ?? {});
  const beside = Object.entries(request).filter(([name]) => !KNOWN.has(name));
  const dimensions = config['outputDimensionality'] ?? request['outputDimensionality'];
  const all = { ...Object.fromEntries(beside), ...config };
  return dimensions === undefined ? all : { ...all, outputDimensionality: dimensions };
}

function withoutDimensions({ outputDimensionality: _, ...rest }: JsonObject): JsonObject {
  return rest;
}

/** Parts of a content make one vector, of which Google counts the texts. */
function textOf({ content }: JsonObject, at: string): string {
  const parts = asObjects(asObject(content)?.['parts']);
  if (parts.length > 0 && parts.every(({ text }) => typeof text === 'string')) {
    return parts.map(({ text }) => text).join('\n');
  }
  const message = `'${at}' must hold texts: other content cannot be put to this upstream.`;
  throw new GatewayError('invalid_request', message, { param: at });
}

function encodeBatch(request: EmbeddingRequest, target: UpstreamTarget): EncodedRequest {
  return { body: { requests: requestsOf(request, target) }, headers: [], warnings: [] };
}

function encodeSingle(request: EmbeddingRequest, target: UpstreamTarget): EncodedRequest {
  const [body, ...more] = requestsOf(request, target);
  if (body !== undefined && more.length === 0) return { body, headers: [], warnings: [] };
  const message = `'${target.model}' takes one text at a time at this address.`;
  throw new GatewayError('invalid_request', message, { param: 'input' });
}

function requestsOf(request: EmbeddingRequest, { model }: UpstreamTarget): readonly JsonObject[] {
  const { inputs, dimensions, purpose, extensions } = request;
  const settings = asObjects(extensions?.['gemini-embed']?.['settings']);
  const task = taskOf(purpose);
  return inputs.map((input, index) => {
    if (typeof input !== 'string') {
      const message = `'${model}' takes texts only, no token numbers: send input ${index} as a string.`;
      throw new GatewayError('invalid_request', message, { param: `input[${index}]` });
    }
    return {
      model: `models/${model}`,
      content: { parts: [{ text: input }] },
      ...(task === null ? {} : { taskType: task }),
      ...(dimensions === null ? {} : { outputDimensionality: dimensions }),
      ...settings[index],
    };
  });
}

function decodeResponse(body: JsonObject): EmbeddingResponse | null {
  const single = asObject(body['embedding']);
  const embeddings = single === null ? asObjects(body['embeddings']) : [single];
  if (embeddings.length === 0) return null;
  return {
    id: null,
    model: asText(body['modelVersion']),
    vectors: embeddings.map(({ values }) =>
      Array.isArray(values) ? values.filter((value) => typeof value === 'number') : [],
    ),
    usage: readUsage(body['usageMetadata']),
  };
}

/** In the shape that was asked for. */
function encodeResponse({ vectors, usage }: EmbeddingResponse, { extensions }: EmbeddingRequest): JsonObject {
  const usageMetadata = usage === null ? {} : { usageMetadata: { promptTokenCount: usage.inputTokens } };
  const embeddings = vectors.map((values) => ({ values }));
  const isBatch = extensions?.['gemini-embed']?.['isBatch'] !== false;
  return isBatch ? { embeddings, ...usageMetadata } : { embedding: embeddings[0] ?? { values: [] }, ...usageMetadata };
}

const answers = { decodeRequest, encodeResponse, decodeResponse };

export const batchTranslation: EmbeddingTranslation = { ...answers, encodeRequest: encodeBatch };
export const singleTranslation: EmbeddingTranslation = { ...answers, encodeRequest: encodeSingle };
