import type { ChatRequest } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { withFewerCacheMarks } from '../cache-marks.ts';
import { closedSchema } from '../closed-schema.ts';
import type { EncodedRequest, UpstreamTarget } from '../dialect.ts';
import { asObjects } from '../loosely.ts';
import { withoutCustomTools } from '../tools/without-custom-tools.ts';
import { type Encoding, openEncoding, TOOL_NAMES } from './encoding.ts';
import { OWN, restOf } from './own.ts';
import { encodeSampling, encodeStop } from './sampling.ts';
import { encodeThinking } from './thinking.ts';
import { encodeTools } from './tools.ts';
import { encodeTurns } from './turns.ts';

/** The limit where nobody names one, and Anthropic wants one: the least that any Claude since 4 can write (Opus 4.1). */
const DEFAULT_MAX_TOKENS = 32_000;

/** The published schema's bounds; DeepSeek and others that speak this dialect take more, where it is known of them. */
const MOST_TEMPERATURE = 1;
const MAX_USER_ID = 512;

const READ_IN_PART: ReadonlySet<string> = new Set(['system', 'thinking', 'output_config', 'metadata']);
const TIERS: ReadonlyMap<string, string> = new Map([
  ['auto', 'auto'],
  ['default', 'standard_only'],
]);

export function encodeRequest(asked: ChatRequest, target: UpstreamTarget): EncodedRequest {
  const { request: named, renaming, warnings: ofTools } = withoutCustomTools(asked, TOOL_NAMES);
  const own = asked.extensions?.[OWN];
  const isOwn = own !== undefined;
  const { request, warnings: ofMarks } = isOwn ? { request: named, warnings: [] } : withFewerCacheMarks(named);
  const encoding = openEncoding([...ofTools, ...ofMarks]);
  const maxTokens = outputLimit(request, target, encoding);
  const { tools, choice } = encodeTools(request, isOwn, encoding);
  const { system: instructions, messages } = encodeTurns(request.messages, encoding);
  const system = [...asObjects(own?.['system']), ...instructions];
  const isForced = choice?.['type'] === 'any' || choice?.['type'] === 'tool';
  const { facts, model } = target;
  const wanted = { manner: facts.thinking, maxTokens, isOwn, isForced };
  const { thinking, effort } = encodeThinking(request.reasoning, wanted, encoding);
  const circumstances = {
    isThinking: thinking !== null && thinking['type'] !== 'disabled',
    takesSampling: facts.takesSampling,
    isOwn,
    mostTemperature: target.bounds?.temperature ?? MOST_TEMPERATURE,
  };
  warnOfOthers(request, encoding);
  const body = {
    model,
    max_tokens: maxTokens,
    ...(system.length === 0 ? {} : { system }),
    messages,
    ...(tools.length === 0 ? {} : { tools }),
    ...(choice === null ? {} : { tool_choice: choice }),
    ...(request.stream ? { stream: true } : {}),
    ...encodeSampling(request.sampling, circumstances, encoding),
    ...encodeStop(request, encoding),
    ...encodeTier(request, encoding),
    ...(isOwn ? restOf(own, READ_IN_PART) : {}),
    // What was kept of a thinking that is left out would be no thinking.
    ...(thinking === null ? {} : merged('thinking', own, thinking)),
    ...merged('output_config', own, outputConfig(request, effort, isOwn, encoding)),
    ...merged('metadata', own, encodeUser(request, encoding)),
  };
  const { betas, warnings } = encoding;
  return {
    body,
    headers: betas.size === 0 ? [] : ['anthropic-beta', [...betas].join(',')],
    warnings: [...warnings.values()],
    ...renaming,
  };
}

function outputLimit(request: ChatRequest, { maxOutputTokens, facts }: UpstreamTarget, { warn }: Encoding): number {
  const asked = maxOutputTokens ?? request.maxOutputTokens;
  if (asked === null) return facts.maxOutput ?? DEFAULT_MAX_TOKENS;
  if (facts.maxOutput === null || asked <= facts.maxOutput) return asked;
  warn('maxOutputTokens', `The model writes ${facts.maxOutput} tokens at most; ${asked} were asked for.`);
  return facts.maxOutput;
}

/** A field that is read in part: what was read of it, beside what was kept of it. */
function merged(name: string, own: JsonObject | undefined, read: JsonObject | null): JsonObject {
  const kept = own?.[name];
  if (isJsonObject(kept)) return { [name]: { ...kept, ...read } };
  return read === null ? {} : { [name]: read };
}

function outputConfig(
  request: ChatRequest,
  effort: string | null,
  isOwn: boolean,
  { warn }: Encoding,
): JsonObject | null {
  const { output } = request;
  // OpenAI itself wants the word JSON in the prompt of such a request, and that reaches the model.
  if (output.type === 'json') warn('output', 'Anthropic knows JSON by a schema only; the prompt alone asks for it.');
  if (output.type !== 'json-schema') return effort === null ? null : { effort };
  const schema = isOwn ? output.schema : closedSchema(output.schema);
  return { ...(effort === null ? {} : { effort }), format: { type: 'json_schema', schema } };
}

function encodeUser({ endUser }: ChatRequest, { warn }: Encoding): JsonObject | null {
  if (endUser === null) return null;
  if (endUser.length <= MAX_USER_ID) return { user_id: endUser };
  warn('endUser', `Anthropic takes ${MAX_USER_ID} characters for a user at most; it was left out.`);
  return null;
}

function encodeTier({ serviceTier }: ChatRequest, { warn }: Encoding): JsonObject {
  if (serviceTier === null) return {};
  const tier = TIERS.get(serviceTier);
  if (tier !== undefined) return { service_tier: tier };
  warn('serviceTier', `Anthropic has no service tier '${serviceTier}'; it was left out.`);
  return {};
}

/** `cacheKey` is a hint about where to look, without a part in the answer: it goes without a word. */
function warnOfOthers({ verbosity, modalities, metadata }: ChatRequest, { warn }: Encoding): void {
  if (verbosity !== null) warn('verbosity', 'Anthropic knows no verbosity; it was left out.');
  if (modalities?.some((one) => one !== 'text')) warn('modalities', 'Anthropic answers in text only.');
  if (metadata !== null) warn('metadata', 'Anthropic keeps no metadata; it was left out.');
}
