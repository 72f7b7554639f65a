import type { EmbeddingRequest } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { EmbeddingTranslation, EncodedRequest, ReceivedRequest, UpstreamTarget } from '../dialect.ts';
import { wrongType } from '../fields.ts';
import { asNumber, asObjects, asText, asTexts, otherMembers } from '../loosely.ts';
import { textsOf } from '../openai-embeddings/texts.ts';
import { holdsMedia } from './request.ts';
import { decodeResponse, encodeResponse } from './response.ts';

const KNOWN_BESIDE_MEDIA = new Set(['model', 'texts', 'input_type', 'output_dimension']);
const KNOWN = new Set([...KNOWN_BESIDE_MEDIA, 'inputs']);

/** Models from v3 on want to be told a purpose; what is embedded without one is mostly what will be searched. */
const DEFAULT_PURPOSE = 'search_document';

export const embeddingTranslation: EmbeddingTranslation = {
  decodeRequest,
  encodeResponse,
  encodeRequest,
  decodeResponse,
};

/** Images have no canonical form: such inputs stay as they are, for Cohere alone. */
function decodeRequest({ body, model }: ReceivedRequest): EmbeddingRequest {
  const mixed = asObjects(body['inputs']);
  const isMixed = mixed.some(holdsMedia);
  const rest = otherMembers(body, isMixed ? KNOWN_BESIDE_MEDIA : KNOWN);
  const types = asTexts(body['embedding_types']);
  return {
    model,
    inputs: [...readTexts(body['texts']), ...(isMixed ? [] : mixed.map(textIn))],
    dimensions: asNumber(body['output_dimension']),
    purpose: asText(body['input_type']),
    encoding: types.includes('base64') && !types.includes('float') ? 'base64' : 'float',
    ...(rest === null ? {} : { extensions: { 'cohere-embed': rest } }),
  };
}

function readTexts(texts: unknown): readonly string[] {
  if (!Array.isArray(texts)) return [];
  return texts.map((text, index) => {
    if (typeof text !== 'string') throw wrongType(`texts[${index}]`, 'a string', text);
    return text;
  });
}

function textIn(input: JsonObject): string {
  return asObjects(input['content'])
    .map((part) => asText(part['text']) ?? '')
    .join('\n');
}

function encodeRequest(request: EmbeddingRequest, { model }: UpstreamTarget): EncodedRequest {
  const { dimensions, purpose, extensions } = request;
  const own = extensions?.['cohere-embed'] ?? {};
  const hasMedia = 'images' in own || 'inputs' in own;
  const body = {
    model,
    ...(hasMedia && request.inputs.length === 0 ? {} : { texts: textsOf(request) }),
    input_type: purpose ?? DEFAULT_PURPOSE,
    embedding_types: ['float'],
    ...(dimensions === null ? {} : { output_dimension: dimensions }),
    ...own,
  };
  return { body, headers: [], warnings: [] };
}
