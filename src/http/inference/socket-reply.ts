import type { WebSocket } from 'ws';
import type { Reply } from '../../pipeline/index.ts';
import { isJsonObject, parseJson } from '../../std/index.ts';

/** Bytes that wait for a slow client before the upstream is paused. */
const FULL_BYTES = 1_048_576;
const LINE_FEED = 0x0a;

/**
 * The pipeline's way back over one turn of a WebSocket: lines of JSON come in, each goes out as a message of its own.
 * `onOver` is called once, when the turn has ended and the socket is free for the next one.
 */
export function socketReply(socket: WebSocket, onOver: () => void): Reply {
  let status = 0;
  let over = false;
  let written = false;
  let full = false;
  let gone: (() => void) | null = null;
  let closed: (() => void) | null = null;
  let drained: (() => void) | null = null;

  const close = (): void => {
    if (over) return;
    over = true;
    socket.off('close', left);
    closed?.();
    onOver();
  };
  const left = (): void => {
    close();
    gone?.();
  };
  const sent = (): void => {
    if (!full || socket.bufferedAmount > FULL_BYTES / 2) return;
    full = false;
    drained?.();
  };
  const lines = linesTo((line) => socket.send(line.toString('utf8'), sent));
  socket.once('close', left);
  return {
    begin: (code) => {
      status = code;
    },
    write: (chunk) => {
      written = true;
      if (status === 200) lines.take(chunk);
      full = socket.bufferedAmount > FULL_BYTES;
      return !full;
    },
    end: (chunk) => {
      if (status === 200) lines.end(chunk);
      else socket.send(errorEvent(status, chunk));
      close();
    },
    cut: () => socket.terminate(),
    isBegun: () => status !== 0,
    isOver: () => over,
    hasWritten: () => {
      const since = written;
      written = false;
      return since;
    },
    isGone: () => over && socket.readyState !== socket.OPEN,
    whenGone: (listener) => {
      gone = listener;
    },
    whenOver: (listener) => {
      closed = listener;
    },
    whenDrained: (listener) => {
      drained = listener;
    },
  };
}

/** Cuts bytes that come in any pieces into lines; the last one need not end. */
function linesTo(send: (line: Buffer) => void) {
  let rest: Buffer = Buffer.alloc(0);
  const give = (line: Buffer): void => {
    if (line.length > 0) send(line);
  };
  const take = (chunk: Buffer): void => {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED)) {
      give(bytes.subarray(0, end));
      bytes = bytes.subarray(end + 1);
    }
    rest = bytes;
  };
  const end = (chunk: Buffer | null): void => {
    if (chunk !== null) take(chunk);
    give(rest);
  };
  return { take, end };
}

/** A refusal that would have been a status and a body. */
function errorEvent(status: number, body: Buffer | null): string {
  const parsed = body === null ? null : parseJson(body);
  const value = parsed?.ok === true && isJsonObject(parsed.value) ? parsed.value : {};
  return JSON.stringify({ type: 'error', status, ...value });
}
