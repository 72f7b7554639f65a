import type { ChatRequest, Message, OutputFormat, Sampling, TextPart } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { EncodedRequest, UpstreamTarget } from '../dialect.ts';
import { writeServiceTier } from '../google/usage.ts';
import { asObject } from '../loosely.ts';
import { withoutServerChoice } from '../tools/server-choice.ts';
import type { NameRule } from '../tools/tool-name.ts';
import { withoutCustomTools } from '../tools/without-custom-tools.ts';
import { type Encoding, encodeContents, leaveOut, openEncoding } from './encode-contents.ts';
import { ownOf } from './own.ts';
import { heeded, unheeded } from './schema.ts';
import { writeThinking } from './thinking.ts';
import { encodeToolConfig, encodeTools, mixedConfig } from './tools.ts';

/** Google takes these letters and 128 of them; Vertex AI 64, the first of them no digit. */
const TOOL_NAMES: NameRule = { odd: /^(?=[0-9.-])|[^a-zA-Z0-9_.-]/g, most: 64 };

/** The model and whether to stream stand in the address, not in the body. */
export function encodeRequest(asked: ChatRequest, target: UpstreamTarget): EncodedRequest {
  const { request: free, warnings: ofChoice } = withoutServerChoice(asked);
  const { request, renaming, warnings: ofTools } = withoutCustomTools(free, TOOL_NAMES);
  const encoding = openEncoding(target.model, [...ofTools, ...ofChoice]);
  const own = ownOf(request);
  const { generationConfig, toolConfig, ...rest } = own ?? {};
  const tools = encodeTools(request.tools, encoding);
  const { systemInstruction, contents } = encodeMessages(request.messages, encoding);
  const choice =
    own === null ? mixedConfig(tools, request.toolChoice) : encodeToolConfig(request.toolChoice, asObject(toolConfig));
  const config = {
    ...encodeSampling(request.sampling, target, encoding),
    ...encodeOutput(request.output, own, encoding),
    ...wishesOf(request, target, encoding),
    ...asObject(generationConfig),
  };
  warnOfUnsaid(request, encoding);
  const tier = writeServiceTier(request.serviceTier);
  const body = {
    ...(systemInstruction === null ? {} : { systemInstruction }),
    contents,
    ...(tools.length === 0 ? {} : { tools }),
    ...(choice === null ? {} : { toolConfig: choice }),
    ...(Object.keys(config).length === 0 ? {} : { generationConfig: config }),
    ...(tier === null ? {} : { serviceTier: tier }),
    ...rest,
  };
  return { body, headers: [], warnings: [...encoding.warnings.values()], ...renaming };
}

type Messages = { readonly systemInstruction: JsonObject | null; readonly contents: readonly JsonObject[] };

/** What a request of instructions alone says besides: Google wants a turn, and takes (recorded) an empty one. */
const SILENCE = [{ role: 'user', parts: [{ text: '' }] }];

/** Instructions have one place, before all turns. */
function encodeMessages(messages: readonly Message[], encoding: Encoding): Messages {
  const systems = messages.filter((message) => message.role === 'system');
  const parts = systems.flatMap(({ content }) => content.map(({ text }: TextPart) => ({ text })));
  const first = messages.findIndex((message) => message.role !== 'system');
  const late = messages.findIndex((message, index) => message.role === 'system' && index > first);
  if (first !== -1 && late !== -1) {
    leaveOut(encoding, `messages[${late}]`, 'Google takes instructions before all turns only: they were put there.');
  }
  const contents = encodeContents(messages, encoding);
  const role = systems.map((system) => ownOf(system)?.['role']).find((each) => typeof each === 'string');
  return {
    systemInstruction: parts.length === 0 ? null : { parts, ...(role === undefined ? {} : { role }) },
    contents: contents.length === 0 ? SILENCE : contents,
  };
}

/** Google's bound on stop sequences. */
const MOST_STOPS = 5;

