import type { FactsConfiguration } from '../configuration.ts';
import { isList, isMapping } from '../reading/configuration-node.ts';
import { noFacts, withBothLimits } from '../settings/facts.ts';
import type { LitellmSection } from './litellm-section.ts';

/** What LiteLLM's flags of a model say of it: a parameter that it heeds or not. */
const PARAMETER_FLAGS = {
  supports_function_calling: 'tools',
  supports_tool_choice: 'tool_choice',
  supports_parallel_function_calling: 'parallel_tool_calls',
  supports_response_schema: 'structured_outputs',
  supports_reasoning: 'reasoning',
  supports_web_search: 'web_search_options',
} as const;

/** What a model takes besides text. */
const INPUT_FLAGS = {
  supports_vision: 'image',
  supports_audio_input: 'audio',
  supports_video_input: 'video',
  supports_pdf_input: 'file',
} as const;

const OUTPUTS: Readonly<Record<string, FactsConfiguration['outputs']>> = {
  embedding: ['embedding'],
  image_generation: ['image'],
  audio_speech: ['audio'],
};

/** What `supported_openai_params` would list if it were heeded. Of others, and of those that came later, it is silent. */
const LISTED_IF_HEEDED = [
  ...['temperature', 'top_p', 'max_tokens', 'max_completion_tokens', 'stop', 'seed', 'frequency_penalty'],
  ...['presence_penalty', 'logit_bias', 'logprobs', 'top_logprobs', 'response_format', 'tools', 'tool_choice'],
] as const;

/** `model_info` and `litellm_params` of one deployment; null: they say nothing of it. */
export function litellmFacts(params: LitellmSection, info: LitellmSection): FactsConfiguration | null {
  const listed = withBothLimits(namesIn(info, 'supported_openai_params') ?? []);
  const unlisted = listed.length === 0 ? [] : LISTED_IF_HEEDED.filter((name) => !listed.includes(name));
  const heeded = Object.entries(PARAMETER_FLAGS).map(([key, parameter]) => [parameter, flagIn(info, key)] as const);
  const mode = info.entries.has('mode') ? info.text('mode') : null;
  const facts: FactsConfiguration = {
    ...noFacts,
    region: textIn(params, 'region_name') ?? textIn(info, 'region_name'),
    tags: namesIn(params, 'tags'),
    inputs: inputsIn(info),
    outputs: mode === null ? null : (OUTPUTS[mode] ?? null),
    has: [...listed, ...heeded.filter(([, flag]) => flag === true).map(([parameter]) => parameter)],
    lacks: [...unlisted, ...heeded.filter(([, flag]) => flag === false).map(([parameter]) => parameter)],
  };
  const { region, tags, inputs, outputs, has, lacks } = facts;
  const says = [region, tags, inputs, outputs].some((fact) => fact !== null);
  return says || has.length + lacks.length > 0 ? facts : null;
}

/** Known where the file speaks of it at all: a flag that is missing beside others is not known to be false. */
function inputsIn(info: LitellmSection): FactsConfiguration['inputs'] {
  const flags = Object.entries(INPUT_FLAGS).map(([key, input]) => [input, flagIn(info, key)] as const);
  if (flags.every(([, flag]) => flag === null)) return null;
  return ['text', ...flags.filter(([, flag]) => flag !== false).map(([input]) => input)];
}

function flagIn(section: LitellmSection, key: string): boolean | null {
  return section.entries.has(key) ? section.flag(key) : null;
}

function textIn(section: LitellmSection, key: string): string | null {
  return section.entries.has(key) ? section.text(key) : null;
}

function namesIn(section: LitellmSection, key: string): readonly string[] | null {
  const node = section.node(key);
  if (node === null || !isList(node.value)) return null;
  return node.value.flatMap((item) => (isMapping(item.value) || isList(item.value) ? [] : [String(item.value)]));
}
