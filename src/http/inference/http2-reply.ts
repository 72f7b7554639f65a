import type { Http2ServerResponse } from 'node:http2';
import type { Reply } from '../../pipeline/index.ts';

/** RFC 9113, section 7: what the stream of an answer that cannot be completed ends with. */
const INTERNAL_ERROR = 2;

/** The pipeline's way back over one stream of HTTP/2. `onClosed` is called once, however it ends. */
export function http2Reply(response: Http2ServerResponse, common: readonly string[], onClosed: () => void): Reply {
  const { stream } = response;
  let gone: (() => void) | null = null;
  let drained: (() => void) | null = null;
  let written = false;
  let closed = false;
  const isWhole = (): boolean => stream.writableFinished && stream.rstCode === 0;
  let over: (() => void) | null = null;
  stream.on('drain', () => drained?.());
  stream.once('close', () => {
    closed = true;
    onClosed();
    over?.();
    if (!isWhole()) gone?.();
  });
  return {
    begin: (status, headers) => {
      response.writeHead(status, [...common, ...headers]);
    },
    write: (chunk) => {
      written = true;
      return response.write(chunk);
    },
    end: (chunk) => {
      if (chunk === null) response.end();
      else response.end(chunk);
    },
    cut: () => stream.close(INTERNAL_ERROR),
    isBegun: () => response.headersSent,
    isOver: () => response.writableEnded || closed,
    hasWritten: () => {
      const since = written;
      written = false;
      return since;
    },
    isGone: () => closed && !isWhole(),
    whenOver: (listener) => {
      over = listener;
    },
    whenGone: (listener) => {
      gone = listener;
    },
    whenDrained: (listener) => {
      drained = listener;
    },
  };
}
