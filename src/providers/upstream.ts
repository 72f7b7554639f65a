/** One request to an upstream, ready to be sent: URL, credential and body are settled. */
export type UpstreamCall = {
  /** As WHATWG spells it, without a path: `https://api.openai.com`. */
  readonly origin: string;
  /** Begins with `/`; may hold a query. */
  readonly path: string;
  readonly method: 'POST' | 'GET';
  /** A flat list: name, value, name, value. No host, connection or content-length. */
  readonly headers: readonly string[];
  readonly body: Buffer | null;
  readonly timeouts: UpstreamTimeouts;
};

/** Milliseconds; 0 or Infinity is no limit. They fire up to 100 ms late and never early. */
export type UpstreamTimeouts = {
  /** From `send` until a socket is there, TLS included. */
  readonly connectMs: number;
  /** From `send` until `contentSeen` is called: headers and keep-alive comments do not count. */
  readonly firstByteMs: number;
  /** Between two reads once content was seen; does not run while the caller has paused. */
  readonly idleMs: number;
  /** From `send` to the end. */
  readonly totalMs: number;
  /** In whose name a limit is told that is not the deployment's own: the request's, or a deadline's. */
  readonly words?: Readonly<Partial<Record<'connectMs' | 'firstByteMs' | 'idleMs' | 'totalMs', string>>>;
};

/** An answer's headers. Without content-encoding and content-length where the bytes are handed over decoded. */
export type UpstreamHeaders = {
  /** `name` in lower case; repeated headers are joined by `, `; null: not there. */
  readonly get: (name: string) => string | null;
  /** Lower-case names, as they came. */
  readonly names: () => readonly string[];
};

export type TransportFailure = {
  readonly kind:
    | 'connect'
    | 'connect-timeout'
    | 'first-byte-timeout'
    | 'idle-timeout'
    | 'total-timeout'
    /** The connection broke; with `afterHead: false` on a `reused` connection it was stale, and nothing is lost by sending again. */
    | 'reset'
    /** Closed in good order, but before the answer's declared end. */
    | 'ended-early'
    | 'bad-response'
    | 'aborted'
    /** Whoever took the answer threw: our own fault, not the upstream's. */
    | 'internal';
  /** What the upstream did and why, for logs and for the caller: never a host, header, key or query. */
  readonly message: string;
  /** Who it was, for logs alone: callers learn no addresses. */
  readonly origin: string;
  readonly afterHead: boolean;
  readonly afterData: boolean;
  /** The request went out on a connection that had served another one before. */
  readonly reused: boolean;
  /** The limit that was missed was not the deployment's own: it says nothing about the upstream. */
  readonly isCallersLimit?: boolean;
};

/**
 * Where an answer goes. `onHead` once at most, then `onData` any number of times, then exactly one of `onEnd` and
 * `onFailure`, once. Nothing is called before `send` has returned; nothing after the end or the failure.
 */
export type UpstreamSink = {
  onHead: (status: number, headers: UpstreamHeaders) => void;
  /** Decoded bytes; the buffer is the receiver's to keep, not to change. */
  onData: (chunk: Buffer) => void;
  onEnd: () => void;
  onFailure: (failure: TransportFailure) => void;
};

export type UpstreamHandle = {
  /** Destroys the upstream socket at once and calls `onFailure` with `aborted` before it returns; later: nothing. */
  abort: () => void;
  pause: () => void;
  resume: () => void;
  /** The first content came: ends the first-byte deadline and starts the idle one. */
  contentSeen: () => void;
};

/** Whoever answers calls: the network or the sandbox. */
export type Transport = {
  /** Sends once; whether to send again is the caller's decision. */
  readonly send: (call: UpstreamCall, sink: UpstreamSink) => UpstreamHandle;
  /** Sockets to upstreams that are open now, idle ones included. */
  readonly openSockets: () => number;
  /** Destroys every connection; calls still under way end with a failure. */
  readonly close: () => Promise<void>;
};
