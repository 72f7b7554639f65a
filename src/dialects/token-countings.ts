import type { DialectId } from '../inference/index.ts';
import { anthropicCountTokens } from './anthropic-messages/count-tokens.ts';
import { converseCountTokens, invokeCountTokens } from './bedrock/count-tokens.ts';
import type { TokenCounting } from './dialect.ts';
import { geminiCountTokens } from './gemini-generate/count-tokens.ts';
import { responsesInputTokens } from './openai-responses/input-tokens.ts';

/** The dialects that have an operation of their own for it; where a provider counts in several, the first is asked. */
export const tokenCountings = {
  'anthropic-messages': anthropicCountTokens,
  'gemini-generate': geminiCountTokens,
  'openai-responses': responsesInputTokens,
  'bedrock-invoke': invokeCountTokens,
  'bedrock-converse': converseCountTokens,
} as const satisfies Partial<Record<DialectId, TokenCounting>>;
