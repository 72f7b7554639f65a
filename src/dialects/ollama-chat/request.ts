import type { DialectId } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { ReceivedRequest, RequestAddress } from '../dialect.ts';
import { type FieldRules, isList, isObject, missingField, requireFields, wrongType } from '../fields.ts';
import { asNumber } from '../loosely.ts';
import { parseBody } from '../received.ts';

const RULES: FieldRules = [
  ['messages', isList],
  ['tools', isList],
  ['options', isObject],
];

export function readChatRequest(bytes: Buffer, address: RequestAddress): ReceivedRequest {
  const { body, ...parsed } = parseBody(bytes, address);
  requireFields(body, RULES);
  const { messages } = body;
  if (!Array.isArray(messages)) throw missingField('messages');
  let refersOutside = false;
  for (let index = 0; index < messages.length; index++) {
    const message: unknown = messages[index];
    if (!isJsonObject(message)) throw wrongType(`messages[${index}]`, 'an object', message);
    if (holdsImages(message)) refersOutside = true;
  }
  return receivedOf('ollama-chat', bytes, { ...parsed, body, framing: address.framing }, refersOutside);
}

export function holdsImages(body: JsonObject): boolean {
  return Array.isArray(body['images']) && body['images'].length > 0;
}

/** What chat and generate have in common. They stream unless told not to. */
export function receivedOf(
  dialect: DialectId,
  bytes: Buffer,
  { body, members, model, framing }: ReturnType<typeof parseBody> & Pick<RequestAddress, 'framing'>,
  refersOutside: boolean,
): ReceivedRequest {
  return {
    dialect,
    bytes,
    body,
    members,
    model,
    stream: body['stream'] !== false,
    framing,
    n: 1,
    maxOutput: outputLimit(body['options']),
    includesUsage: true,
    refersOutside,
    endUser: null,
  };
}

/** `num_predict` below 1 means as much as fits, or for ever. */
export function outputLimit(options: unknown): number | null {
  const limit = isJsonObject(options) ? asNumber(options['num_predict']) : null;
  return limit !== null && limit >= 1 ? Math.floor(limit) : null;
}
