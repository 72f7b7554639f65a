/** How events are set apart in the bytes of a stream. */
export type Framing = 'sse' | 'json-array' | 'ndjson' | 'aws-event-stream';

/** One event of a stream, without its frame. */
export type WireEvent = {
  /** SSE's `event:`, AWS's `:event-type`; null: none. */
  readonly name: string | null;
  /** JSON, or a word such as `[DONE]`. */
  readonly data: string;
};

const CONTENT_TYPES: Readonly<Record<Framing, string>> = {
  sse: 'text/event-stream; charset=utf-8',
  'json-array': 'application/json; charset=utf-8',
  ndjson: 'application/x-ndjson',
  'aws-event-stream': 'application/vnd.amazon.eventstream',
};

export function contentTypeOf(framing: Framing): string {
  return CONTENT_TYPES[framing];
}
