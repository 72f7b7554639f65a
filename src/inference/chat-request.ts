import type { JsonObject } from '../std/index.ts';
import type { CacheMark, ContentPart, Extensions, TextPart, ToolResultPart } from './content.ts';
import type { DialectId } from './dialect-id.ts';

/**
 * One turn. Instructions may stand anywhere in the list: an encoder keeps them there where its dialect can, and puts
 * them in front only where it cannot (that breaks prompt caches). Tool results are turns of their own: Anthropic's user
 * turn that begins with results is two turns here, and one again when it is encoded.
 */
export type Message =
  | {
      readonly role: 'system';
      /** OpenAI's two names for instructions. */
      readonly rank: 'system' | 'developer';
      readonly content: readonly TextPart[];
      readonly extensions?: Extensions;
    }
  | {
      readonly role: 'user';
      readonly content: readonly ContentPart[];
      readonly name: string | null;
      readonly extensions?: Extensions;
    }
  | {
      readonly role: 'assistant';
      readonly content: readonly ContentPart[];
      readonly name: string | null;
      readonly extensions?: Extensions;
    }
  | { readonly role: 'tool'; readonly content: readonly ToolResultPart[]; readonly extensions?: Extensions };

export type FunctionTool = {
  readonly type: 'function';
  readonly name: string;
  readonly description: string | null;
  /** JSON Schema; null: takes nothing. */
  readonly parameters: JsonObject | null;
  readonly strict: boolean | null;
  readonly namespace: string | null;
  readonly cache?: CacheMark;
  readonly extensions?: Extensions;
};

/** A tool that is called with free text, bound by a grammar or not. */
export type CustomTool = {
  readonly type: 'custom';
  readonly name: string;
  readonly description: string | null;
  readonly grammar: { readonly syntax: 'lark' | 'regex'; readonly definition: string } | null;
  readonly namespace: string | null;
  readonly cache?: CacheMark;
  readonly extensions?: Extensions;
};

/** A tool that the provider runs. What several providers have goes by `service`; `raw` is the dialect's own spelling. */
export type ServerTool = {
  readonly type: 'server';
  readonly service: 'web-search' | 'web-fetch' | 'code-execution' | 'file-search' | 'other';
  readonly dialect: DialectId;
  /** In the dialect's words, for warnings. */
  readonly name: string;
  readonly raw: JsonObject;
};

export type Tool = FunctionTool | CustomTool | ServerTool;

export type ToolChoice =
  | { readonly type: 'auto' | 'none' | 'required' }
  | { readonly type: 'tool'; readonly name: string }
  /** One of these (`required`), or one of these or none (`auto`). */
  | { readonly type: 'allowed'; readonly mode: 'auto' | 'required'; readonly names: readonly string[] };

export type OutputFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json' }
  | {
      readonly type: 'json-schema';
      readonly name: string | null;
      readonly description: string | null;
      readonly schema: JsonObject;
      readonly strict: boolean | null;
    };

export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

/** null within: not said. */
export type ReasoningWish = {
  /** `adaptive`: the model decides how much. */
  readonly mode: 'on' | 'off' | 'adaptive' | null;
  readonly effort: ReasoningEffort | null;
  readonly budgetTokens: number | null;
  readonly summary: 'auto' | 'concise' | 'detailed' | null;
  /** Whether thoughts are to be in the answer. */
  readonly isShown: boolean | null;
};

export type Sampling = {
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly topK: number | null;
  readonly minP: number | null;
  readonly presencePenalty: number | null;
  readonly frequencyPenalty: number | null;
  readonly repetitionPenalty: number | null;
  readonly seed: number | null;
  readonly stop: readonly string[];
  readonly logitBias: JsonObject | null;
  /** Probabilities of what was chosen, and of so many alternatives. */
  readonly logprobs: boolean | null;
  readonly topLogprobs: number | null;
  /** Answers asked for. */
  readonly n: number;
};

/** What a caller asks of a chat model, in no dialect. null: the client did not say. */
export type ChatRequest = {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly toolChoice: ToolChoice | null;
  readonly parallelToolCalls: boolean | null;
  readonly output: OutputFormat;
  readonly reasoning: ReasoningWish | null;
  readonly sampling: Sampling;
  readonly maxOutputTokens: number | null;
  readonly verbosity: 'low' | 'medium' | 'high' | null;
  /** What may come back besides text. */
  readonly modalities: readonly ('text' | 'audio' | 'image')[] | null;
  readonly stream: boolean;
  /** OpenAI's `user`, Anthropic's `metadata.user_id`. */
  readonly endUser: string | null;
  readonly cacheKey: string | null;
  readonly serviceTier: string | null;
  readonly metadata: JsonObject | null;
  /** Fields that only the dialect it came in has, for its own encoder. */
  readonly extensions?: Extensions;
};
