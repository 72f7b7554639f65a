import type { TokenCounting } from './dialect.ts';

/** The dialects that have an operation of their own for it, each loaded by the first count. */
export const tokenCountings = {
  'anthropic-messages': async (): Promise<TokenCounting> =>
    (await import('./anthropic-messages/count-tokens.ts')).anthropicCountTokens,
  'gemini-generate': async (): Promise<TokenCounting> =>
    (await import('./gemini-generate/count-tokens.ts')).geminiCountTokens,
  'openai-responses': async (): Promise<TokenCounting> =>
    (await import('./openai-responses/input-tokens.ts')).responsesInputTokens,
};

export type CountedDialect = keyof typeof tokenCountings;
