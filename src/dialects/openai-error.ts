import { type GatewayError, gatewayErrors } from '../inference/index.ts';

/** OpenAI's error envelope; `metadata` is OpenRouter's place for what a machine wants to know. */
export function encodeOpenAiError(error: GatewayError): Buffer {
  return Buffer.from(envelope(error));
}

/** In a stream an error is one more event, and no `[DONE]` follows. */
export function encodeOpenAiErrorEvent(error: GatewayError): Buffer {
  return Buffer.from(`data: ${envelope(error)}\n\n`);
}

function envelope(error: GatewayError): string {
  const { param, metadata, availability } = error.details;
  const { type } = gatewayErrors[error.code];
  const { message, code } = error;
  return JSON.stringify({ error: { message, type, param: param ?? null, code, metadata, availability } });
}
