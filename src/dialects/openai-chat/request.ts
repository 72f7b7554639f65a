import { GatewayError } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { ReceivedRequest, RequestAddress } from '../dialect.ts';
import {
  type FieldRules,
  isInteger,
  isList,
  isNumber,
  isObject,
  isText,
  isTextOrList,
  missingField,
  requireFields,
  wrongType,
} from '../fields.ts';
import { parseBody } from '../received.ts';

/** 128 is OpenAI's own bound on `n`; the output limit's bound only keeps nonsense out of the arithmetic. */
const RULES: FieldRules = [
  ['n', isInteger(1, 128)],
  ['max_tokens', isInteger(1, 1e9)],
  ['max_completion_tokens', isInteger(1, 1e9)],
  ['stream_options', isObject],
  ['temperature', isNumber],
  ['top_p', isNumber],
  ['stop', isTextOrList],
  ['tools', isList],
  ['response_format', isObject],
  ['user', isText],
];

export function readChatRequest(bytes: Buffer, address: RequestAddress): ReceivedRequest {
  const { body, members, model, stream } = parseBody(bytes, address);
  requireFields(body, RULES);
  const messages = body['messages'];
  if (messages === undefined || messages === null) throw missingField('messages');
  if (!Array.isArray(messages)) throw wrongType('messages', 'an array', messages);
  if (messages.length === 0)
    throw new GatewayError('invalid_request', "Invalid 'messages': expected at least one message.", {
      param: 'messages',
    });
  let refersOutside = body['web_search_options'] !== undefined;
  for (let index = 0; index < messages.length; index++) {
    if (readMessage(messages[index], index)) refersOutside = true;
  }
  return {
    dialect: 'openai-chat',
    bytes,
    body,
    members,
    model,
    stream,
    framing: address.framing,
    n: typeof body['n'] === 'number' ? body['n'] : 1,
    maxOutput: outputLimit(body),
    ...usageAskedFor(body),
    refersOutside,
    endUser: typeof body['user'] === 'string' ? body['user'] : null,
  };
}

/** Both spellings given: the upstream may honour either, so the larger one is what can be spent. */
function outputLimit(body: JsonObject): number | null {
  const limits = [body['max_completion_tokens'], body['max_tokens']].filter((limit) => typeof limit === 'number');
  return limits.length === 0 ? null : Math.max(...limits);
}

/** OpenRouter's way to ask is `usage: { include: true }`, and its usage has the cost in it. */
export function usageAskedFor(body: JsonObject): Pick<ReceivedRequest, 'includesUsage' | 'tellsCost'> {
  const { usage, stream_options: options } = body;
  const tellsCost = isJsonObject(usage) && usage['include'] === true;
  return tellsCost ? { includesUsage: true, tellsCost } : { includesUsage: asksForUsage(options) };
}

function asksForUsage(options: unknown): boolean {
  return isJsonObject(options) && options['include_usage'] === true;
}

/** True if the message holds something other than text: its tokens are not bounded by its bytes. */
function readMessage(message: unknown, index: number): boolean {
  const at = `messages[${index}]`;
  if (!isJsonObject(message)) throw wrongType(at, 'an object', message);
  const { role, content } = message;
  if (role === undefined) throw missingField(`${at}.role`);
  if (typeof role !== 'string') throw wrongType(`${at}.role`, 'a string', role);
  if (content === undefined || content === null || typeof content === 'string') return false;
  if (isJsonObject(content)) return true;
  if (!Array.isArray(content)) throw wrongType(`${at}.content`, 'a string or an array of content parts', content);
  return content.some((part) => !isJsonObject(part) || part['type'] !== 'text');
}
