import type { StreamPart } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { AnswerContext, Steps } from '../dialect.ts';
import type { WireEvent } from '../framing/wire-event.ts';
import { restoringCustomTools } from '../tools/custom-tools.ts';
import { AnswerEncoder } from './answer-encoder.ts';

/** Each event bears its name on the wire and its number in the stream. */
export function encodeResponsesStream(context: AnswerContext): Steps<StreamPart, WireEvent> {
  let events: WireEvent[] = [];
  let sequence_number = 0;
  const emit = (type: string, members: JsonObject): void => {
    events.push({ name: type, data: JSON.stringify({ type, sequence_number: sequence_number++, ...members }) });
  };
  const encoder = new AnswerEncoder(context, emit);
  const restoring = restoringCustomTools(context.request);
  const take = (parts: readonly StreamPart[], isOver: boolean): readonly WireEvent[] => {
    events = [];
    for (const part of parts) encoder.push(part);
    if (isOver) encoder.end();
    return events;
  };
  return {
    push: (part) => take(restoring.push(part), false),
    end: () => take(restoring.end(), true),
  };
}
