import { withoutMadeUp } from '../anthropic/splice.ts';
import { anthropicMessages } from '../anthropic-messages/index.ts';
import { encodeBedrockError, encodeBedrockErrorEvent } from '../bedrock/error.ts';
import type { Dialect } from '../dialect.ts';
import { commentIn } from '../framing/framing.ts';
import { spliceBody } from '../splice.ts';
import { overBedrock } from './over-bedrock.ts';
import { readInvokeRequest } from './request.ts';

export const bedrockInvoke: Dialect = {
  id: 'bedrock-invoke',
  framing: 'aws-event-stream',
  ending: 'event',
  words: null,
  forwards: [
    'x-amzn-bedrock-guardrailidentifier',
    'x-amzn-bedrock-guardrailversion',
    'x-amzn-bedrock-trace',
    'x-amzn-bedrock-performanceconfig-latency',
    'x-amzn-bedrock-service-tier',
  ],
  readRequest: readInvokeRequest,
  // The address names the model; a body that names it, too, is refused.
  spliceRequest: (request, splice) => spliceBody(withoutMadeUp(request), { ...splice, model: null }),
  encodeError: encodeBedrockError,
  encodeErrorEvent: encodeBedrockErrorEvent,
  keepAlive: commentIn,
  threading: null,
  chat: anthropicMessages.chat === null ? null : overBedrock(anthropicMessages.chat),
  embedding: null,
};
