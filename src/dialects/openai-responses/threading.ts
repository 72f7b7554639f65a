import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { KeptTurn, ReceivedRequest, Threading } from '../dialect.ts';
import type { WireEvent } from '../framing/wire-event.ts';
import { asObjects, asText } from '../loosely.ts';
import { eventIn } from '../openai-responses-answers/event.ts';
import { withBody } from '../received.ts';

const ENDING = /^response\.(completed|incomplete)$/;

/** The API keeps every answer unless it is told not to. */
export const responsesThreading: Threading = {
  previousId: ({ body }) => asText(body['previous_response_id']),
  isKept: ({ body }) => body['store'] !== false,
  inputOf: ({ body }) => itemsOf(body['input']),
  withHistory,
  ending: responseIn,
};

function itemsOf(input: unknown): readonly JsonObject[] {
  return typeof input === 'string' ? [{ type: 'message', role: 'user', content: input }] : asObjects(input);
}

/** Instructions are not carried over from one response to the next: only items are. */
function withHistory(received: ReceivedRequest, turns: readonly KeptTurn[]): ReceivedRequest {
  const { previous_response_id: _, ...others } = received.body;
  const history = turns.flatMap(({ input, response }) => [...input, ...outputOf(response)]);
  return withBody(received, { ...others, input: [...history, ...itemsOf(received.body['input'])] });
}

/** A thought that came without its encryption is known to the server that keeps it, and refused by any other. */
function outputOf({ output }: JsonObject): readonly JsonObject[] {
  return asObjects(output).filter((item) => item['type'] !== 'reasoning' || isSealed(item));
}

function isSealed({ encrypted_content }: JsonObject): boolean {
  return typeof encrypted_content === 'string' && encrypted_content !== '';
}

function responseIn({ name, data }: WireEvent): JsonObject | null {
  if (name !== null && !ENDING.test(name)) return null;
  const { type, response } = eventIn(data) ?? {};
  return typeof type === 'string' && ENDING.test(type) && isJsonObject(response) ? response : null;
}
