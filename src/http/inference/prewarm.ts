import type { StoredResponse } from '../../conversation/index.ts';
import type { Dialect, RequestAddress } from '../../dialects/index.ts';
import type { ChatResponse } from '../../inference/index.ts';
import { exchangeId, type JsonObject } from '../../std/index.ts';

const NOTHING: ChatResponse = { id: null, model: null, createdS: null, choices: [], usage: null, serviceTier: null };

/** A turn that a client sends ahead without wanting an answer: its events, and what is to be remembered of it. */
export function prewarmed(
  body: JsonObject,
  dialect: Dialect,
  address: RequestAddress,
  nowMs: number,
): { readonly events: readonly string[]; readonly stored: StoredResponse } {
  const { chat, threading } = dialect;
  if (chat === null || threading === null) throw new RangeError(`${dialect.id} has no turns`);
  const received = dialect.readRequest(Buffer.from(JSON.stringify(body)), address);
  const context = {
    received,
    request: chat.decodeRequest(received),
    exchangeId: exchangeId(nowMs),
    startedS: Math.floor(nowMs / 1000),
  };
  const response = chat.encodeResponse({ ...NOTHING, model: received.model }, context);
  const stored: StoredResponse = {
    id: String(response['id']),
    tenant: '',
    previousId: threading.previousId(received),
    deployment: null,
    createdAtMs: nowMs,
    input: threading.inputOf(received),
    response,
  };
  const begun = { ...response, status: 'in_progress', completed_at: null };
  const events = [
    { type: 'response.created', sequence_number: 0, response: begun },
    { type: 'response.in_progress', sequence_number: 1, response: begun },
    { type: 'response.completed', sequence_number: 2, response: { ...response, status: 'completed' } },
  ];
  return { events: events.map((event) => JSON.stringify(event)), stored };
}
