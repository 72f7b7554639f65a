import type { ReceivedRequest } from '../dialect.ts';
import { type FieldRules, isInteger, isObject, isText, isTextOrList, missingField, requireFields } from '../fields.ts';
import { parseBody } from '../received.ts';

const RULES: FieldRules = [
  ['input', isTextOrList],
  ['prompt', isText],
  ['dimensions', isInteger(0, 1e6)],
  ['options', isObject],
];

export function readEmbedRequest(bytes: Buffer): ReceivedRequest {
  const { body, members, model } = parseBody(bytes);
  requireFields(body, RULES);
  if ((body['input'] ?? body['prompt'] ?? null) === null) throw missingField('input');
  return {
    dialect: 'ollama-embed',
    bytes,
    body,
    members,
    model,
    stream: false,
    framing: 'ndjson',
    n: 1,
    maxOutput: 0,
    includesUsage: false,
    refersOutside: false,
    endUser: null,
  };
}
