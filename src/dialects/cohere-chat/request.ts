import { isJsonObject } from '../../std/index.ts';
import type { ReceivedRequest, RequestAddress, Splice } from '../dialect.ts';
import {
  type FieldRules,
  isInteger,
  isList,
  isNumber,
  isObject,
  isText,
  missingField,
  requireFields,
  wrongType,
} from '../fields.ts';
import { asNumber } from '../loosely.ts';
import { parseBody } from '../received.ts';
import { spliceBody } from '../splice.ts';

const RULES: FieldRules = [
  ['messages', isList],
  ['tools', isList],
  ['documents', isList],
  ['max_tokens', isInteger(0, 1e9)],
  ['temperature', isNumber],
  ['stop_sequences', isList],
  ['tool_choice', isText],
  ['response_format', isObject],
  ['thinking', isObject],
];

export function readChatRequest(bytes: Buffer, address: RequestAddress): ReceivedRequest {
  const { body, members, model, stream } = parseBody(bytes, address);
  requireFields(body, RULES);
  const { messages } = body;
  if (!Array.isArray(messages)) throw missingField('messages');
  let refersOutside = false;
  for (let index = 0; index < messages.length; index++) {
    const message: unknown = messages[index];
    if (!isJsonObject(message)) throw wrongType(`messages[${index}]`, 'an object', message);
    if (holdsImages(message['content'])) refersOutside = true;
  }
  return {
    dialect: 'cohere-chat',
    bytes,
    body,
    members,
    model,
    stream,
    framing: address.framing,
    n: 1,
    // 0 is Cohere's word for no limit.
    maxOutput: asNumber(body['max_tokens']) || null,
    includesUsage: true,
    refersOutside,
    endUser: null,
  };
}

function holdsImages(content: unknown): boolean {
  return Array.isArray(content) && content.some((part) => isJsonObject(part) && part['type'] === 'image_url');
}

/** Cohere knows one name for the limit, and sends usage unasked. */
export function spliceLimit(request: ReceivedRequest, { model, maxOutput }: Splice): Buffer {
  const limit = maxOutput === null ? null : ({ field: 'max_tokens', tokens: maxOutput.tokens } as const);
  return spliceBody(request, { model, addUsage: false, maxOutput: limit });
}
