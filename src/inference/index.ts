export {
  type Allowance,
  type Budget,
  type BudgetPolicy,
  NO_ALLOWANCE,
  type RateLimit,
  type RateMeasure,
} from './allowance.ts';
export type { Authority, Caller, CallerPolicy, OrganizationSeat, TeamSeat } from './caller.ts';
export type {
  ChatRequest,
  CustomTool,
  FunctionTool,
  Message,
  OutputFormat,
  ReasoningEffort,
  ReasoningWish,
  Sampling,
  ServerTool,
  Tool,
  ToolChoice,
} from './chat-request.ts';
export type { ChatResponse, Choice, TokenLogprob } from './chat-response.ts';
export type {
  AudioPart,
  CacheMark,
  Citation,
  ContentPart,
  Extensions,
  FilePart,
  ImagePart,
  Media,
  OpaquePart,
  ReasoningPart,
  RefusalPart,
  Seal,
  SealFormat,
  SearchResult,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  VideoPart,
  WebSearch,
} from './content.ts';
export type { DialectId } from './dialect-id.ts';
export type { EmbeddingRequest, EmbeddingResponse } from './embedding.ts';
export type { FailureCause } from './failure-cause.ts';
export type { FinishReason } from './finish-reason.ts';
export { GatewayError, type GatewayErrorCode, type GatewayErrorDetails, gatewayErrors } from './gateway-error.ts';
export type { DeploymentId, ExchangeId, ProviderId, VirtualKeyId } from './identity.ts';
export { lesserMode, type PromptsMode, promptsModes } from './keeping/prompts-mode.ts';
export type { OpenAiExtra } from './openai-extra.ts';
export { NO_BOUNDS, type RequestBounds, tighterBounds } from './request-bounds.ts';
export type { RoutedBy } from './routed-by.ts';
export type { RoutingFamily } from './routing-family.ts';
export type { BlockStart, StreamPart } from './stream-part.ts';
export { type ServiceTier, type TierWish, tierOfWord } from './tier-of-word.ts';
export { noUsage, type Usage } from './usage.ts';
export type { Warning } from './warning.ts';
