import { claudeCode } from './programs/claude-code.ts';
import { codexOverSse, codexOverWebSocket } from './programs/codex.ts';
import { geminiCli } from './programs/gemini-cli.ts';
import { opencode } from './programs/opencode.ts';
import { pi } from './programs/pi.ts';
import type { Program } from './programs/program.ts';
import { aiSdk, groqSdk, langchain, openRouterSdk } from './programs/sdk.ts';
import { anthropicMessages } from './upstreams/anthropic-messages.ts';
import { azureChat, azureResponses } from './upstreams/azure.ts';
import { bedrockConverse } from './upstreams/bedrock-converse.ts';
import { bedrockInvoke } from './upstreams/bedrock-invoke.ts';
import { geminiGenerate } from './upstreams/gemini-generate.ts';
import { openAiChat } from './upstreams/openai-chat.ts';
import { openAiResponses } from './upstreams/openai-responses.ts';
import type { ScriptedDialect } from './upstreams/scripted-dialect.ts';
import { vertexClaude, vertexGemini } from './upstreams/vertex.ts';

export type Pair = { readonly program: Program; readonly dialect: ScriptedDialect };

/** Each program at upstreams of other dialects than its own, and at one of its own. */
export const pairs: readonly Pair[] = [
  ...at(claudeCode, [
    openAiChat,
    geminiGenerate,
    anthropicMessages,
    bedrockConverse,
    bedrockInvoke,
    vertexClaude,
    vertexGemini,
    azureChat,
  ]),
  ...at(pi('openai-completions'), [anthropicMessages, geminiGenerate, openAiChat, bedrockConverse, azureChat]),
  ...at(pi('openai-responses'), [
    anthropicMessages,
    geminiGenerate,
    openAiChat,
    openAiResponses,
    bedrockConverse,
    azureResponses,
  ]),
  ...at(pi('anthropic-messages'), [openAiChat, geminiGenerate, anthropicMessages, bedrockInvoke, vertexClaude]),
  ...at(pi('google-generative-ai'), [openAiChat, anthropicMessages, geminiGenerate, bedrockConverse, vertexGemini]),
  ...at(opencode('@ai-sdk/openai-compatible'), [anthropicMessages, geminiGenerate, azureChat]),
  ...at(opencode('@ai-sdk/openai'), [anthropicMessages, openAiChat, openAiResponses]),
  ...at(opencode('@ai-sdk/anthropic'), [openAiChat, geminiGenerate, bedrockInvoke]),
  ...at(opencode('@ai-sdk/google'), [openAiChat, anthropicMessages]),
  ...at(geminiCli, [openAiChat, anthropicMessages, geminiGenerate, vertexGemini, vertexClaude]),
  ...at(codexOverSse, [
    anthropicMessages,
    geminiGenerate,
    openAiChat,
    openAiResponses,
    bedrockConverse,
    vertexClaude,
    vertexGemini,
    azureResponses,
  ]),
  ...at(codexOverWebSocket, [anthropicMessages, geminiGenerate, openAiResponses, bedrockConverse, azureResponses]),
  ...at(aiSdk('openai-compatible'), [anthropicMessages, geminiGenerate, azureChat]),
  ...at(aiSdk('openai'), [anthropicMessages, geminiGenerate, openAiResponses, azureResponses]),
  ...at(aiSdk('anthropic'), [openAiChat, geminiGenerate, bedrockInvoke, vertexClaude]),
  ...at(aiSdk('google'), [openAiChat, anthropicMessages, vertexGemini]),
  ...at(langchain('openai'), [anthropicMessages, geminiGenerate, azureChat]),
  ...at(langchain('anthropic'), [openAiChat, geminiGenerate, bedrockInvoke]),
  ...at(groqSdk, [anthropicMessages, geminiGenerate]),
  ...at(openRouterSdk, [anthropicMessages, geminiGenerate]),
];

function at(program: Program, dialects: readonly ScriptedDialect[]): readonly Pair[] {
  return dialects.map((dialect) => ({ program, dialect }));
}
