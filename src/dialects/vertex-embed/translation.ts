import { type EmbeddingRequest, type EmbeddingResponse, noUsage, type Usage } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { EmbeddingTranslation, EncodedRequest, ReceivedRequest, UpstreamTarget } from '../dialect.ts';
import { purposeOf, taskOf } from '../google/embedding-tasks.ts';
import { camelCased } from '../google/spelling.ts';
import { asCount, asNumber, asObject, asObjects, asText, otherMembers } from '../loosely.ts';
import { onlyTextOf, textsOf } from '../openai-embeddings/texts.ts';

export const predictTranslation: EmbeddingTranslation = {
  decodeRequest,
  encodeResponse,
  encodeRequest,
  decodeResponse,
};

/** "supports one instance per request" (Vertex AI, Text embeddings API). */
const TAKES_ONE = /^gemini-embedding-001$/;
const DIMENSIONS = new Set(['outputDimensionality']);
const TEXT = new Set(['content']);

/** What is said of each text has the names of Google's other embedding API, and travels with its. */
function decodeRequest({ body, model }: ReceivedRequest): EmbeddingRequest {
  const instances = asObjects(body['instances']).map(camelCased);
  const parameters = camelCased(asObject(body['parameters']) ?? {});
  const rest = otherMembers(parameters, DIMENSIONS);
  return {
    model,
    inputs: instances.map(({ content }) => asText(content) ?? ''),
    dimensions: asNumber(parameters['outputDimensionality']),
    purpose: purposeOf(instances.map(({ taskType }) => taskType)),
    encoding: 'float',
    extensions: {
      'gemini-embed': { isBatch: true, settings: instances.map((instance) => otherMembers(instance, TEXT) ?? {}) },
      ...(rest === null ? {} : { 'vertex-embed': rest }),
    },
  };
}

function encodeRequest(request: EmbeddingRequest, { model }: UpstreamTarget): EncodedRequest {
  const { dimensions, purpose, extensions } = request;
  const texts = TAKES_ONE.test(model) ? [onlyTextOf(request, model)] : textsOf(request);
  const settings = asObjects(extensions?.['gemini-embed']?.['settings']);
  const autoTruncate = settings[0]?.['autoTruncate'];
  const parameters = {
    ...(dimensions === null ? {} : { outputDimensionality: dimensions }),
    ...(autoTruncate === undefined ? {} : { autoTruncate }),
    ...extensions?.['vertex-embed'],
  };
  const instances = texts.map((content, index) => {
    const { taskType: task = taskOf(purpose), title, mimeType } = settings[index] ?? {};
    return { content, ...(task === null ? {} : { task_type: task }), ...said({ title, mimeType }) };
  });
  const body = { instances, ...(Object.keys(parameters).length === 0 ? {} : { parameters }) };
  return { body, headers: [], warnings: [] };
}

function said(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function decodeResponse({ predictions, metadata }: JsonObject): EmbeddingResponse | null {
  const embeddings = asObjects(asObjects(predictions).map(({ embeddings: one }) => one));
  if (embeddings.length === 0) return null;
  return {
    id: null,
    model: null,
    vectors: embeddings.map(({ values }) => (Array.isArray(values) ? values : [])),
    usage: readUsage(
      embeddings.map(({ statistics }) => camelCased(asObject(statistics) ?? {})),
      metadata,
    ),
  };
}

/** Each text is counted by itself. */
function readUsage(statistics: readonly JsonObject[], metadata: unknown): Usage | null {
  const counts = statistics.map(({ tokenCount }) => asCount(tokenCount)).filter((count) => count !== null);
  if (counts.length === 0) return null;
  const inputTokens = counts.reduce((sum, count) => sum + count, 0);
  return { ...noUsage, inputTokens, source: 'provider', raw: { statistics, metadata: metadata ?? null } };
}

/** Of an upstream that counts them together each text gets its part by its length. */
function encodeResponse({ vectors, usage }: EmbeddingResponse, { inputs }: EmbeddingRequest): JsonObject {
  const lengths = inputs.map(({ length }) => length);
  const whole = Math.max(1, sumOf(lengths));
  const upTo = (index: number): number =>
    Math.round(((usage?.inputTokens ?? 0) * sumOf(lengths.slice(0, index))) / whole);
  return {
    predictions: vectors.map((values, index) => ({
      embeddings: { values, statistics: { token_count: upTo(index + 1) - upTo(index), truncated: false } },
    })),
    metadata: { billableCharacterCount: sumOf(inputs.map(billableCharacters)) },
  };
}

/** White space is not counted. */
function billableCharacters(input: string | readonly number[]): number {
  return typeof input === 'string' ? input.replace(/\s/g, '').length : 0;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
