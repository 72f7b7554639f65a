import { GatewayError } from '../../inference/index.ts';
import { anthropicMessages } from '../anthropic-messages/index.ts';
import { readRequest } from '../anthropic-messages/request.ts';
import type { ReceivedRequest, RequestAddress } from '../dialect.ts';
import { ANTHROPIC_VERSION } from './over-bedrock.ts';

/**
 * InvokeModel takes each maker's own body. Anthropic's, which names its version, is the one whose model, limit and
 * content are known here; what cannot be read cannot be bounded.
 */
export function readInvokeRequest(bytes: Buffer, address: RequestAddress): ReceivedRequest {
  return ofAnthropic(anthropicMessages.readRequest(bytes, address));
}

/** The same without an output limit: what a count of tokens is asked for. */
export function readUnlimitedInvokeRequest(bytes: Buffer, address: RequestAddress): ReceivedRequest {
  return ofAnthropic(readRequest(bytes, address));
}

function ofAnthropic(received: ReceivedRequest): ReceivedRequest {
  if (typeof received.body['anthropic_version'] === 'string') return { ...received, dialect: 'bedrock-invoke' };
  const message = `InvokeModel is taken with Anthropic's body only: set 'anthropic_version' to '${ANTHROPIC_VERSION}'.`;
  throw new GatewayError('invalid_request', message, { param: 'anthropic_version' });
}
