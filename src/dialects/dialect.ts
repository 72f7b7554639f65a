import type { DialectId, GatewayError } from '../inference/index.ts';
import type { JsonMember, JsonObject } from '../std/index.ts';

/** A request as it came in, with the few fields that decisions need. The bytes stay the truth. */
export type ReceivedRequest = {
  readonly dialect: DialectId;
  readonly bytes: Buffer;
  readonly body: JsonObject;
  /** Where the outermost members stand in the bytes. */
  readonly members: readonly JsonMember[];
  readonly model: string;
  readonly stream: boolean;
  /** Answers asked for. */
  readonly n: number;
  /** The client's own output limit in tokens; null: none. */
  readonly maxOutput: number | null;
  /** The client asked for a usage chunk itself. */
  readonly includesUsage: boolean;
  /** Content that the body names but does not hold (a URL, a file id) or whose tokens its bytes do not bound (media). */
  readonly refersOutside: boolean;
  /** OpenAI's `user`. */
  readonly endUser: string | null;
};

export type Splice = {
  readonly model: string;
  /** Adds `stream_options.include_usage` so that the upstream sends its usage. */
  readonly addUsage: boolean;
  /** An output limit for a request that has none of its own, under the name that the upstream knows. */
  readonly maxOutput: { readonly field: 'max_tokens' | 'max_completion_tokens'; readonly tokens: number } | null;
};

/** One wire format for one operation. */
export type Dialect = {
  readonly id: DialectId;
  /** Throws a GatewayError: broken JSON, wrong types, a field named twice. */
  readonly readRequest: (bytes: Buffer) => ReceivedRequest;
  /** The received bytes with the model's name (and the usage option) spliced in; every other byte as it came. */
  readonly spliceRequest: (request: ReceivedRequest, splice: Splice) => Buffer;
  readonly encodeError: (error: GatewayError) => Buffer;
  /** The event that ends a stream which cannot be completed. */
  readonly encodeErrorEvent: (error: GatewayError) => Buffer;
};
