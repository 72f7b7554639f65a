import type { ServerResponse } from 'node:http';
import type { Reply } from '../../pipeline/index.ts';
import { COPIED_BYTES, framed } from '../chunk.ts';

/** The pipeline's way back over Node's response. `onClosed` is called once, however it ends. */
export function nodeReply(response: ServerResponse, common: readonly string[], onClosed: () => void): Reply {
  const frames = framing(response);
  let gone: (() => void) | null = null;
  let over: (() => void) | null = null;
  let drained: (() => void) | null = null;
  let written = false;
  const reply: Reply = {
    begin: (status, headers) => {
      response.writeHead(status, common.length === 0 ? (headers as string[]) : [...common, ...headers]);
    },
    write: (chunk) => {
      written = true;
      return frames.write(chunk, () => drained?.());
    },
    end: (chunk) => {
      if (chunk === null) response.end();
      // Node puts a string behind the head and writes both at once; a buffer is a second piece, 4 us of a short call.
      else if (chunk.length <= COPIED_BYTES) response.end(chunk.toString('latin1'), 'latin1');
      else response.end(chunk);
    },
    cut: () => {
      response.destroy();
    },
    isBegun: () => response.headersSent,
    isOver: () => response.writableEnded || response.closed,
    hasWritten: () => {
      const since = written;
      written = false;
      return since;
    },
    isGone: () => response.closed && !response.writableFinished,
    whenGone: (listener) => {
      gone = listener;
    },
    whenOver: (listener) => {
      over = listener;
    },
    whenDrained: (listener) => {
      drained = listener;
    },
  };
  response.on('close', () => {
    onClosed();
    over?.();
    if (!response.writableFinished) gone?.();
  });
  return reply;
}

/**
 * The chunked framing of an answer without a length, made here: Node writes a chunk's length, its bytes and its end as
 * four pieces, which costs more than all the rest of relaying it. Node still writes the head, with the first chunk,
 * and the end.
 */
function framing(response: ServerResponse): {
  readonly write: (chunk: Buffer, onDrain: () => void) => boolean;
} {
  /** Node keeps what it was given until the end of the tick: what goes past it before then would overtake it. */
  let nodeIsThrough = false;
  let waits = false;
  const through = (): void => {
    nodeIsThrough = true;
  };
  return {
    write: (chunk, onDrain) => {
      if (chunk.length === 0) return !waits;
      const { socket } = response;
      // No chunked encoding (HTTP/1.0), or no socket yet (queued behind another answer): not ours to frame.
      const ours = nodeIsThrough && socket !== null && response.chunkedEncoding && chunk.length <= COPIED_BYTES;
      const flowing = ours ? socket.write(framed(chunk)) : response.write(chunk);
      if (!ours) {
        nodeIsThrough = false;
        process.nextTick(through);
      }
      if (!flowing && !waits) {
        waits = true;
        (ours ? socket : response).once('drain', () => {
          waits = false;
          onDrain();
        });
      }
      return flowing;
    },
  };
}
