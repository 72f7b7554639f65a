import type { GatewayError } from '../../inference/index.ts';
import { frameEvent } from '../framing/framing.ts';

export function encodeOllamaError(error: GatewayError): Buffer {
  return Buffer.from(errorLine(error.message));
}

export function encodeOllamaErrorEvent(error: GatewayError): Buffer {
  return frameEvent('ndjson', { name: null, data: errorLine(error.message) });
}

/** The same object as an answer and as a line of a stream. */
export function errorLine(message: string): string {
  return JSON.stringify({ error: message });
}
