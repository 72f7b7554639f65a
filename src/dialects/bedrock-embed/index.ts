import { encodeBedrockError, encodeBedrockErrorEvent } from '../bedrock/error.ts';
import type { Dialect } from '../dialect.ts';
import { commentIn } from '../framing/framing.ts';
import { cohereTranslation, readCohereRequest } from './cohere.ts';
import { readTitanRequest, titanTranslation } from './titan.ts';

/** InvokeModel with the body of Amazon's Titan Text Embeddings. */
export const bedrockTitanEmbed: Dialect = {
  id: 'bedrock-titan-embed',
  framing: 'aws-event-stream',
  ending: 'event',
  words: null,
  forwards: [],
  readRequest: readTitanRequest,
  // The address alone names the model.
  spliceRequest: ({ bytes }) => bytes,
  encodeError: encodeBedrockError,
  encodeErrorEvent: encodeBedrockErrorEvent,
  keepAlive: commentIn,
  threading: null,
  chat: null,
  embedding: titanTranslation,
};

/** InvokeModel with the body of Cohere's Embed. */
export const bedrockCohereEmbed: Dialect = {
  ...bedrockTitanEmbed,
  id: 'bedrock-cohere-embed',
  readRequest: readCohereRequest,
  embedding: cohereTranslation,
};
