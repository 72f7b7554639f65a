import type { ReceivedRequest, RequestAddress } from '../dialect.ts';
import { type FieldRules, isInteger, isObject, isTextOrList, missingField, requireFields } from '../fields.ts';
import { parseBody } from '../received.ts';

const RULES: FieldRules = [
  ['input', isTextOrList],
  ['dimensions', isInteger(0, 1e6)],
  ['options', isObject],
];

export function readEmbedRequest(bytes: Buffer, address: RequestAddress): ReceivedRequest {
  const { body, members, model } = parseBody(bytes, address);
  requireFields(body, RULES);
  if ((body['input'] ?? null) === null) throw missingField('input');
  return {
    dialect: 'ollama-embed',
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
    endUser: null,
  };
}
