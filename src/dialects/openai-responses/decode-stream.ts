import type { StreamPart } from '../../inference/index.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../std/index.ts';
import type { Steps } from '../dialect.ts';
import type { WireEvent } from '../framing/wire-event.ts';
import { AnswerDecoder } from './answer-decoder.ts';

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

const NOTHING: readonly StreamPart[] = [];

function eventIn(data: string): JsonObject | null {
  const parsed = parseJson(Buffer.from(data));
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : null;
}
