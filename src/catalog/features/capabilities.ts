import type { Features } from '../model.ts';

/** What a model can do wherever it runs, as far as its name tells. What is not there is unknown. */
export type Capabilities = Partial<Pick<Features, 'inputs' | 'outputs' | 'parameters'>> & {
  readonly has?: readonly string[];
  readonly lacks?: readonly string[];
};

const UNKNOWN: Capabilities = {};

const TEXT = ['text'] as const;
const SEES = ['text', 'image'] as const;
const READS = ['text', 'image', 'file'] as const;
const SENSES = ['text', 'image', 'audio', 'video', 'file'] as const;

const TOOLS = ['tools', 'tool_choice'] as const;
const CHAT = [
  ...TOOLS,
  ...['temperature', 'top_p', 'max_tokens', 'max_completion_tokens', 'stop', 'seed', 'frequency_penalty'],
  ...['presence_penalty', 'logit_bias', 'logprobs', 'top_logprobs', 'response_format', 'parallel_tool_calls'],
] as const;
const REASONING = [
  ...TOOLS,
  ...['max_tokens', 'max_completion_tokens', 'seed', 'response_format', 'structured_outputs', 'parallel_tool_calls'],
  ...['reasoning', 'include_reasoning', 'reasoning_effort', 'verbosity'],
] as const;
/** Sampling that Anthropic's API has no field for. */
const NOT_CLAUDE = [
  ...['seed', 'frequency_penalty', 'presence_penalty', 'logit_bias', 'logprobs', 'top_logprobs', 'min_p', 'top_a'],
  'prediction',
] as const;
const THINKING = ['reasoning', 'include_reasoning'] as const;
const STRUCTURED = ['structured_outputs', 'response_format'] as const;

/**
 * By the makers' documentation; the first row that matches counts. Only what is certain, for a wrong row keeps calls
 * away from a model that could answer them: of open models, whose servers differ, no more than what they read. Names
 * may stand behind a path or a region, as in `traits.ts`.
 */
const rows: readonly (readonly [name: RegExp, capabilities: Capabilities])[] = [
  [/text-embedding-|(?:^|[/.])embed-|gemini-embedding|titan-embed|nomic-embed|mxbai-embed/, { outputs: ['embedding'] }],

  // OpenAI. Models that speak, paint, search or listen are other ones, with other limits.
  [/(?:^|[/.])gpt-\S*(?:audio|realtime|image|tts|transcribe|search|instruct)/, UNKNOWN],
  [/(?:^|[/.])gpt-4o-2024-05-13/, { inputs: READS, outputs: TEXT, parameters: CHAT }],
  [
    /(?:^|[/.])(?:gpt-4o|chatgpt-4o|gpt-4\.1)/,
    { inputs: READS, outputs: TEXT, parameters: [...CHAT, 'structured_outputs', 'prediction'] },
  ],
  [/(?:^|[/.])gpt-4-(?:turbo|vision)/, { inputs: SEES, outputs: TEXT, parameters: CHAT }],
  [/(?:^|[/.])(?:gpt-3\.5-turbo|gpt-4(?:$|-0|-32k))/, { inputs: TEXT, outputs: TEXT, parameters: CHAT }],
  [/(?:^|[/.])(?:gpt-5(?:\.\d)?-chat|o\d(?:-\S*)?-deep-research|o1-(?:mini|preview))/, { outputs: TEXT }],
  [/(?:^|[/.])o3-mini/, { inputs: TEXT, outputs: TEXT, has: [...TOOLS, ...STRUCTURED] }],
  [/(?:^|[/.])(?:o1|o3|o4-mini)(?:$|-)/, { inputs: READS, outputs: TEXT, has: [...TOOLS, ...STRUCTURED] }],
  [/(?:^|[/.])gpt-5/, { inputs: READS, outputs: TEXT, has: REASONING, lacks: ['logit_bias', 'prediction'] }],

  // Anthropic: outputs by a schema from Opus 4.1 and the 4.5 models on.
  [/claude-(?:2|instant)/, { inputs: TEXT, outputs: TEXT, lacks: [...NOT_CLAUDE, ...TOOLS] }],
  [/claude-3-(?:opus|sonnet|haiku)/, { inputs: SEES, outputs: TEXT, has: TOOLS, lacks: NOT_CLAUDE }],
  [/claude-3-5/, { inputs: READS, outputs: TEXT, has: TOOLS, lacks: NOT_CLAUDE }],
  [
    /claude-(?:3-7|(?:opus|sonnet)-4(?:-0)?(?:[-@:]20\d|$))/,
    { inputs: READS, outputs: TEXT, has: [...TOOLS, ...THINKING], lacks: NOT_CLAUDE },
  ],
  [
    /claude-(?:opus|sonnet|haiku|fable)-\d/,
    { inputs: READS, outputs: TEXT, has: [...TOOLS, ...THINKING, ...STRUCTURED], lacks: NOT_CLAUDE },
  ],

  // Google.
  [/gemini-\S*(?:image|tts|audio|live|computer|robotics)/, UNKNOWN],
  [/gemini-2\.0/, { inputs: SENSES, outputs: TEXT, has: [...TOOLS, ...STRUCTURED], lacks: ['logit_bias', 'min_p'] }],
  [
    /gemini-(?:2\.5|[3-9])/,
    { inputs: SENSES, outputs: TEXT, has: [...TOOLS, ...STRUCTURED, ...THINKING], lacks: ['logit_bias', 'min_p'] },
  ],

  // Open models that read text only.
  [/(?:^|[/.])deepseek-(?:chat|reasoner|r1|v3)/, { inputs: TEXT, outputs: TEXT }],
  [/llama-?3(?:[.-][013])?-(?:8|70|405)b/, { inputs: TEXT, outputs: TEXT }],
  [/llama-3[.-]2-[13]b/, { inputs: TEXT, outputs: TEXT }],
  [/(?:^|[/.])gpt-oss/, { inputs: TEXT, outputs: TEXT }],
];

export function capabilitiesOf(model: string): Capabilities {
  const name = model.toLowerCase();
  return rows.find(([pattern]) => pattern.test(name))?.[1] ?? UNKNOWN;
}
