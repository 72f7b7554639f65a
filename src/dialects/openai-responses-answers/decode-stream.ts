import type { StreamPart } from '../../inference/index.ts';
import type { Steps } from '../dialect.ts';
import type { WireEvent } from '../framing/wire-event.ts';
import { AnswerDecoder } from './answer-decoder.ts';
import { eventIn } from './event.ts';

const NOTHING: readonly StreamPart[] = [];

/** The last event ends the answer: what stops before it was cut off, and gets no ending from here. */
export function decodeResponsesStream(): Steps<WireEvent, StreamPart> {
  const decoder = new AnswerDecoder();
  return {
    push: ({ data }) => {
      const event = eventIn(data);
      return event === null ? NOTHING : decoder.push(event);
    },
    end: () => NOTHING,
  };
}
