import type { DialectId } from '../inference/index.ts';
import type { Dialect } from './dialect.ts';
import { openAiChat } from './openai-chat/index.ts';
import { openAiCompletions } from './openai-completions/index.ts';
import { openAiEmbeddings } from './openai-embeddings/index.ts';

export const dialects = {
  'openai-chat': openAiChat,
  'openai-completions': openAiCompletions,
  'openai-embeddings': openAiEmbeddings,
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
export {
  contentTypeOf,
  type Framer,
  type Framing,
  frameEvent,
  framingOf,
  openFramer,
  readFrame,
  type Splitter,
  splitFrames,
  type WireEvent,
} from './framing.ts';
export { openAiWords } from './openai-chat/words.ts';
export { encodeOpenAiError } from './openai-error.ts';
export { responseOfStream } from './response-of-stream.ts';
export { streamOfResponse } from './stream-of-response.ts';
