import type { ReceivedRequest, RequestAddress } from '../dialect.ts';
import { type FieldRules, isInteger, isText, isTextOrList, missingField, requireFields } from '../fields.ts';
import { parseBody } from '../received.ts';

const RULES: FieldRules = [
  ['input', isTextOrList],
  ['dimensions', isInteger(1, 1e6)],
  ['encoding_format', isText],
  ['user', isText],
];

export function readEmbeddingRequest(bytes: Buffer, address: RequestAddress): ReceivedRequest {
  const { body, members, model } = parseBody(bytes, address);
  requireFields(body, RULES);
  const { input, user } = body;
  if (input === undefined || input === null) throw missingField('input');
  return {
    dialect: 'openai-embeddings',
    bytes,
    body,
    members,
    model,
    stream: false,
    framing: address.framing,
    n: 1,
    maxOutput: 0,
    includesUsage: false,
    refersOutside: false,
    endUser: typeof user === 'string' ? user : null,
  };
}
