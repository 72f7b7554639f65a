import { readFrame, splitFrames, type WireEvent } from '../../src/dialects/index.ts';
import type { Recorded } from './recorded.ts';

/** Longer than any frame that was recorded. */
const MAX_FRAME_BYTES = 16_777_216;

/** Some servers call their streams something else. */
export function isRecordedStream({ body, content_type: contentType }: Recorded): boolean {
  return contentType?.includes('event-stream') === true || /^\s*(?:data|event|:)/.test(body ?? '');
}

/** The events of a stream in server-sent events, without their frames. */
export function recordedEvents({ body }: Recorded): readonly WireEvent[] {
  const events: WireEvent[] = [];
  const take = (frame: Buffer): void => {
    const event = readFrame('sse', frame);
    if (event !== null) events.push(event);
  };
  const splitter = splitFrames('sse', MAX_FRAME_BYTES);
  splitter.push(Buffer.from(body ?? ''), take);
  const rest = splitter.takeRest();
  if (rest !== null) take(rest);
  return events;
}
