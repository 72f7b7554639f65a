import type { TokenCounting } from './dialect.ts';

/** The dialects that have an operation of their own for it, each loaded by the first count; of several at a provider the first is asked. */
export const tokenCountings = {
  'anthropic-messages': async (): Promise<TokenCounting> =>
    (await import('./anthropic-messages/count-tokens.ts')).anthropicCountTokens,
  'gemini-generate': async (): Promise<TokenCounting> =>
    (await import('./gemini-generate/count-tokens.ts')).geminiCountTokens,
  'openai-responses': async (): Promise<TokenCounting> =>
    (await import('./openai-responses/input-tokens.ts')).responsesInputTokens,
  'bedrock-invoke': async (): Promise<TokenCounting> => (await import('./bedrock/count-tokens.ts')).invokeCountTokens,
  'bedrock-converse': async (): Promise<TokenCounting> =>
    (await import('./bedrock/count-tokens.ts')).converseCountTokens,
};

export type CountedDialect = keyof typeof tokenCountings;
