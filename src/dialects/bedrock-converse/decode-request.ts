import {
  type ChatRequest,
  GatewayError,
  type Message,
  type OutputFormat,
  type TextPart,
  type ToolResultPart,
} from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { ReceivedRequest } from '../dialect.ts';
import { isList, isObject, isText, missingField, requireFields, wrongType } from '../fields.ts';
import { decodeBlocks } from './decode-content.ts';
import { decodeModelFields } from './model-fields.ts';
import { ownExtensions } from './own.ts';
import { decodeToolConfig } from './tools.ts';

export function decodeConverseRequest({ body, model, stream }: ReceivedRequest): ChatRequest {
  const {
    messages,
    system,
    inferenceConfig,
    toolConfig,
    outputConfig,
    requestMetadata,
    serviceTier,
    additionalModelRequestFields,
    ...others
  } = body;
  const { maxTokens, temperature, topP, stopSequences } = isJsonObject(inferenceConfig) ? inferenceConfig : {};
  const { output, effort } = decodeOutputConfig(outputConfig);
  const fields = decodeModelFields(additionalModelRequestFields, effort);
  const kept = fields.others === null ? others : { ...others, additionalModelRequestFields: fields.others };
  return {
    model,
    messages: [...decodeSystem(system), ...decodeMessages(messages)],
    ...decodeToolConfig(toolConfig),
    parallelToolCalls: fields.parallelToolCalls,
    output,
    reasoning: fields.reasoning,
    sampling: {
      temperature: numberOr(temperature),
      topP: numberOr(topP),
      topK: fields.topK,
      minP: null,
      presencePenalty: null,
      frequencyPenalty: null,
      repetitionPenalty: null,
      seed: null,
      stop: Array.isArray(stopSequences) ? stopSequences.filter((stop) => typeof stop === 'string') : [],
      logitBias: null,
      logprobs: null,
      topLogprobs: null,
      n: 1,
    },
    maxOutputTokens: numberOr(maxTokens),
    verbosity: null,
    modalities: null,
    stream,
    endUser: null,
    cacheKey: null,
    serviceTier: isJsonObject(serviceTier) && typeof serviceTier['type'] === 'string' ? serviceTier['type'] : null,
    metadata: isJsonObject(requestMetadata) ? requestMetadata : null,
    extensions: { 'bedrock-converse': kept },
  };
}

function numberOr(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function decodeSystem(system: unknown): Message[] {
  if (!Array.isArray(system) || system.length === 0) return [];
  const content = decodeBlocks(system).filter((part): part is TextPart => part.type === 'text');
  return content.length === 0 ? [] : [{ role: 'system', rank: 'system', content }];
}

function decodeMessages(messages: unknown): Message[] {
  if (!Array.isArray(messages)) throw missingField('messages');
  const calls = new Set<string>();
  return messages.flatMap((message: unknown, index) => {
    const at = `messages[${index}]`;
    if (!isJsonObject(message)) throw wrongType(at, 'an object', message);
    const { role, content } = message;
    if (!Array.isArray(content)) throw wrongType(`${at}.content`, 'an array of content blocks', content);
    for (const [place, block] of content.entries()) checkBlock(block, `${at}.content[${place}]`, calls);
    if (role === 'assistant') return [{ role, content: decodeBlocks(content, 'model'), name: null }];
    if (role === 'user') return decodeUser(content);
    if (role === 'system')
      return decodeSystem(content).map((turn) => ({ ...turn, ...ownExtensions({ inPlace: true }) }));
    throw new GatewayError('invalid_request', `Invalid value for '${at}.role': user, assistant and system are known.`, {
      param: `${at}.role`,
    });
  });
}

/** Results are turns of their own; the order of the blocks stays. */
function decodeUser(content: readonly unknown[]): Message[] {
  const turns: Message[] = [];
  for (const part of decodeBlocks(content)) {
    const last = turns.at(-1);
    if (part.type === 'tool-result') {
      const results: readonly ToolResultPart[] = last?.role === 'tool' ? [...last.content, part] : [part];
      if (last?.role === 'tool') turns.pop();
      turns.push({ role: 'tool', content: results });
    } else {
      const parts = last?.role === 'user' ? [...last.content, part] : [part];
      if (last?.role === 'user') turns.pop();
      turns.push({ role: 'user', content: parts, name: null });
    }
  }
  return turns;
}

/** `calls`: ids of the calls so far. */
function checkBlock(block: unknown, at: string, calls: Set<string>): void {
  if (!isJsonObject(block)) throw wrongType(at, 'an object', block);
  requireFields(block, BLOCK_RULES, `${at}.`);
  const { toolUse, toolResult } = block;
  if (isJsonObject(toolUse)) {
    requireText(toolUse, 'toolUseId', `${at}.toolUse`);
    requireText(toolUse, 'name', `${at}.toolUse`);
    calls.add(String(toolUse['toolUseId']));
  }
  if (!isJsonObject(toolResult)) return;
  const id = requireText(toolResult, 'toolUseId', `${at}.toolResult`);
  requireFields(
    toolResult,
    [
      ['content', isList],
      ['status', isText],
    ],
    `${at}.toolResult.`,
  );
  if (calls.has(id)) return;
  const param = `${at}.toolResult.toolUseId`;
  throw new GatewayError('invalid_request', `'${param}' is ${JSON.stringify(id)}: no earlier turn holds that call.`, {
    param,
  });
}

const BLOCK_RULES = [
  ['text', isText],
  ['image', isObject],
  ['document', isObject],
  ['video', isObject],
  ['audio', isObject],
  ['toolUse', isObject],
  ['toolResult', isObject],
  ['reasoningContent', isObject],
  ['citationsContent', isObject],
  ['guardContent', isObject],
  ['cachePoint', isObject],
] as const;

function requireText(object: JsonObject, name: string, at: string): string {
  const value = object[name];
  if (value === undefined) throw missingField(`${at}.${name}`);
  if (typeof value !== 'string') throw wrongType(`${at}.${name}`, 'a string', value);
  return value;
}

function decodeOutputConfig(config: unknown): { readonly output: OutputFormat; readonly effort: unknown } {
  if (!isJsonObject(config)) return { output: { type: 'text' }, effort: null };
  const { textFormat, effort } = config;
  const structure = isJsonObject(textFormat) ? textFormat['structure'] : null;
  const definition = isJsonObject(structure) ? structure['jsonSchema'] : null;
  if (!isJsonObject(definition)) return { output: { type: 'text' }, effort };
  const { name, description, schema } = definition;
  const output: OutputFormat = {
    type: 'json-schema',
    name: typeof name === 'string' ? name : null,
    description: typeof description === 'string' ? description : null,
    schema: parseSchema(schema),
    strict: null,
  };
  return { output, effort };
}

/** Converse has the schema as text. */
function parseSchema(schema: unknown): JsonObject {
  const param = 'outputConfig.textFormat.structure.jsonSchema.schema';
  if (typeof schema !== 'string') throw wrongType(param, 'a string', schema);
  try {
    const parsed: unknown = JSON.parse(schema);
    if (isJsonObject(parsed)) return parsed;
  } catch {
    // It is told below.
  }
  throw new GatewayError('invalid_request', `'${param}' must be a JSON object, as text.`, { param });
}
