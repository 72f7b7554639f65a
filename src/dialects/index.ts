import type { DialectId } from '../inference/index.ts';
import type { Dialect } from './dialect.ts';
import { openAiChat } from './openai-chat/index.ts';
import { openAiCompletions } from './openai-completions/index.ts';
import { openAiEmbeddings } from './openai-embeddings/index.ts';

export const dialects: Readonly<Record<DialectId, Dialect>> = {
  'openai-chat': openAiChat,
  'openai-completions': openAiCompletions,
  'openai-embeddings': openAiEmbeddings,
};

export type { Dialect, ReceivedRequest, Splice } from './dialect.ts';
export { encodeOpenAiError } from './openai-error.ts';
