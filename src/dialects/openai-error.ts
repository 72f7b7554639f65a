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
  const { param, metadata } = error.details;
  const { type } = gatewayErrors[error.code];
  return JSON.stringify({ error: { message: error.message, type, param: param ?? null, code: error.code, metadata } });
}
