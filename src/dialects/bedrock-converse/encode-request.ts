import type { ChatRequest, Message, Sampling, Warning } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { withFewerCacheMarks } from '../cache-marks.ts';
import { closedSchema } from '../closed-schema.ts';
import type { EncodedRequest, UpstreamTarget } from '../dialect.ts';
import { withoutServerChoice } from '../tools/server-choice.ts';
import { USUAL_NAMES } from '../tools/tool-name.ts';
import { withoutCustomTools } from '../tools/without-custom-tools.ts';
import { DocumentNames } from './document-names.ts';
import { type ContentContext, encodeBlocks } from './encode-content.ts';
import { encodeThinking, type Thinking } from './encode-thinking.ts';
import { type Family, familyOf } from './family.ts';
import { ownOf } from './own.ts';
import { encodeToolConfig } from './tools.ts';

/** The model's name and whether to stream stand in the address, not in the body. */
export function encodeConverseRequest(asked: ChatRequest, target: UpstreamTarget): EncodedRequest {
  const family = familyOf(target.model, target.facts.thinking);
  const { request: free, warnings: ofChoice } = withoutServerChoice(asked);
  const { request: named, renaming, warnings: ofTools } = withoutCustomTools(free, USUAL_NAMES);
  const hasCachePoints = family.caches !== 'nowhere';
  const { request, warnings: ofMarks } =
    hasCachePoints && asked.extensions?.['bedrock-converse'] === undefined
      ? withFewerCacheMarks(named, family.caches === 'everywhere')
      : { request: named, warnings: [] };
  const context: ContentContext = {
    side: 'upstream',
    signsThoughts: family.signsThoughts,
    callIds: family.callIds,
    hasCachePoints,
    warnings: [...ofTools, ...ofChoice, ...ofMarks],
    documentNames: new DocumentNames(),
  };
  const { warnings } = context;
  const thinking = thinkingOf(request, target, family, warnings);
  const toolConfig = encodeToolConfig(request, family, context);
  const oneCall = toolConfig === null ? {} : oneCallAtATime(request, toolConfig, family, warnings);
  const inference = encodeInference(request, target, thinking, warnings);
  const { additionalModelRequestFields: kept, ...own } = ownOf(request);
  const topK = encodeTopK(request.sampling.topK, family, thinking, warnings);
  const fields = merged([isJsonObject(kept) ? kept : {}, topK, thinking.fields, oneCall]);
  warnOfUnsayable(request, warnings);
  const body: JsonObject = {
    ...encodeTurns(request.messages, context),
    ...nonEmpty('inferenceConfig', inference),
    ...(toolConfig === null
      ? {}
      : { toolConfig: oneCall['tool_choice'] ? { tools: toolConfig['tools'] } : toolConfig }),
    ...nonEmpty('additionalModelRequestFields', fields),
    ...encodeOutput(request, warnings),
    ...encodeMetadata(request),
    ...encodeServiceTier(request, warnings),
    ...own,
  };
  return { body, headers: [], warnings, ...renaming };
}

function thinkingOf(
  { reasoning, toolChoice }: ChatRequest,
  { maxOutputTokens, facts }: UpstreamTarget,
  family: Family,
  warnings: Warning[],
): Thinking {
  if (reasoning === null) return { fields: {}, isOn: false };
  return encodeThinking({ wish: reasoning, toolChoice, maxOutputTokens, facts }, family, warnings);
}

type Turns = { readonly system: JsonObject[]; readonly messages: { role: string; content: JsonObject[] }[] };

/** Roles alternate: turns of one role that follow each other become one. Later instructions go in front. */
function encodeTurns(messages: readonly Message[], context: ContentContext): JsonObject {
  const turns: Turns = { system: [], messages: [] };
  for (const message of messages) {
    const content = encodeBlocks(message.content, context);
    if (content.length === 0) continue;
    if (message.role === 'system' && ownOf(message)['inPlace'] !== true) {
      if (turns.messages.length > 0)
        context.warnings.push({
          field: 'messages',
          message: 'Later instructions are put in front of the conversation.',
        });
      turns.system.push(...content);
      continue;
    }
    const role = message.role === 'tool' ? 'user' : message.role;
    const last = turns.messages.at(-1);
    if (last?.role === role) last.content.push(...content);
    else turns.messages.push({ role, content });
  }
  return { messages: turns.messages, ...(turns.system.length === 0 ? {} : { system: turns.system }) };
}

function encodeInference(
  { sampling, maxOutputTokens }: ChatRequest,
  target: UpstreamTarget,
  thinking: Thinking,
  warnings: Warning[],
): JsonObject {
  const limit = target.maxOutputTokens ?? maxOutputTokens;
  return {
    ...(limit === null ? {} : { maxTokens: limit }),
    ...encodeChance(sampling, target, thinking, warnings),
    ...(sampling.stop.length === 0 ? {} : { stopSequences: sampling.stop }),
  };
}

