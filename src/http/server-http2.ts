import { constants, createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { Incoming, Outgoing } from './message.ts';

/** The same as of a connection of HTTP/1.1. */
export type ConnectionLimits = {
  /** Until a first request is there. */
  readonly headersTimeoutMs: number;
  /** From a request's headers to the end of its body. */
  readonly requestTimeoutMs: number;
  /** Without any request under way. */
  readonly keepAliveTimeoutMs: number;
  readonly maxHeaderBytes: number;
};

export type Http2Connections = {
  /** From here on the socket is this server's; what came on it already has been put back. */
  readonly take: (socket: Socket) => void;
  /** Each ends when nothing is under way on it; new requests are refused. */
  readonly closeIdle: () => void;
  readonly closeAll: () => void;
};

/** A client of HTTP/1.1 has one request under way on a connection. */
const MAX_STREAMS = 100;
/** As much as is taken in before anybody has read it; HTTP/2's own 64 KiB make an upload wait for each round trip. */
const WINDOW_BYTES = 1_048_576;

/** HTTP/2 on connections that others have accepted. */
export function openHttp2(
  listener: (request: Incoming, response: Outgoing) => void,
  limits: ConnectionLimits,
): Http2Connections {
  const sessions = new Set<ServerHttp2Session>();
  const settings = {
    enablePush: false,
    maxConcurrentStreams: MAX_STREAMS,
    maxHeaderListSize: limits.maxHeaderBytes,
    initialWindowSize: WINDOW_BYTES,
  };
  const server = createServer({ settings }, (request, response) => {
    closeWhenAnswered(request.stream, limits.requestTimeoutMs);
    // A client that has not taken in our settings yet may send more than they say; Node stops at 64 KiB.
    if (bytesOf(request.rawHeaders) > limits.maxHeaderBytes) response.writeHead(431).end();
    else listener(request, response);
  });
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.setLocalWindowSize(WINDOW_BYTES);
    closeWhenIdle(session, limits);
  });
  // The session has ended by itself; its client sees how.
  server.on('sessionError', () => undefined);
  return {
    take: (socket) => {
      if (!socket.destroyed) server.emit('connection', socket);
    },
    closeIdle: () => {
      for (const session of sessions) session.close();
    },
    closeAll: () => {
      for (const session of sessions) session.destroy();
    },
  };
}

/** Our own timer: Node's counts any frame as life, a ping too. */
function closeWhenIdle(session: ServerHttp2Session, { headersTimeoutMs, keepAliveTimeoutMs }: ConnectionLimits): void {
  let open = 0;
  let timer = setTimeout(() => session.destroy(), headersTimeoutMs);
  session.on('stream', (stream) => {
    open++;
    clearTimeout(timer);
    stream.once('close', () => {
      open--;
      if (open > 0 || session.destroyed) return;
      timer = setTimeout(() => session.close(), keepAliveTimeoutMs);
    });
  });
  session.once('close', () => clearTimeout(timer));
}

/** A request that does not end in time is cut off, and so is the rest of one that has its answer (RFC 9113, 8.1). */
function closeWhenAnswered(stream: ServerHttp2Stream, requestTimeoutMs: number): void {
  const timer = setTimeout(() => {
    if (!stream.readableEnded) stream.close(constants.NGHTTP2_CANCEL);
  }, requestTimeoutMs);
  stream.once('end', () => clearTimeout(timer));
  stream.once('close', () => clearTimeout(timer));
  // A reset at once would overtake the answer.
  stream.once('finish', () => {
    if (!stream.readableEnded) setImmediate(() => stream.close(constants.NGHTTP2_NO_ERROR));
  });
}

function bytesOf(texts: readonly string[]): number {
  return texts.reduce((bytes, text) => bytes + text.length, 0);
}
