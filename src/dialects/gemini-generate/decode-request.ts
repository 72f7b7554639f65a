import type { ChatRequest, Message, OutputFormat, Sampling, TextPart } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { ReceivedRequest } from '../dialect.ts';
import { type FieldRules, isBoolean, isList, isNumber, isObject, isText, requireFields, wrongType } from '../fields.ts';
import { camelCased } from '../google/spelling.ts';
import { readServiceTier } from '../google/usage.ts';
import { asNumber, asObject, asTexts } from '../loosely.ts';
import { checkedPart, decodeContents, listOf } from './decode-contents.ts';
import { others, own } from './own.ts';
import { fromSubset, inSmallLetters } from './schema.ts';
import { readThinking } from './thinking.ts';
import { decodeToolConfig, decodeTools } from './tools.ts';

export function decodeRequest({ body, model, stream }: ReceivedRequest): ChatRequest {
  return decodeGenerate(body, model, stream);
}

const BODY: FieldRules = [
  ['generationConfig', isObject],
  ['toolConfig', isObject],
  ['systemInstruction', isObject],
  ['serviceTier', isText],
];
const KNOWN = new Set([
  'model',
  'contents',
  'systemInstruction',
  'tools',
  'toolConfig',
  'generationConfig',
  'serviceTier',
]);

export function decodeGenerate(raw: JsonObject, model: string, stream: boolean): ChatRequest {
  const body = camelCased(raw);
  requireFields(body, BODY);
  const config = camelCased(asObject(body['generationConfig']) ?? {});
  requireFields(config, CONFIG, 'generationConfig.');
  const system = asObject(body['systemInstruction']);
  const tools = decodeToolConfig(asObject(body['toolConfig']) ?? {});
  const thinking = asObject(config['thinkingConfig']);
  const { output, own: ownConfig } = outputOf(config);
  const ownMembers = {
    ...others(body, KNOWN),
    ...(ownConfig === null ? {} : { generationConfig: ownConfig }),
    ...(tools.own === null ? {} : { toolConfig: tools.own }),
  };
  return {
    model,
    messages: [...(system === null ? [] : [instruction(system)]), ...decodeContents(body['contents'])],
    tools: body['tools'] === undefined || body['tools'] === null ? [] : decodeTools(body['tools']),
    toolChoice: tools.choice,
    parallelToolCalls: null,
    output,
    reasoning: thinking === null ? null : readThinking(thinking),
    sampling: samplingOf(config),
    maxOutputTokens: asNumber(config['maxOutputTokens']),
    verbosity: null,
    modalities: modalitiesOf(config['responseModalities']),
    stream,
    endUser: null,
    cacheKey: null,
    serviceTier: readServiceTier(body['serviceTier']),
    metadata: null,
    // Always there: by it the encoder knows a request that was written for Google.
    ...own(ownMembers),
  };
}

/** Google takes text alone here. */
function instruction(raw: JsonObject): Message {
  const { role, parts } = raw;
  const content = listOf(parts ?? [], 'systemInstruction.parts').map((value, index): TextPart => {
    const at = `systemInstruction.parts[${index}]`;
    const { text } = checkedPart(value, at);
    if (typeof text !== 'string') throw wrongType(`${at}.text`, 'a string', text);
    return { type: 'text', text };
  });
  return { role: 'system', rank: 'system', content, ...own(typeof role === 'string' ? { role } : null) };
}

const CONFIG: FieldRules = [
  ['temperature', isNumber],
  ['topP', isNumber],
  ['topK', isNumber],
  ['candidateCount', isNumber],
  ['maxOutputTokens', isNumber],
  ['presencePenalty', isNumber],
  ['frequencyPenalty', isNumber],
  ['seed', isNumber],
  ['stopSequences', isList],
  ['responseLogprobs', isBoolean],
  ['logprobs', isNumber],
  ['responseMimeType', isText],
  ['responseModalities', isList],
  ['thinkingConfig', isObject],
];
const CONFIG_KNOWN = new Set([...CONFIG.map(([name]) => name), 'responseJsonSchema']);

function samplingOf(config: JsonObject): Sampling {
  return {
    temperature: asNumber(config['temperature']),
    topP: asNumber(config['topP']),
    topK: asNumber(config['topK']),
    minP: null,
    presencePenalty: asNumber(config['presencePenalty']),
    frequencyPenalty: asNumber(config['frequencyPenalty']),
    repetitionPenalty: null,
    seed: asNumber(config['seed']),
    stop: asTexts(config['stopSequences']),
    logitBias: null,
    logprobs: config['responseLogprobs'] === undefined ? null : config['responseLogprobs'] === true,
    topLogprobs: asNumber(config['logprobs']),
    n: asNumber(config['candidateCount']) ?? 1,
  };
}

/**
 * `own`: the members without a canonical name, among them a schema that is not in `responseJsonSchema` and a type that
 * is not JSON, as they came.
 */
function outputOf(config: JsonObject): { readonly output: OutputFormat; readonly own: JsonObject | null } {
  const { responseMimeType: type } = config;
  const rest = others(config, CONFIG_KNOWN);
  const schema = schemaOf(config);
  const isJson = type === 'application/json';
  if (schema !== null && (isJson || type === undefined)) {
    return { output: { type: 'json-schema', name: null, description: null, schema, strict: null }, own: rest };
  }
  if (isJson) return { output: { type: 'json' }, own: rest };
  const kept =
    type === undefined || type === null || type === 'text/plain' ? rest : { ...rest, responseMimeType: type };
  return { output: { type: 'text' }, own: kept };
}

/** Four places for one thing: the newest first. */
function schemaOf(config: JsonObject): JsonObject | null {
  const text = asObject(camelCased(asObject(config['responseFormat']) ?? {})['text']);
  const subset = asObject(config['responseSchema']);
  const schema =
    asObject(text?.['schema']) ?? asObject(config['responseJsonSchema']) ?? asObject(config['_responseJsonSchema']);
  if (schema !== null) return inSmallLetters(schema);
  return subset === null ? null : fromSubset(subset);
}

const MODALITIES: Readonly<Record<string, 'text' | 'audio' | 'image'>> = {
  TEXT: 'text',
  AUDIO: 'audio',
  IMAGE: 'image',
};

function modalitiesOf(value: unknown): ChatRequest['modalities'] {
  const known = asTexts(value).flatMap((word) => MODALITIES[word.toUpperCase()] ?? []);
  return known.length === 0 ? null : known;
}
