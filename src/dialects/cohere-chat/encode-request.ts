import type { ChatRequest, OutputFormat, ReasoningWish, Sampling, Warning } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { EncodedRequest, UpstreamTarget } from '../dialect.ts';
import { warnOfWishes } from '../left-out.ts';
import { withoutServerChoice } from '../tools/server-choice.ts';
import type { NameRule } from '../tools/tool-name.ts';
import { withoutCustomTools } from '../tools/without-custom-tools.ts';
import { encodeDocuments } from './documents.ts';
import { encodeMessages } from './encode-messages.ts';
import { encodeTools } from './tools.ts';

const UNSAID = [
  'sampling.minP',
  'sampling.repetitionPenalty',
  'sampling.logitBias',
  'sampling.topLogprobs',
  'sampling.n',
  'parallelToolCalls',
  'verbosity',
  'modalities',
] as const;

/** Documented for version 1 and for Oracle's hosting of version 2, which names no length either. */
const TOOL_NAMES: NameRule = { odd: /^(?=[0-9])|[^a-zA-Z0-9_]/g, most: Number.POSITIVE_INFINITY };

export function encodeRequest(asked: ChatRequest, { model, maxOutputTokens, facts }: UpstreamTarget): EncodedRequest {
  const { request: free, warnings: ofChoice } = withoutServerChoice(asked);
  const { request, renaming, warnings: ofTools } = withoutCustomTools(free, TOOL_NAMES);
  const warnings = [...warnOfWishes(request, UNSAID, 'Cohere'), ...ofTools, ...ofChoice];
  const documents = request.messages.flatMap((message) => encodeDocuments(message) ?? []);
  const turns = request.messages.filter((message) => encodeDocuments(message) === null);
  const body = {
    model,
    messages: encodeMessages(turns, facts.thinking !== 'none', warnings),
    ...(documents.length === 0 ? {} : { documents }),
    ...encodeTools(request, warnings),
    ...writeFormat(request.output),
    ...(facts.thinking === 'none' ? {} : writeThinking(request.reasoning, warnings)),
    ...writeSampling(withinPenalties(request.sampling, warnings)),
    ...(maxOutputTokens === null ? {} : { max_tokens: maxOutputTokens }),
    ...(request.stream ? { stream: true } : {}),
    ...request.extensions?.['cohere-chat'],
  };
  return { body, headers: [], warnings, ...renaming };
}

function writeFormat(output: OutputFormat): JsonObject {
  if (output.type === 'text') return {};
  const schema = output.type === 'json' ? {} : { json_schema: output.schema };
  return { response_format: { type: 'json_object', ...schema } };
}

/** Cohere's models think or do not, up to a budget: how hard cannot be said. */
function writeThinking(wish: ReasoningWish | null, warnings: Warning[]): JsonObject {
  if (wish === null || (wish.mode === null && wish.effort === null && wish.budgetTokens === null)) return {};
  if (wish.mode === 'off' || wish.effort === 'none') return { thinking: { type: 'disabled' } };
  if (wish.effort !== null) {
    warnings.push({ field: 'reasoning.effort', message: 'Cohere knows no effort: thinking was switched on.' });
  }
  const budget = wish.budgetTokens === null ? {} : { token_budget: wish.budgetTokens };
  return { thinking: { type: 'enabled', ...budget } };
}

const NUMBERS = [
  ['temperature', 'temperature'],
  ['topP', 'p'],
  ['topK', 'k'],
  ['frequencyPenalty', 'frequency_penalty'],
  ['presencePenalty', 'presence_penalty'],
  ['seed', 'seed'],
  ['logprobs', 'logprobs'],
] as const satisfies readonly (readonly [keyof Sampling, string])[];

const PENALTIES = ['frequencyPenalty', 'presencePenalty'] as const;

/** Its API reference has them from 0 to 1, OpenAI's from -2 to 2. */
function withinPenalties(sampling: Sampling, warnings: Warning[]): Sampling {
  const taken: Partial<Record<(typeof PENALTIES)[number], number>> = {};
  for (const name of PENALTIES) {
    const asked = sampling[name];
    if (asked === null || (asked >= 0 && asked <= 1)) continue;
    taken[name] = asked < 0 ? 0 : 1;
    warnings.push({ field: `sampling.${name}`, message: `Cohere takes 0 to 1: ${asked} became ${taken[name]}.` });
  }
  return { ...sampling, ...taken };
}

function writeSampling(sampling: Sampling): JsonObject {
  const said = NUMBERS.flatMap(([field, name]) => (sampling[field] === null ? [] : [[name, sampling[field]]]));
  return { ...Object.fromEntries(said), ...(sampling.stop.length === 0 ? {} : { stop_sequences: sampling.stop }) };
}
