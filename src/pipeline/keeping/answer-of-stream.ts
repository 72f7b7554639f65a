import { readFrame, responseOfStream, splitFrames } from '../../dialects/index.ts';
import type { StreamPart } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { contextOf } from '../attempts/encode.ts';
import type { Exchange } from '../exchange.ts';

const MAX_EVENT_BYTES = 4 * 1_048_576;

/**
 * The plain answer that a stream comes to, of the bytes that its client got: whole, or as far as it came. null: they are
 * no stream of the client's dialect.
 */
export function answerOfStream(bytes: Buffer, exchange: Exchange): JsonObject | null {
  const { dialect, request } = exchange;
  if (request === null || dialect.chat === null) return null;
  const decoder = dialect.chat.decodeStream();
  const parts: StreamPart[] = [];
  let ending: JsonObject | null = null;
  let isStream = false;
  const take = (frame: Buffer): void => {
    const event = readFrame(request.framing, frame);
    if (event === null) return;
    isStream = true;
    ending ??= dialect.threading?.ending(event) ?? null;
    parts.push(...decoder.push(event));
  };
  const splitter = splitFrames(request.framing, MAX_EVENT_BYTES);
  splitter.push(bytes, (frame, isWhole) => {
    if (isWhole) take(frame);
  });
  const rest = splitter.takeRest();
  if (rest !== null) take(rest);
  if (!isStream) return null;
  parts.push(...decoder.end());
  if (ending !== null) return ending;
  return dialect.chat.encodeResponse(responseOfStream(parts), contextOf(exchange, request));
}
