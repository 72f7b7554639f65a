import type { DialectId } from '../inference/index.ts';
import type { Dialect } from './dialect.ts';
import { openAiChat } from './openai-chat/index.ts';
import { openAiCompletions } from './openai-completions/index.ts';
import { openAiEmbeddings } from './openai-embeddings/index.ts';
import { openAiResponses } from './openai-responses/index.ts';

export const dialects: Readonly<Record<DialectId, Dialect>> = {
  'openai-chat': openAiChat,
  'openai-completions': openAiCompletions,
  'openai-embeddings': openAiEmbeddings,
  'openai-responses': openAiResponses,
};

export { restoreCustomTools, restoringCustomTools } from './custom-tools/restore-custom-tools.ts';
export { withoutCustomTools } from './custom-tools/without-custom-tools.ts';
export type {
  AnswerContext,
  ChatTranslation,
  Dialect,
  EmbeddingTranslation,
  EncodedRequest,
  KeptTurn,
  ModelFacts,
  ReceivedRequest,
  RequestAddress,
  Splice,
  Steps,
  Threading,
  UpstreamTarget,
} from './dialect.ts';
export { contentTypeOf, frameEvent, framingOf, openFramer, readFrame, splitFrames } from './framing.ts';
export { openAiWords } from './openai-chat/words.ts';
export { encodeOpenAiError } from './openai-error.ts';
export { encodeCompaction, encodeInputTokens, summaryRequest } from './openai-responses/index.ts';
export { responseOfStream } from './response-of-stream.ts';
export { streamOfResponse } from './stream-of-response.ts';
export type { Framer, Framing, Splitter, WireEvent } from './wire-event.ts';
