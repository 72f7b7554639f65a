import type { DialectId } from '../inference/index.ts';
import { anthropicMessages } from './anthropic-messages/index.ts';
import { bedrockConverse } from './bedrock-converse/index.ts';
import { bedrockCohereEmbed, bedrockTitanEmbed } from './bedrock-embed/index.ts';
import { bedrockInvoke } from './bedrock-invoke/index.ts';
import { cohereChat } from './cohere-chat/index.ts';
import { cohereEmbed } from './cohere-embed/index.ts';
import type { Dialect } from './dialect.ts';
import { geminiBatchEmbed, geminiEmbed } from './gemini-embed/index.ts';
import { geminiGenerate } from './gemini-generate/index.ts';
import { ollamaChat } from './ollama-chat/index.ts';
import { ollamaEmbed, ollamaEmbeddings } from './ollama-embed/index.ts';
import { ollamaGenerate } from './ollama-generate/index.ts';
import { openAiChat } from './openai-chat/index.ts';
import { openAiCompletions } from './openai-completions/index.ts';
import { openAiEmbeddings } from './openai-embeddings/index.ts';
import { openAiCompact, openAiResponses } from './openai-responses/index.ts';
import { vertexEmbed } from './vertex-embed/index.ts';

export const dialects: Readonly<Record<DialectId, Dialect>> = {
  'anthropic-messages': anthropicMessages,
  'openai-chat': openAiChat,
  'openai-completions': openAiCompletions,
  'openai-embeddings': openAiEmbeddings,
  'gemini-generate': geminiGenerate,
  'gemini-embed': geminiEmbed,
  'gemini-batch-embed': geminiBatchEmbed,
  'vertex-embed': vertexEmbed,
  'bedrock-converse': bedrockConverse,
  'bedrock-invoke': bedrockInvoke,
  'bedrock-titan-embed': bedrockTitanEmbed,
  'bedrock-cohere-embed': bedrockCohereEmbed,
  'cohere-chat': cohereChat,
  'cohere-embed': cohereEmbed,
  'ollama-chat': ollamaChat,
  'ollama-generate': ollamaGenerate,
  'ollama-embed': ollamaEmbed,
  'ollama-embeddings': ollamaEmbeddings,
  'openai-responses': openAiResponses,
  'openai-compact': openAiCompact,
};

export { carriages } from './carriages.ts';
export type {
  AnswerContext,
  CalledTool,
  Carriage,
  ChatTranslation,
  Dialect,
  EmbeddingTranslation,
  EncodedRequest,
  KeptTurn,
  ModelFacts,
  ReceivedRequest,
  RenamedTools,
  RequestAddress,
  Splice,
  Steps,
  Threading,
  TokenCounting,
  UpstreamTarget,
} from './dialect.ts';
export { contentTypeOf, frameEvent, framingOf, openFramer, readFrame, splitFrames } from './framing/framing.ts';
export type { Framer, Framing, Splitter, WireEvent } from './framing/wire-event.ts';
export {
  encodeShow as encodeOllamaShow,
  encodeTags as encodeOllamaTags,
  encodeVersion as encodeOllamaVersion,
  type ListedModel as OllamaListedModel,
} from './ollama-chat/discovery.ts';
export { openAiWords } from './openai-chat/words.ts';
export { encodeOpenAiError } from './openai-error.ts';
export { responseOfStream } from './response-of-stream.ts';
export { withMembers } from './splice.ts';
export { streamOfResponse } from './stream-of-response.ts';
export { tokenCountings } from './token-countings.ts';
export { restoreCalls, restoringCalls } from './tools/called-tools.ts';
export { encodeWithinBounds } from './within-bounds.ts';