function encodeChance(
  { temperature, topP }: Sampling,
  { facts }: UpstreamTarget,
  { isOn, fields }: Thinking,
  warnings: Warning[],
): JsonObject {
  const asked: JsonObject = { ...(temperature === null ? {} : { temperature }), ...(topP === null ? {} : { topP }) };
  // While Claude thinks, only a temperature of 1 is taken.
  const isRefused = facts.takesSampling === false || (isOn && 'thinking' in fields && temperature !== 1);
  if (!isRefused) return asked;
  for (const field in asked) warnings.push({ field: `sampling.${field}`, message: 'Left out: this model refuses it.' });
  return {};
}

function encodeTopK(topK: number | null, family: Family, thinking: Thinking, warnings: Warning[]): JsonObject {
  if (topK === null) return {};
  const isRefused = family.topK === null || (thinking.isOn && 'thinking' in thinking.fields);
  if (isRefused) {
    warnings.push({ field: 'sampling.topK', message: 'Left out: this model does not take it.' });
    return {};
  }
  return family.topK === 'top_k' ? { top_k: topK } : { inferenceConfig: { topK } };
}

/** Said in Anthropic's words: Bedrock refuses a `toolChoice` of its own beside them. */
function oneCallAtATime(
  { parallelToolCalls, toolChoice }: ChatRequest,
  toolConfig: JsonObject,
  family: Family,
  warnings: Warning[],
): JsonObject {
  if (parallelToolCalls !== false) return {};
  const isFree = toolConfig['toolChoice'] === undefined || toolChoice?.type === 'auto';
  if (family.thinking === 'thinking' && isFree)
    return { tool_choice: { type: 'auto', disable_parallel_tool_use: true } };
  warnings.push({ field: 'parallelToolCalls', message: 'Left out: Converse cannot ask for one call at a time here.' });
  return {};
}

function encodeOutput({ output, extensions }: ChatRequest, warnings: Warning[]): JsonObject {
  if (output.type === 'json')
    warnings.push({ field: 'output', message: 'Left out: Converse knows JSON by a schema only.' });
  if (output.type !== 'json-schema') return {};
  const { name, description, schema } = output;
  const jsonSchema = {
    ...(name === null ? {} : { name }),
    ...(description === null ? {} : { description }),
    // Bedrock takes no open objects and no bounds; who wrote it for Bedrock knows.
    schema: JSON.stringify(extensions?.['bedrock-converse'] === undefined ? closedSchema(schema) : schema),
  };
  return { outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema } } } };
}

/** Converse takes text only, under names and of a length like these. */
const METADATA = /^[a-zA-Z0-9\s:_@$#=/+,.-]{1,256}$/;

function encodeMetadata({ metadata }: ChatRequest): JsonObject {
  const fitting = Object.entries(metadata ?? {}).filter(
    ([name, value]) => METADATA.test(name) && typeof value === 'string' && (value === '' || METADATA.test(value)),
  );
  return nonEmpty('requestMetadata', Object.fromEntries(fitting.slice(0, 16)));
}

const SERVICE_TIERS: ReadonlySet<string> = new Set(['default', 'flex', 'priority', 'reserved']);

function encodeServiceTier({ serviceTier }: ChatRequest, warnings: Warning[]): JsonObject {
  if (serviceTier === null || serviceTier === 'auto') return {};
  if (SERVICE_TIERS.has(serviceTier)) return { serviceTier: { type: serviceTier } };
  warnings.push({ field: 'serviceTier', message: `Left out: Bedrock has no tier ${JSON.stringify(serviceTier)}.` });
  return {};
}

function warnOfUnsayable({ sampling, verbosity, modalities }: ChatRequest, warnings: Warning[]): void {
  const { minP, presencePenalty, frequencyPenalty, repetitionPenalty, seed, logitBias, logprobs, n } = sampling;
  const fields: JsonObject = { minP, presencePenalty, frequencyPenalty, repetitionPenalty, seed, logitBias };
  const asked = Object.keys(fields).filter((field) => !isNeutral(field, fields[field]));
  if (logprobs === true) asked.push('logprobs');
  if (n > 1) asked.push('n');
  for (const field of asked)
    warnings.push({ field: `sampling.${field}`, message: 'Left out: Converse has no place for it.' });
  if (verbosity !== null) warnings.push({ field: 'verbosity', message: 'Left out: Converse has no place for it.' });
  if (modalities?.some((kind) => kind !== 'text') === true)
    warnings.push({ field: 'modalities', message: 'Left out: Converse answers as the model does.' });
}

/** A penalty or a bound of 0 changes nothing; 0 is a seed like any other. */
function isNeutral(field: string, value: unknown): boolean {
  return value === null || (value === 0 && field !== 'seed');
}

/** Objects of the same name become one. */
function merged(objects: readonly JsonObject[]): JsonObject {
  const result: Record<string, unknown> = {};
  for (const object of objects) {
    for (const [name, value] of Object.entries(object)) {
      const before = result[name];
      result[name] = isJsonObject(before) && isJsonObject(value) ? { ...before, ...value } : value;
    }
  }
  return result;
}

function nonEmpty(name: string, fields: JsonObject): JsonObject {
  return Object.keys(fields).length === 0 ? {} : { [name]: fields };
}
