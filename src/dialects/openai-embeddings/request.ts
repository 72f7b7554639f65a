import type { ReceivedRequest, RequestAddress } from '../dialect.ts';
import { type FieldRules, isInteger, isText, isTextOrList } from '../fields.ts';
import { readerOf } from './received.ts';

const RULES: FieldRules = [
  ['input', isTextOrList],
  ['dimensions', isInteger(1, 1e6)],
  ['encoding_format', isText],
  ['user', isText],
];

const read = readerOf('openai-embeddings', 'input', RULES);

export function readEmbeddingRequest(bytes: Buffer, address: RequestAddress): ReceivedRequest {
  const request = read(bytes, address);
  const { user } = request.body;
  return typeof user === 'string' ? { ...request, endUser: user } : request;
}
