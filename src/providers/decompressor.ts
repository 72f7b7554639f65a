import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib';

/** Output up to this is taken at any ratio: short answers of one repeated character compress well. */
const FREE_OUTPUT_BYTES = 1024 * 1024;
const MAX_RATIO = 100;

export type DecompressorSink = {
  readonly onData: (chunk: Buffer) => void;
  readonly onEnd: () => void;
  readonly onFailure: (kind: 'bad-response' | 'ended-early', reason: string) => void;
  /** There is room again after `write` said there was none. */
  readonly onDrain: () => void;
};

export type Decompressor = {
  /** false: full; wait for `onDrain`. */
  readonly write: (chunk: Buffer) => boolean;
  readonly end: () => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly destroy: () => void;
};

/** Whether a content-encoding header asks for nothing to be undone. */
export function isIdentity(encoding: string): boolean {
  return encoding === '' || encoding.trim().toLowerCase() === 'identity';
}

/** Undoes one content-encoding as the bytes come; null: not one we know. */
export function openDecompressor(encoding: string, sink: DecompressorSink): Decompressor | null {
  const name = encoding.trim().toLowerCase();
  if (!['gzip', 'x-gzip', 'br', 'zstd', 'deflate'].includes(name)) return null;
  let stream: Transform | null = null;
  let isPaused = false;
  let inputBytes = 0;
  let outputBytes = 0;

  const fail = (kind: 'bad-response' | 'ended-early', reason: string): void => {
    stream?.destroy();
    sink.onFailure(kind, reason);
  };
  const open = (first: Buffer): Transform => {
    const opened = streamFor(name, first);
    opened.on('data', (chunk: Buffer) => {
      outputBytes += chunk.length;
      if (outputBytes > FREE_OUTPUT_BYTES && outputBytes > inputBytes * MAX_RATIO) {
        return fail('bad-response', `the answer decompresses to over ${MAX_RATIO} times its size`);
      }
      sink.onData(chunk);
    });
    opened.on('end', sink.onEnd);
    opened.on('drain', sink.onDrain);
    opened.on('error', (error: NodeJS.ErrnoException) => {
      const isCut = error.code === 'Z_BUF_ERROR' || error.message === 'unexpected end of file';
      fail(isCut ? 'ended-early' : 'bad-response', `${name}: ${error.code ?? 'invalid data'}`);
    });
    if (isPaused) opened.pause();
    return opened;
  };

  return {
    write: (chunk) => {
      inputBytes += chunk.length;
      stream ??= open(chunk);
      return stream.write(chunk);
    },
    // An answer without a body has nothing to decompress, whatever its headers say.
    end: () => (stream === null ? sink.onEnd() : void stream.end()),
    pause: () => {
      isPaused = true;
      stream?.pause();
    },
    resume: () => {
      isPaused = false;
      stream?.resume();
    },
    destroy: () => void stream?.destroy(),
  };
}

/** `deflate` is zlib's format by the standard and raw deflate from some servers: the first byte tells. */
function streamFor(name: string, first: Buffer): Transform {
  switch (name) {
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress();
    case 'deflate':
      return ((first[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw();
    default:
      return createGunzip();
  }
}
