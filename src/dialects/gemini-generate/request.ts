import { GatewayError } from '../../inference/index.ts';
import { isJsonObject, type JsonMember, type JsonObject, scanMembers } from '../../std/index.ts';
import type { ReceivedRequest, RequestAddress } from '../dialect.ts';
import { type FieldRules, isInteger, isObject, isText, missingField, requireFields, wrongType } from '../fields.ts';
import { camelCase, camelCased, modelName } from '../google/spelling.ts';
import { asObject, asObjects } from '../loosely.ts';
import { MAX_DEPTH, parseObject, refuseRepeated } from '../received.ts';
import { listOf } from './decode-contents.ts';

/** In either spelling, and a field must not be there in both. */
const DECISIVE = new Set(['model', 'generationConfig', 'cachedContent', 'serviceTier']);
const DECISIVE_CONFIG = new Set(['maxOutputTokens', 'candidateCount']);

const RULES: FieldRules = [
  ['model', isText],
  ['generationConfig', isObject],
];
const CONFIG_RULES: FieldRules = [
  ['maxOutputTokens', isInteger(1, 1e9)],
  ['candidateCount', isInteger(1, 128)],
];

export function readGenerateRequest(bytes: Buffer, address: RequestAddress): ReceivedRequest {
  const { body, members } = parseObject(bytes, new Set());
  const named = members.map(spelled);
  refuseRepeated(named, DECISIVE);
  const fields = camelCased(body);
  requireFields(fields, RULES);
  const config = camelCased(asObject(fields['generationConfig']) ?? {});
  requireFields(config, CONFIG_RULES, 'generationConfig.');
  refuseRepeated(configMembers(bytes, named), DECISIVE_CONFIG, 'generationConfig.');
  const { maxOutputTokens, candidateCount } = config;
  return {
    dialect: 'gemini-generate',
    bytes,
    body,
    members,
    model: modelOf(fields, address),
    stream: address.stream === true,
    framing: address.framing,
    n: typeof candidateCount === 'number' ? candidateCount : 1,
    maxOutput: typeof maxOutputTokens === 'number' ? maxOutputTokens : null,
    includesUsage: true,
    refersOutside: refersOutside(fields),
    endUser: null,
  };
}

export function modelOf({ model }: JsonObject, address: Pick<RequestAddress, 'model'>): string {
  const resource = address.model ?? model;
  if (typeof resource !== 'string' || modelName(resource) === '') throw missingField('model');
  return modelName(resource);
}

export function spelled(member: JsonMember): JsonMember {
  return member.name.includes('_') ? { ...member, name: camelCase(member.name) } : member;
}

/** The members of `generationConfig`, in camelCase; places count from the beginning of its value. */
export function configMembers(bytes: Buffer, members: readonly JsonMember[]): readonly JsonMember[] {
  const config = members.find(({ name }) => name === 'generationConfig');
  if (config === undefined) return [];
  const value = bytes.subarray(config.start, config.end);
  return value[0] === 0x7b ? (scanMembers(value, MAX_DEPTH) ?? []).map(spelled) : [];
}

/** Throws where the contents are not what they must be. */
function refersOutside(fields: JsonObject): boolean {
  const contents = listOf(fields['contents'], 'contents');
  if (contents.length === 0) {
    const message = "Invalid 'contents': expected at least one content.";
    throw new GatewayError('invalid_request', message, { param: 'contents' });
  }
  let refers = fields['cachedContent'] !== undefined && fields['cachedContent'] !== null;
  for (const [index, content] of contents.entries()) {
    if (!isJsonObject(content)) throw wrongType(`contents[${index}]`, 'an object', content);
    for (const part of listOf(content['parts'] ?? [], `contents[${index}].parts`)) {
      if (!isJsonObject(part)) throw wrongType(`contents[${index}].parts`, 'an array of objects', part);
      if (holdsMedia(part)) refers = true;
    }
  }
  return refers || hasServerTools(fields['tools']);
}

/** Members of a part of which the bytes bound the tokens. */
const BOUNDED = new Set([
  'text',
  'thought',
  'thoughtSignature',
  'functionCall',
  'executableCode',
  'codeExecutionResult',
]);

function holdsMedia(part: JsonObject): boolean {
  for (const name in part) {
    const kind = camelCase(name);
    if (BOUNDED.has(kind) || part[name] === null) continue;
    if (kind !== 'functionResponse' || asObjects(asObject(part[name])?.['parts']).length > 0) return true;
  }
  return false;
}

/** What Google's own tools bring is charged as input. */
function hasServerTools(tools: unknown): boolean {
  const list = isJsonObject(tools) ? [tools] : asObjects(tools);
  return list.some((tool) =>
    Object.entries(tool).some(([name, value]) => value !== null && camelCase(name) !== 'functionDeclarations'),
  );
}
