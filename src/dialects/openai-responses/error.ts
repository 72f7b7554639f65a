import { type GatewayError, gatewayErrors } from '../../inference/index.ts';
import { frameEvent } from '../framing/framing.ts';
import type { Framing } from '../framing/wire-event.ts';

/**
 * OpenAI's event has the code and the message at its top, Open Responses' in `error`: both are said. The number of the
 * event is not known here; SDKs end with the event whatever it is.
 */
export function encodeResponsesErrorEvent(error: GatewayError, framing: Framing): Buffer {
  const { code, message, details } = error;
  const param = details.param ?? null;
  const { type } = gatewayErrors[code];
  const data = { type: 'error', sequence_number: 0, code, message, param, error: { type, code, message, param } };
  return frameEvent(framing, { name: 'error', data: JSON.stringify(data) });
}
