import { GatewayError } from '../../inference/index.ts';
import type { ReceivedRequest, RequestAddress } from '../dialect.ts';
import { type FieldRules, isInteger, isList, isText, requireFields } from '../fields.ts';
import { asObjects } from '../loosely.ts';
import { VECTORS_ONLY } from '../openai-embeddings/received.ts';
import { parseBody } from '../received.ts';

const RULES: FieldRules = [
  ['texts', isList],
  ['images', isList],
  ['inputs', isList],
  ['input_type', isText],
  ['output_dimension', isInteger(1, 1e6)],
  ['embedding_types', isList],
];

export function readEmbedRequest(bytes: Buffer, address: RequestAddress): ReceivedRequest {
  const { body, members, model } = parseBody(bytes, address);
  requireFields(body, RULES);
  if (!Array.isArray(body['texts']) && !Array.isArray(body['images']) && !Array.isArray(body['inputs'])) {
    const message = "Missing required parameter: one of 'texts', 'images' and 'inputs'.";
    throw new GatewayError('invalid_request', message, { param: 'texts' });
  }
  return {
    ...VECTORS_ONLY,
    dialect: 'cohere-embed',
    bytes,
    body,
    members,
    model,
    framing: address.framing,
    refersOutside: Array.isArray(body['images']) || asObjects(body['inputs']).some(holdsMedia),
  };
}

export function holdsMedia(input: { readonly [name: string]: unknown }): boolean {
  return asObjects(input['content']).some((part) => part['type'] !== 'text');
}
