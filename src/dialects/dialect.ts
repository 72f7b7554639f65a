import type {
  ChatRequest,
  ChatResponse,
  DialectId,
  EmbeddingRequest,
  EmbeddingResponse,
  GatewayError,
  OpenAiExtra,
  RequestBounds,
  StreamPart,
  Usage,
  Warning,
} from '../inference/index.ts';
import type { JsonMember, JsonObject } from '../std/index.ts';
import type { Framing, WireEvent } from './framing/wire-event.ts';
import type { openAiWords } from './openai-chat/words.ts';

/** What the address of a request says of it; null: the body says it. */
export type RequestAddress = {
  readonly model: string | null;
  readonly stream: boolean | null;
  /** How a stream is to be framed for this client. */
  readonly framing: Framing;
};

/** A request as it came in, with the few fields that decisions need. The bytes stay the truth. */
export type ReceivedRequest = {
  readonly dialect: DialectId;
  readonly bytes: Buffer;
  readonly body: JsonObject;
  /** Where the outermost members stand in the bytes. */
  readonly members: readonly JsonMember[];
  readonly model: string;
  readonly stream: boolean;
  readonly framing: Framing;
  /** Answers asked for. */
  readonly n: number;
  /** The client's own output limit in tokens; null: none. */
  readonly maxOutput: number | null;
  /** The dialect wants a limit in every request: it says no more of what the client wants to spend than none. */
  readonly limitIsMandatory?: boolean;
  /** The client gets a usage chunk: it asked for one, or its door tells it to all. */
  readonly includesUsage: boolean;
  /** The usage that it gets names what the answer cost; then the bytes themselves may not ask for the usage. */
  readonly tellsCost?: boolean;
  /** Content that the body names but does not hold (a URL, a file id) or whose tokens its bytes do not bound (media). */
  readonly refersOutside: boolean;
  /** OpenAI's `user`, Anthropic's `metadata.user_id`. */
  readonly endUser: string | null;
};

export type Splice = {
  readonly model: string;
  /** Adds `stream_options.include_usage` so that the upstream sends its usage. */
  readonly addUsage: boolean;
  /** An output limit for a request that has none of its own, under the name that the upstream knows. */
  readonly maxOutput: {
    readonly field: 'max_tokens' | 'max_completion_tokens' | 'max_output_tokens';
    readonly tokens: number;
  } | null;
};

/**
 * A translator of one stream, fed in order. No I/O, no clock: the same input gives the same output. `end` is called
 * once, when the input is over, with or without its terminal event.
 */
export type Steps<In, Out> = {
  readonly push: (input: In) => readonly Out[];
  readonly end: () => readonly Out[];
};

/** What is known of the upstream's model; null: unknown. */
export type ModelFacts = {
  readonly maxOutput: number | null;
  /** How it is told to think: not at all, by an effort, by a budget of tokens, or it decides by itself. */
  readonly thinking: 'none' | 'effort' | 'budget' | 'adaptive' | null;
  /** False: it refuses temperature and its kin. */
  readonly takesSampling: boolean | null;
};

/** Whom a request is encoded for. */
export type UpstreamTarget = {
  readonly model: string;
  /** The output limit that goes upstream: the client's, or the lower one that the budget allows. null: none. */
  readonly maxOutputTokens: number | null;
  /** The field by which OpenAI's dialect says it there. */
  readonly outputLimit: 'max_tokens' | 'max_completion_tokens' | 'both';
  readonly facts: ModelFacts;
  /** Fields of OpenAI's dialect that are known there, of those which a server may refuse. */
  readonly takes?: readonly OpenAiExtra[];
  /** What it takes at most; without them nothing is known. */
  readonly bounds?: RequestBounds;
};

/** A tool as the caller's request names it. */
export type CalledTool = {
  readonly name: string;
  readonly namespace: string | null;
  readonly kind: 'function' | 'custom';
};

/** By the name that calls in the answer will bear. */
export type RenamedTools = ReadonlyMap<string, CalledTool>;

export type EncodedRequest = {
  readonly body: JsonObject;
  /** Further request headers, flat: a beta that the body makes use of. */
  readonly headers: readonly string[];
  readonly warnings: readonly Warning[];
  /** Tools that had to go under another name or as another kind. */
  readonly renamed?: RenamedTools;
};

/** The exchange that an answer is encoded for. */
export type AnswerContext = {
  readonly received: ReceivedRequest;
  readonly request: ChatRequest;
  /** Ours: what ids are made of where the upstream gave none, or the dialect wants one of its own form. */
  readonly exchangeId: string;
  /** Epoch seconds; for dialects that want one where the upstream gave none. */
  readonly startedS: number;
};

