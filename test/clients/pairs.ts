import { claudeCode } from './programs/claude-code.ts';
import { codexOverSse, codexOverWebSocket } from './programs/codex.ts';
import { geminiCli } from './programs/gemini-cli.ts';
import { opencode } from './programs/opencode.ts';
import { pi } from './programs/pi.ts';
import type { Program } from './programs/program.ts';
import { aiSdk, groqSdk, langchain, openRouterSdk } from './programs/sdk.ts';
import { anthropicMessages } from './upstreams/anthropic-messages.ts';
import { geminiGenerate } from './upstreams/gemini-generate.ts';
import { openAiChat } from './upstreams/openai-chat.ts';
import { openAiResponses } from './upstreams/openai-responses.ts';
import type { ScriptedDialect } from './upstreams/scripted-dialect.ts';

export type Pair = { readonly program: Program; readonly dialect: ScriptedDialect };

/** Each program at upstreams of other dialects than its own, and at one of its own. */
export const pairs: readonly Pair[] = [
  ...at(claudeCode, [openAiChat, geminiGenerate, anthropicMessages]),
  ...at(pi('openai-completions'), [anthropicMessages, geminiGenerate, openAiChat]),
  ...at(pi('openai-responses'), [anthropicMessages, geminiGenerate, openAiChat, openAiResponses]),
  ...at(pi('anthropic-messages'), [openAiChat, geminiGenerate, anthropicMessages]),
  ...at(pi('google-generative-ai'), [openAiChat, anthropicMessages, geminiGenerate]),
  ...at(opencode('@ai-sdk/openai-compatible'), [anthropicMessages, geminiGenerate]),
  ...at(opencode('@ai-sdk/openai'), [anthropicMessages, openAiChat, openAiResponses]),
  ...at(opencode('@ai-sdk/anthropic'), [openAiChat, geminiGenerate]),
  ...at(opencode('@ai-sdk/google'), [openAiChat, anthropicMessages]),
  ...at(geminiCli, [openAiChat, anthropicMessages, geminiGenerate]),
  ...at(codexOverSse, [anthropicMessages, geminiGenerate, openAiChat, openAiResponses]),
  ...at(codexOverWebSocket, [anthropicMessages, geminiGenerate, openAiResponses]),
  ...at(aiSdk('openai-compatible'), [anthropicMessages, geminiGenerate]),
  ...at(aiSdk('openai'), [anthropicMessages, geminiGenerate, openAiResponses]),
  ...at(aiSdk('anthropic'), [openAiChat, geminiGenerate]),
  ...at(aiSdk('google'), [openAiChat, anthropicMessages]),
  ...at(langchain('openai'), [anthropicMessages, geminiGenerate]),
  ...at(langchain('anthropic'), [openAiChat, geminiGenerate]),
  ...at(groqSdk, [anthropicMessages, geminiGenerate]),
  ...at(openRouterSdk, [anthropicMessages, geminiGenerate]),
];

function at(program: Program, dialects: readonly ScriptedDialect[]): readonly Pair[] {
  return dialects.map((dialect) => ({ program, dialect }));
}
