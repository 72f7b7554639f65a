import type { ReceivedRequest, RequestAddress } from '../dialect.ts';
import { type FieldRules, isList, isObject, isText, requireFields } from '../fields.ts';
import { holdsImages, receivedOf } from '../ollama-chat/request.ts';
import { parseBody } from '../received.ts';

const RULES: FieldRules = [
  ['prompt', isText],
  ['suffix', isText],
  ['system', isText],
  ['template', isText],
  ['images', isList],
  ['context', isList],
  ['options', isObject],
];

export function readGenerateRequest(bytes: Buffer, address: RequestAddress): ReceivedRequest {
  const parsed = { ...parseBody(bytes, address), framing: address.framing };
  requireFields(parsed.body, RULES);
  return receivedOf('ollama-generate', bytes, parsed, holdsImages(parsed.body));
}