/** How a chat dialect is put into canonical form and made from it. Pure. */
export type ChatTranslation = {
  // Facing clients. `decodeRequest` throws a GatewayError that names the path at fault.
  readonly decodeRequest: (received: ReceivedRequest) => ChatRequest;
  readonly encodeResponse: (response: ChatResponse, context: AnswerContext) => JsonObject;
  readonly encodeStream: (context: AnswerContext) => Steps<StreamPart, WireEvent>;

  // Facing upstreams. `decodeResponse` answers null for an object that is no answer of this dialect.
  readonly encodeRequest: (request: ChatRequest, target: UpstreamTarget) => EncodedRequest;
  readonly decodeResponse: (body: JsonObject) => ChatResponse | null;
  readonly decodeStream: () => Steps<WireEvent, StreamPart>;
};

export type EmbeddingTranslation = {
  readonly decodeRequest: (received: ReceivedRequest) => EmbeddingRequest;
  readonly encodeResponse: (response: EmbeddingResponse, request: EmbeddingRequest) => JsonObject;
  readonly encodeRequest: (request: EmbeddingRequest, target: UpstreamTarget) => EncodedRequest;
  readonly decodeResponse: (body: JsonObject) => EmbeddingResponse | null;
  /** Where the answer's body counts nothing: what its headers say. */
  readonly usageInHeaders?: (header: (name: string) => string | null) => Usage | null;
};

/** How a dialect asks for the number of tokens in a request. Pure. */
export type TokenCounting = {
  // Facing clients. Both throw a GatewayError that names the path at fault.
  readonly readRequest: (bytes: Buffer, address: RequestAddress) => ReceivedRequest;
  readonly decodeRequest: (received: ReceivedRequest) => ChatRequest;
  readonly encodeResponse: (inputTokens: number) => JsonObject;

  // Facing upstreams. `decodeResponse` answers null for an object that names no count.
  readonly encodeRequest: (request: ChatRequest, target: UpstreamTarget) => Pick<EncodedRequest, 'body' | 'headers'>;
  readonly decodeResponse: (body: JsonObject) => number | null;
};

/** A turn that was kept: its own items, and the answer as the client got it. */
export type KeptTurn = { readonly input: readonly JsonObject[]; readonly response: JsonObject };

/** How a dialect refers to what its server keeps of conversations. Pure. */
export type Threading = {
  /** The response that the request continues; null: none. */
  readonly previousId: (received: ReceivedRequest) => string | null;
  /** The client wants to refer to the answer later on. */
  readonly isKept: (received: ReceivedRequest) => boolean;
  /** The items of this turn alone. */
  readonly inputOf: (received: ReceivedRequest) => readonly JsonObject[];
  /** The same request without a reference, with the turns before it in front of its own items. */
  readonly withHistory: (received: ReceivedRequest, turns: readonly KeptTurn[]) => ReceivedRequest;
  /** The whole answer, if the event holds it. */
  readonly ending: (event: WireEvent) => JsonObject | null;
};

/** How a dialect carries the bodies and events of another one. Pure. */
export type Carriage = {
  readonly framing: Framing;
  /** What the other says in request headers (flat), as members of its body; and what cannot be said. */
  readonly membersOf: (headers: readonly string[]) => {
    readonly members: JsonObject;
    readonly warnings: readonly Warning[];
  };
  /** The other's event that one of this dialect's holds; null: there is none in it. */
  readonly eventIn: (event: WireEvent) => WireEvent | null;
};

/** One wire format for one operation. Dialects with the same kind of translation can stand for one another. */
export type Dialect = {
  readonly id: DialectId;
  /** How streams are framed by upstreams that speak it. */
  readonly framing: Framing;
  /** What ends a stream: an event of its own, or nothing but the chunk that names the finish. */
  readonly ending: 'event' | 'finish';
  /** How the fast observer of OpenAI's streams and answers reads it; null: it is decoded to be observed. */
  readonly words: typeof openAiWords | null;
  /** Names of request headers, in lower case, that belong to the request: betas, a version. */
  readonly forwards: readonly string[];
  /** Throws a GatewayError: broken JSON, wrong types, a field named twice. */
  readonly readRequest: (bytes: Buffer, address: RequestAddress) => ReceivedRequest;
  /** The received bytes with the model's name (and the usage option) spliced in; every other byte as it came. */
  readonly spliceRequest: (request: ReceivedRequest, splice: Splice) => Buffer;
  readonly encodeError: (error: GatewayError) => Buffer;
  /** An upstream's refusal is told in an error of the door's own, with what came in it; left out: it goes out as it came. */
  readonly wrapsRefusals?: boolean;
  /** The event that ends a stream which cannot be completed, framed. */
  readonly encodeErrorEvent: (error: GatewayError, framing: Framing) => Buffer;
  /** What says that a stream lives while nothing comes; null: the framing has nothing for it. */
  readonly keepAlive: (framing: Framing) => Buffer | null;
  /** null: the client sends the whole conversation each time. */
  readonly threading: Threading | null;
  readonly chat: ChatTranslation | null;
  readonly embedding: EmbeddingTranslation | null;
};
