/** What cannot be told from Converse's own schema: how the makers' models differ behind it. */
export type Family = {
  /** Stands in the names of its models; the first row that fits decides. */
  readonly inName: string;
  /** The field of `additionalModelRequestFields` in which a wish to think is said; null: it cannot be. */
  readonly thinking: 'thinking' | 'reasoningConfig' | 'reasoning_effort' | 'reasoning_config' | null;
  readonly topK: 'top_k' | 'inferenceConfig.topK' | null;
  /** Where it takes cache points; elsewhere they are refused. */
  readonly caches: 'everywhere' | 'messages' | 'nowhere';
  /** Takes thoughts back only with its own signature. */
  readonly signsThoughts: boolean;
  /** What ids of calls may be. Moonshot's own hold dots and colons, which Claude refuses. */
  readonly callIds: RegExp;
  /** Tools that Amazon runs for it, by what they do. */
  readonly systemTools: Readonly<Partial<Record<string, string>>>;
};

const NARROW_IDS = /^[a-zA-Z0-9_-]{1,64}$/;
const WIDE_IDS = /^[a-zA-Z0-9_.:-]{1,64}$/;

const NONE = { topK: null, caches: 'nowhere', signsThoughts: false, callIds: WIDE_IDS, systemTools: {} } as const;
const CLAUDE = {
  thinking: 'thinking',
  topK: 'top_k',
  caches: 'everywhere',
  signsThoughts: true,
  callIds: NARROW_IDS,
  systemTools: {},
} as const;

const FAMILIES: readonly Family[] = [
  { ...CLAUDE, inName: 'anthropic' },
  { ...CLAUDE, inName: 'claude' },
  {
    inName: 'nova',
    thinking: 'reasoningConfig',
    topK: 'inferenceConfig.topK',
    // Of the prompt cache's documentation: Nova takes cache points in `system` and `messages`, not in `tools`.
    caches: 'messages',
    signsThoughts: false,
    callIds: NARROW_IDS,
    systemTools: { 'web-search': 'nova_grounding', 'code-execution': 'nova_code_interpreter' },
  },
  { ...NONE, inName: 'gpt-oss', thinking: 'reasoning_effort' },
  { ...NONE, inName: 'qwen', thinking: 'reasoning_config' },
];

/** Every other maker's. */
const OTHER: Family = { ...NONE, inName: '', thinking: null };
/** The ARN of an inference profile does not tell: cache points are let pass, all else is as it suits everyone. */
const UNTOLD: Family = { ...OTHER, caches: 'everywhere', callIds: NARROW_IDS };

/** `thinks` is what the catalog knows: thinking by a budget or by itself is told in Anthropic's words only. */
export function familyOf(model: string, thinks: string | null): Family {
  const known = FAMILIES.find(({ inName }) => model.includes(inName));
  if (known !== undefined) return known;
  if (thinks === 'budget' || thinks === 'adaptive') return { ...CLAUDE, inName: '' };
  return model.startsWith('arn:') ? UNTOLD : OTHER;
}
