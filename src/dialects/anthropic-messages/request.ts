import { GatewayError } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { ReceivedRequest, RequestAddress } from '../dialect.ts';
import {
  type FieldRules,
  isInteger,
  isList,
  isNumber,
  isObject,
  isTextOrList,
  missingField,
  requireFields,
  wrongType,
} from '../fields.ts';
import { parseBody } from '../received.ts';
import { OWN } from './own.ts';

/** Zero output tokens are asked for to fill the prompt cache; the upper bound only keeps nonsense out of arithmetic. */
const RULES: FieldRules = [
  ['max_tokens', isInteger(0, 1e9)],
  ['system', isTextOrList],
  ['temperature', isNumber],
  ['stop_sequences', isList],
  ['tools', isList],
  ['tool_choice', isObject],
  ['thinking', isObject],
  ['metadata', isObject],
];

/** Of a user's id, which Claude Code fills with JSON, so much is kept as the end user's. */
const MAX_END_USER = 256;

/** Fields that make the upstream read, or count, what is not in the body. */
const OUTSIDE_FIELDS = ['container', 'mcp_servers'] as const;

export function readMessagesRequest(bytes: Buffer, address: RequestAddress): ReceivedRequest {
  const received = readRequest(bytes, address);
  if (received.maxOutput === null) throw missingField('max_tokens');
  return received;
}

/** The same without an output limit: what a count of tokens is asked for. */
export function readRequest(bytes: Buffer, address: RequestAddress): ReceivedRequest {
  const { body, members, model, stream } = parseBody(bytes, address);
  requireFields(body, RULES);
  const metadata = isJsonObject(body['metadata']) ? body['metadata'] : {};
  const userId = metadata['user_id'];
  return {
    dialect: OWN,
    bytes,
    body,
    members,
    model,
    stream,
    framing: address.framing,
    n: 1,
    maxOutput: typeof body['max_tokens'] === 'number' ? body['max_tokens'] : null,
    limitIsMandatory: true,
    includesUsage: true,
    refersOutside: readMessages(body['messages']) || hasOutside(body),
    endUser: typeof userId === 'string' ? userId.slice(0, MAX_END_USER) : null,
  };
}

/** Tools with a type are Anthropic's: what they find, and how they are told to the model, is not in the body. */
function hasOutside(body: JsonObject): boolean {
  const { tools } = body;
  const isNamed = OUTSIDE_FIELDS.some((name) => body[name] !== undefined && body[name] !== null);
  return isNamed || (Array.isArray(tools) && tools.some(isAnthropicTool));
}

function isAnthropicTool(tool: unknown): boolean {
  return isJsonObject(tool) && typeof tool['type'] === 'string' && tool['type'] !== 'custom';
}

/** True if a message holds something whose tokens its bytes do not bound. */
function readMessages(messages: unknown): boolean {
  if (messages === undefined || messages === null) throw missingField('messages');
  if (!Array.isArray(messages)) throw wrongType('messages', 'an array', messages);
  if (messages.length === 0)
    throw new GatewayError('invalid_request', "Invalid 'messages': expected at least one message.", {
      param: 'messages',
    });
  let refersOutside = false;
  for (let index = 0; index < messages.length; index++) if (readMessage(messages[index], index)) refersOutside = true;
  return refersOutside;
}

function readMessage(message: unknown, index: number): boolean {
  const at = `messages[${index}]`;
  if (!isJsonObject(message)) throw wrongType(at, 'an object', message);
  const { role, content } = message;
  if (role === undefined) throw missingField(`${at}.role`);
  if (typeof role !== 'string') throw wrongType(`${at}.role`, 'a string', role);
  if (content === undefined || content === null) throw missingField(`${at}.content`);
  if (typeof content === 'string') return false;
  if (!Array.isArray(content)) throw wrongType(`${at}.content`, 'a string or an array of content blocks', content);
  return content.some(isOutside);
}

function isOutside(block: unknown): boolean {
  if (!isJsonObject(block)) return false;
  const { type, source, content } = block;
  if (type === 'image' || type === 'container_upload') return true;
  if (type === 'document') return !isJsonObject(source) || (source['type'] !== 'text' && !isOfText(source));
  return type === 'tool_result' && Array.isArray(content) && content.some(isOutside);
}

/** A document of blocks: text, or pictures. */
function isOfText({ type, content }: JsonObject): boolean {
  return type === 'content' && (typeof content === 'string' || (Array.isArray(content) && !content.some(isOutside)));
}
