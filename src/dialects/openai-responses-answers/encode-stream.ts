import type { StreamPart } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { AnswerContext, Steps } from '../dialect.ts';
import type { WireEvent } from '../framing/wire-event.ts';
import { AnswerEncoder } from './answer-encoder.ts';

/** Each event bears its name on the wire and its number in the stream. */
export function encodeResponsesStream(context: AnswerContext): Steps<StreamPart, WireEvent> {
  let events: WireEvent[] = [];
  let sequence_number = 0;
  const emit = (type: string, members: JsonObject): void => {
    events.push({ name: type, data: JSON.stringify({ type, sequence_number: sequence_number++, ...members }) });
  };
  const encoder = new AnswerEncoder(context, emit);
  const taken = (): readonly WireEvent[] => {
    const told = events;
    events = [];
    return told;
  };
  return {
    push: (part) => {
      encoder.push(part);
      return taken();
    },
    end: () => {
      encoder.end();
      return taken();
    },
  };
}
