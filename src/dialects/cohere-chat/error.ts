import type { GatewayError } from '../../inference/index.ts';
import { frameEvent } from '../framing/framing.ts';

/** Cohere's errors are a message; what kind they are the status alone says. */
export function encodeCohereError(error: GatewayError): Buffer {
  return Buffer.from(JSON.stringify({ message: error.message }));
}

/** In a stream the message ends with the reason ERROR. */
export function encodeCohereErrorEvent(error: GatewayError): Buffer {
  return frameEvent('sse', { name: 'message-end', data: JSON.stringify(errorEnding(error.message)) });
}

/** Also what an upstream that broke off is told with. */
export function errorEnding(message: string): object {
  return { type: 'message-end', delta: { error: message, finish_reason: 'ERROR' } };
}
