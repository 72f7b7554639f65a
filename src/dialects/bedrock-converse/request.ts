import { isJsonObject, type JsonMember, type JsonObject, scanMembers } from '../../std/index.ts';
import type { ReceivedRequest, RequestAddress, Splice } from '../dialect.ts';
import {
  type FieldRules,
  isInteger,
  isList,
  isNumber,
  isObject,
  missingField,
  requireFields,
  wrongType,
} from '../fields.ts';
import { MAX_DEPTH, parseObject, refuseRepeated } from '../received.ts';
import { applyEdits } from '../splice.ts';

const DECISIVE: ReadonlySet<string> = new Set(['inferenceConfig', 'maxTokens', 'serviceTier']);

const RULES: FieldRules = [
  ['messages', isList],
  ['system', isList],
  ['inferenceConfig', isObject],
  ['toolConfig', isObject],
  ['guardrailConfig', isObject],
  ['outputConfig', isObject],
  ['requestMetadata', isObject],
  ['serviceTier', isObject],
];
const INFERENCE_RULES: FieldRules = [
  ['maxTokens', isInteger(1, 1e9)],
  ['temperature', isNumber],
  ['topP', isNumber],
  ['stopSequences', isList],
];

/** Blocks whose tokens their bytes bound. */
const BOUNDED: ReadonlySet<string> = new Set([
  'text',
  'toolUse',
  'toolResult',
  'cachePoint',
  'reasoningContent',
  'json',
]);

/** The model stands in the address, and so does whether a stream is wanted. */
export function readConverseRequest(bytes: Buffer, address: RequestAddress): ReceivedRequest {
  const { body, members } = parseObject(bytes, DECISIVE);
  const { model, stream } = address;
  if (model === null || model === '') throw missingField('modelId');
  requireFields(body, RULES);
  const messages = body['messages'];
  if (!Array.isArray(messages)) throw missingField('messages');
  return {
    dialect: 'bedrock-converse',
    bytes,
    body,
    members,
    model,
    stream: stream === true,
    framing: address.framing,
    n: 1,
    maxOutput: outputLimit(bytes, body['inferenceConfig'], members),
    includesUsage: true,
    refersOutside: messages.some(messageRefersOutside) || hasSystemTool(body['toolConfig']),
    endUser: null,
  };
}

/** An output limit is put into `inferenceConfig`; the model's name goes into the address. */
export function spliceConverseRequest({ bytes, body, members }: ReceivedRequest, { maxOutput }: Splice): Buffer {
  if (maxOutput === null) return bytes;
  const known = members.find(({ name }) => name === 'inferenceConfig');
  if (known !== undefined) {
    const before = isJsonObject(body['inferenceConfig']) ? body['inferenceConfig'] : {};
    const text = JSON.stringify({ ...before, maxTokens: maxOutput.tokens });
    return applyEdits(bytes, [{ start: known.start, end: known.end, text }]);
  }
  const inside = bytes.indexOf('{') + 1;
  const separator = members.length === 0 ? '' : ',';
  const text = `"inferenceConfig":{"maxTokens":${maxOutput.tokens}}${separator}`;
  return applyEdits(bytes, [{ start: inside, end: inside, text }]);
}

function outputLimit(bytes: Buffer, config: unknown, members: readonly JsonMember[]): number | null {
  const place = members.find(({ name }) => name === 'inferenceConfig');
  if (!isJsonObject(config) || place === undefined) return null;
  const inside = scanMembers(bytes.subarray(place.start, place.end), MAX_DEPTH) ?? [];
  refuseRepeated(inside, DECISIVE, 'inferenceConfig.');
  requireFields(config, INFERENCE_RULES, 'inferenceConfig.');
  return typeof config['maxTokens'] === 'number' ? config['maxTokens'] : null;
}

function messageRefersOutside(message: unknown, index: number): boolean {
  const at = `messages[${index}]`;
  if (!isJsonObject(message)) throw wrongType(at, 'an object', message);
  const { role, content } = message;
  if (role === undefined) throw missingField(`${at}.role`);
  if (typeof role !== 'string') throw wrongType(`${at}.role`, 'a string', role);
  if (!Array.isArray(content)) throw wrongType(`${at}.content`, 'an array of content blocks', content);
  return content.some(blockRefersOutside);
}

function blockRefersOutside(block: unknown): boolean {
  if (!isJsonObject(block)) return true;
  if (!Object.keys(block).every((name) => BOUNDED.has(name))) return true;
  const result = block['toolResult'];
  return isJsonObject(result) && Array.isArray(result['content']) && result['content'].some(blockRefersOutside);
}

function hasSystemTool(config: unknown): boolean {
  const tools = isJsonObject(config) ? config['tools'] : null;
  return Array.isArray(tools) && tools.some((tool: unknown) => isJsonObject(tool) && isOther(tool));
}

function isOther(tool: JsonObject): boolean {
  return tool['toolSpec'] === undefined && tool['cachePoint'] === undefined;
}
