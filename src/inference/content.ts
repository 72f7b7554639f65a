import type { JsonObject } from '../std/index.ts';
import type { DialectId } from './dialect-id.ts';

/** Where the bytes of an image, a file, a recording are. */
export type Media =
  | { readonly kind: 'url'; readonly url: string }
  /** Standard base64, without a `data:` prefix. */
  | { readonly kind: 'base64'; readonly base64: string }
  /** Stored at the upstream beforehand: only the API that gave the id can use it. */
  | { readonly kind: 'file-id'; readonly id: string };

/** The prompt up to and including what bears the mark may be cached; `ttl` null: as long as the provider thinks. */
export type CacheMark = { readonly ttl: '5m' | '1h' | null };

/**
 * What only one dialect has a place for, under that dialect's id and in its spelling: its encoder puts it back, the
 * others pass over it.
 */
export type Extensions = Readonly<Partial<Record<DialectId, JsonObject>>>;

/** Whose models can read a seal. Named as OpenRouter's `reasoning_details[].format` names them. */
export type SealFormat =
  | 'anthropic-claude-v1'
  | 'openai-responses-v1'
  | 'google-gemini-v1'
  | 'xai-responses-v1'
  | 'unknown';

/**
 * By what a maker knows a thought of its own again: a signature, or the thought itself, encrypted. Opaque, and worth
 * nothing unless it comes back unchanged.
 */
export type Seal = {
  readonly format: SealFormat;
  readonly value: string;
  /** The value is the whole thought, hidden: there is no text that belongs to it. */
  readonly isWhole: boolean;
  /** The item's id, where its API wants it back. */
  readonly id: string | null;
};

/** A place that an answer names for what it says. Offsets count UTF-16 units of the block's text; null: unknown. */
export type Citation = {
  readonly url: string | null;
  readonly title: string | null;
  readonly citedText: string | null;
  readonly start: number | null;
  readonly end: number | null;
  readonly extensions?: Extensions;
};

type Common = { readonly cache?: CacheMark; readonly extensions?: Extensions };

export type TextPart = Common & {
  readonly type: 'text';
  readonly text: string;
  readonly citations?: readonly Citation[];
  /** Gemini signs text as well as thoughts. */
  readonly seal?: Seal;
};

/** `mediaType` null: not named, the bytes or the address tell. */
export type ImagePart = Common & {
  readonly type: 'image';
  readonly media: Media;
  readonly mediaType: string | null;
  /** How closely to look, in OpenAI's words (`low`, `high`, `auto`, …). */
  readonly detail: string | null;
};

/** A PDF, a text, any document. */
export type FilePart = Common & {
  readonly type: 'file';
  readonly media: Media;
  readonly mediaType: string | null;
  readonly name: string | null;
};

/** `format` in OpenAI's words (`wav`, `mp3`, …); `transcript` of audio that a model spoke. */
export type AudioPart = Common & {
  readonly type: 'audio';
  readonly media: Media;
  readonly format: string | null;
  readonly transcript: string | null;
};

export type VideoPart = Common & {
  readonly type: 'video';
  readonly media: Media;
  readonly mediaType: string | null;
};

/** A thought: as the model had it, or what its maker lets be seen of it. */
export type ReasoningPart = Common & {
  readonly type: 'reasoning';
  readonly text: string;
  readonly isSummary: boolean;
  readonly seal: Seal | null;
};

export type RefusalPart = Common & { readonly type: 'refusal'; readonly text: string };

/**
 * A call of one of the caller's tools. `input` is text as the model wrote it: JSON of a function's arguments (of what
 * is not JSON nothing is lost), free text of a custom tool.
 */
export type ToolCallPart = Common & {
  readonly type: 'tool-call';
  readonly id: string;
  readonly name: string;
  readonly kind: 'function' | 'custom';
  /** Of a tool within a namespace; null: none. */
  readonly namespace: string | null;
  readonly input: string;
  readonly seal?: Seal;
};

export type ToolResultPart = Common & {
  readonly type: 'tool-result';
  readonly callId: string;
  /** The tool's name, where the wire names it; encoders that need it look the call up. */
  readonly name: string | null;
  readonly kind: 'function' | 'custom';
  readonly content: readonly ContentPart[];
  readonly isError: boolean;
};

/** What one dialect alone can say (a server tool's call or result, a compaction): its own encoder writes `raw` again. */
export type OpaquePart = Common & {
  readonly type: 'opaque';
  readonly dialect: DialectId;
  /** In the dialect's words, for warnings. */
  readonly name: string;
  readonly raw: JsonObject;
  /** What other dialects can say of it, too. */
  readonly search?: WebSearch;
};

/** A search that the provider ran, as far as the part tells of it: Anthropic tells its two halves apart. */
export type WebSearch = {
  readonly id: string;
  /** None: another part has told them. */
  readonly queries: readonly string[];
  /** null: another part tells them. */
  readonly results: readonly SearchResult[] | null;
};

/** `pageAge` in the provider's words. */
export type SearchResult = { readonly url: string; readonly title: string | null; readonly pageAge: string | null };

export type ContentPart =
  | TextPart
  | ImagePart
  | FilePart
  | AudioPart
  | VideoPart
  | ReasoningPart
  | RefusalPart
  | ToolCallPart
  | ToolResultPart
  | OpaquePart;
