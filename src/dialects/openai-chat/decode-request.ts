import type { ChatRequest, OutputFormat } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { ReceivedRequest } from '../dialect.ts';
import {
  type FieldRules,
  isBoolean,
  isList,
  isObject,
  isText,
  missingField,
  requireFields,
  wrongType,
} from '../fields.ts';
import { asBoolean, asObject, asText } from '../loosely.ts';
import { othersOf, own } from '../openai/own.ts';
import { decodeReasoning } from '../openai/reasoning-wish.ts';
import { decodeLogprobsWish, decodeSampling, SAMPLING_FIELDS } from '../openai/sampling.ts';
import { decodeMessages } from './decode-messages.ts';
import { decodeToolChoice, decodeTools } from './tools.ts';

/** Beyond what `readChatRequest` has looked at. */
const RULES: FieldRules = [
  ['parallel_tool_calls', isBoolean],
  ['logprobs', isBoolean],
  ['metadata', isObject],
  ['modalities', isList],
  ['prompt_cache_key', isText],
  ['service_tier', isText],
];

const VERBOSITIES = ['low', 'medium', 'high'] as const;
const MODALITIES = ['text', 'audio', 'image'] as const;

/** Fields with a canonical name; how the client words its wish for thoughts is kept besides. */
const KNOWN: ReadonlySet<string> = new Set([
  ...SAMPLING_FIELDS,
  'model',
  'messages',
  'stream',
  'tools',
  'functions',
  'web_search_options',
  'tool_choice',
  'function_call',
  'parallel_tool_calls',
  'logprobs',
  'top_logprobs',
  'max_tokens',
  'max_completion_tokens',
  'prompt_cache_key',
  'service_tier',
  'metadata',
  'user',
]);

export function decodeChatRequest(received: ReceivedRequest): ChatRequest {
  const { body, model, stream } = received;
  requireFields(body, RULES);
  const messages = body['messages'];
  if (!Array.isArray(messages)) throw wrongType('messages', 'an array', messages);
  const output = decodeOutput(asObject(body['response_format']));
  const verbosity = VERBOSITIES.find((word) => word === body['verbosity']) ?? null;
  const modalities = decodeModalities(body['modalities']);
  return {
    model,
    messages: decodeMessages(messages),
    tools: decodeTools(body),
    toolChoice: decodeToolChoice(body),
    parallelToolCalls: asBoolean(body['parallel_tool_calls']),
    output: output ?? { type: 'text' },
    reasoning: decodeReasoning(body),
    sampling: { ...decodeSampling(body), ...decodeLogprobsWish(body) },
    maxOutputTokens: received.maxOutput,
    verbosity,
    modalities,
    stream,
    endUser: received.endUser,
    cacheKey: asText(body['prompt_cache_key']),
    serviceTier: asText(body['service_tier']),
    metadata: asObject(body['metadata']),
    // There in any case: it says that the request came in this dialect.
    ...own(othersOf(body, knownIn(output !== null, verbosity !== null, modalities !== null)) ?? {}),
  };
}

/** A field whose value is of another server's making goes on as it is. */
function knownIn(...said: readonly [output: boolean, verbosity: boolean, modalities: boolean]): ReadonlySet<string> {
  const [output, verbosity, modalities] = said;
  if (!output && !verbosity && !modalities) return KNOWN;
  const known = new Set(KNOWN);
  if (output) known.add('response_format');
  if (verbosity) known.add('verbosity');
  if (modalities) known.add('modalities');
  return known;
}

function decodeModalities(list: unknown): ChatRequest['modalities'] {
  if (!Array.isArray(list)) return null;
  const read = list.flatMap((word: unknown) => MODALITIES.find((each) => each === word) ?? []);
  return read.length === list.length ? read : null;
}

/** null: not said, or in a form that this dialect's own servers alone know (a grammar). */
function decodeOutput(format: JsonObject | null): OutputFormat | null {
  switch (format?.['type']) {
    case 'text':
      return { type: 'text' };
    case 'json_object':
      // llama.cpp takes a schema here, too.
      return format['schema'] === undefined ? { type: 'json' } : null;
    case 'json_schema': {
      const at = 'response_format.json_schema';
      const said = format['json_schema'];
      if (said === undefined || said === null) throw missingField(at);
      const described = asObject(said);
      if (described === null) throw wrongType(at, 'an object', said);
      const { schema = {} } = described;
      const object = asObject(schema);
      if (object === null) throw wrongType(`${at}.schema`, 'an object', schema);
      const { name, description, strict } = described;
      return {
        type: 'json-schema',
        name: asText(name),
        description: asText(description),
        schema: object,
        strict: asBoolean(strict),
      };
    }
    default:
      return null;
  }
}
