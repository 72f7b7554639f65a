import { NO_BOUNDS, type RequestBounds } from '../inference/index.ts';

/** How a model wants to be asked, as far as its name tells; null: unknown, ask as the dialect usually does. */
export type ModelTraits = {
  /** How it is told to think: not at all, by an effort, by a budget of tokens, or it decides by itself. */
  readonly thinking: 'none' | 'effort' | 'budget' | 'adaptive' | null;
  /** False: it refuses temperature and its kin. */
  readonly takesSampling: boolean | null;
  /** Wherever it runs. */
  readonly bounds: RequestBounds;
};

type Manner = Omit<ModelTraits, 'bounds'>;

const UNKNOWN: Manner = { thinking: null, takesSampling: null };

/**
 * By the makers' documentation; the first row that matches counts. Names may stand behind a path or a region
 * (`eu.anthropic.claude-sonnet-4-5-…`).
 */
const manners: readonly (readonly [name: RegExp, manner: Manner])[] = [
  // OpenAI: chat variants of GPT-5 do not reason and take sampling; reasoning models refuse temperature and top_p.
  [/(?:^|[/.])gpt-5(?:\.\d)?-chat/, { thinking: 'none', takesSampling: true }],
  [/(?:^|[/.])(?:o1|o3|o4-mini|gpt-5|gpt-6|codex-)/, { thinking: 'effort', takesSampling: false }],
  [/(?:^|[/.])(?:gpt-3\.5|gpt-4|chatgpt-4)/, { thinking: 'none', takesSampling: true }],
  // Anthropic: adaptive thinking from Opus 4.6 and Sonnet 4.6 on, a budget before, none before 3.7. Opus 4.7 and the
  // models after it refuse sampling parameters.
  [/claude-(?:3-[05]|3-(?:opus|sonnet|haiku)|2|instant)/, { thinking: 'none', takesSampling: true }],
  [
    /claude-(?:3-7-sonnet|(?:opus|sonnet)-4(?:-[015])?(?:[-@:]20\d|$|-v\d|-latest)|haiku-4)/,
    { thinking: 'budget', takesSampling: true },
  ],
  [/claude-(?:opus|sonnet)-4-[015](?:\D|$)/, { thinking: 'budget', takesSampling: true }],
  [/claude-(?:opus|sonnet)-4-6/, { thinking: 'adaptive', takesSampling: true }],
  [/claude-(?:opus|sonnet|haiku|fable)-(?:4-[7-9]|[5-9])/, { thinking: 'adaptive', takesSampling: false }],
  // Gemini: a budget in 2.5, a level from 3 on, none before.
  [/gemini-(?:1|2\.0)/, { thinking: 'none', takesSampling: true }],
  [/gemini-2\.5/, { thinking: 'budget', takesSampling: true }],
  [/gemini-[3-9]/, { thinking: 'effort', takesSampling: true }],
];

/** Anthropic, Images and vision: 10 MB in base64 at its own API, which no other host exceeds. */
const CLAUDE: RequestBounds = { temperature: 1, images: 600, imageLetters: 10 * 1024 * 1024 };

/** The same documentation: 100 images with a context window of 200,000 tokens, 600 with more. The first row counts. */
const bounds: readonly (readonly [name: RegExp, bounds: RequestBounds])[] = [
  [/claude-(?:opus|sonnet|haiku|fable)-(?:4-[6-9]|[5-9])(?:\D|$)/, CLAUDE],
  [/claude-/, { ...CLAUDE, images: 100 }],
  [/gemini-/, { ...NO_BOUNDS, temperature: 2 }],
];

export function traitsOf(model: string): ModelTraits {
  // Aggregators write `claude-opus-4.6`.
  const name = model.toLowerCase().replace(/(claude-.*\d)\.(\d)/, '$1-$2');
  return { ...(found(manners, name) ?? UNKNOWN), bounds: found(bounds, name) ?? NO_BOUNDS };
}

function found<T>(rows: readonly (readonly [pattern: RegExp, value: T])[], name: string): T | undefined {
  return rows.find(([pattern]) => pattern.test(name))?.[1];
}