function encodeSampling(sampling: Sampling, target: UpstreamTarget, encoding: Encoding): JsonObject {
  const { temperature, topP, topK, presencePenalty, frequencyPenalty, seed, stop, logprobs, topLogprobs, n } = sampling;
  const stops = stop.slice(0, MOST_STOPS);
  if (stop.length > MOST_STOPS) {
    leaveOut(encoding, 'sampling.stop', `Google takes ${MOST_STOPS} stop sequences: those after them were left out.`);
  }
  if (target.facts.takesSampling === false && (temperature ?? topP ?? topK) !== null) {
    leaveOut(encoding, 'sampling', `${target.model} takes no temperature, topP and topK: they were left out.`);
  }
  return present({
    ...(target.facts.takesSampling === false ? {} : { temperature, topP, topK }),
    presencePenalty,
    frequencyPenalty,
    seed,
    stopSequences: stops.length === 0 ? null : stops,
    responseLogprobs: logprobs,
    logprobs: logprobs === false ? null : topLogprobs,
    candidateCount: n === 1 ? null : n,
    maxOutputTokens: target.maxOutputTokens,
  });
}

const SCHEMAS = ['responseSchema', 'responseFormat', '_responseJsonSchema'];

/** JSON Schema is documented for all models since Gemini 2.5, and keeps the order of the properties. */
function encodeOutput(output: OutputFormat, own: JsonObject | null, encoding: Encoding): JsonObject {
  const ownConfig = asObject(own?.['generationConfig']);
  if (output.type === 'text') return {};
  if (output.type === 'json') return { responseMimeType: 'application/json' };
  if (ownConfig?.['responseFormat'] !== undefined) return {};
  const isSaid = SCHEMAS.some((name) => ownConfig?.[name] !== undefined);
  return {
    responseMimeType: 'application/json',
    ...(isSaid ? {} : encodeSchema(output.schema, own !== null, encoding)),
  };
}

/** A client of Google's own knows what it heeds. */
function encodeSchema(schema: JsonObject, isOwn: boolean, encoding: Encoding): JsonObject {
  const sent = heeded(schema);
  const words = unheeded(sent);
  if (words.length > 0 && !isOwn) {
    leaveOut(
      encoding,
      'output.schema',
      `Google is not known to heed ${words.join(', ')} in a schema: sent, not enforced.`,
    );
  }
  return { responseJsonSchema: sent };
}

function wishesOf({ reasoning, modalities }: ChatRequest, target: UpstreamTarget, encoding: Encoding): JsonObject {
  const thinking = reasoning === null ? null : writeThinking(reasoning, target);
  if (thinking === 'unthinking') {
    leaveOut(encoding, 'reasoning', `${target.model} does not think: the wish was left out.`);
  }
  return present({
    thinkingConfig: thinking === 'unthinking' ? null : thinking,
    responseModalities: modalities?.map((modality) => modality.toUpperCase()) ?? null,
  });
}

/**
 * Not `endUser`, `metadata`, `cacheKey` and marks of a cached prompt: they change nothing about the answer, and Google
 * caches by itself.
 */
function warnOfUnsaid({ sampling, parallelToolCalls, verbosity, serviceTier }: ChatRequest, encoding: Encoding): void {
  const unsaid = {
    'sampling.minP': sampling.minP !== null,
    'sampling.repetitionPenalty': sampling.repetitionPenalty !== null,
    'sampling.logitBias': sampling.logitBias !== null,
    parallelToolCalls: parallelToolCalls === false,
    verbosity: verbosity !== null,
    serviceTier: serviceTier !== null && serviceTier !== 'auto' && writeServiceTier(serviceTier) === null,
  };
  for (const [field, isAsked] of Object.entries(unsaid)) {
    if (isAsked) leaveOut(encoding, field, 'Google has no such parameter: it was left out.');
  }
}

function present(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null && value !== undefined));
}
