import type { DialectId } from '../inference/index.ts';
import { bedrockConverse } from './bedrock-converse/index.ts';
import type { Dialect } from './dialect.ts';
import { openAiChat } from './openai-chat/index.ts';
import { openAiCompletions } from './openai-completions/index.ts';
import { openAiEmbeddings } from './openai-embeddings/index.ts';

export const dialects = {
  'openai-chat': openAiChat,
  'openai-completions': openAiCompletions,
  'openai-embeddings': openAiEmbeddings,
  'bedrock-converse': bedrockConverse,
} satisfies Readonly<Partial<Record<DialectId, Dialect>>>;

export type {
  AnswerContext,
  ChatTranslation,
  Dialect,
  EmbeddingTranslation,
  EncodedRequest,
  ModelFacts,
  ReceivedRequest,
  RequestAddress,
  Splice,
  Steps,
  UpstreamTarget,
} from './dialect.ts';
export { contentTypeOf, type Framing, type WireEvent } from './framing.ts';
export { encodeOpenAiError } from './openai-error.ts';
export { responseOfStream } from './response-of-stream.ts';
export { streamOfResponse } from './stream-of-response.ts';
