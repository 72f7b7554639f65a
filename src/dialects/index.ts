export { encodeError as encodeAnthropicError } from './anthropic-messages/error.ts';
export { encodeBedrockError } from './bedrock/error.ts';
export { encodeWithinBounds } from './bounds/within-bounds.ts';
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
export { encodeGoogleError } from './google/error.ts';
export {
  encodeShow as encodeOllamaShow,
  encodeTags as encodeOllamaTags,
  encodeVersion as encodeOllamaVersion,
  type ListedModel as OllamaListedModel,
} from './ollama-chat/discovery.ts';
export { encodeOllamaError } from './ollama-chat/error.ts';
export { openAiWords } from './openai-chat/words.ts';
export { encodeOpenAiError } from './openai-error.ts';
export { asksForSeals, openingOf } from './opening.ts';
export { encodeOpenRouterError } from './openrouter/error.ts';
export { atOpenRoutersDoor } from './openrouter/openrouter-door.ts';
export { responseOfStream } from './response-of-stream.ts';
export { withMembers, withoutMembers } from './splice.ts';
export { streamOfResponse } from './stream-of-response.ts';
export { canStandFor, dialectIds, loadDialect, loadedDialect } from './table.ts';
export { type CountedDialect, tokenCountings } from './token-countings.ts';
export { restoreCalls, restoringCalls } from './tools/called-tools.ts';
export { webSearchTool } from './tools/web-search.ts';
export { askedStructure } from './wants/asked-structure.ts';
export { type DeclaredTools, declaredTools, hasTools } from './wants/declared-tools.ts';
export { tierMembers } from './wants/tier-members.ts';
export { tierWishedIn } from './wants/tier-wished.ts';
export { type Wants, wantsOf } from './wants/wants.ts';
