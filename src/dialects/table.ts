import type { DialectId } from '../inference/index.ts';
import type { Dialect } from './dialect.ts';

type DialectRow = {
  /** Dialects of one operation can stand for one another. */
  readonly operation: 'chat' | 'embedding';
  readonly load: () => Promise<Dialect>;
};

/**
 * All of them are 60 ms of a start and 13 MB, and most gateways use three: each is loaded by the first call that needs
 * it. From then on it is at hand without a promise.
 */
const table: Readonly<Record<DialectId, DialectRow>> = {
  'anthropic-messages': chat(async () => (await import('./anthropic-messages/index.ts')).anthropicMessages),
  'openai-chat': chat(async () => (await import('./openai-chat/index.ts')).openAiChat),
  'openai-completions': chat(async () => (await import('./openai-completions/index.ts')).openAiCompletions),
  'openai-embeddings': embedding(async () => (await import('./openai-embeddings/index.ts')).openAiEmbeddings),
  'gemini-generate': chat(async () => (await import('./gemini-generate/index.ts')).geminiGenerate),
  'gemini-embed': embedding(async () => (await import('./gemini-embed/index.ts')).geminiEmbed),
  'gemini-batch-embed': embedding(async () => (await import('./gemini-embed/index.ts')).geminiBatchEmbed),
  'vertex-embed': embedding(async () => (await import('./vertex-embed/index.ts')).vertexEmbed),
  'bedrock-titan-embed': embedding(async () => (await import('./bedrock-embed/index.ts')).bedrockTitanEmbed),
  'bedrock-cohere-embed': embedding(async () => (await import('./bedrock-embed/index.ts')).bedrockCohereEmbed),
  'bedrock-converse': chat(async () => (await import('./bedrock-converse/index.ts')).bedrockConverse),
  'bedrock-invoke': chat(async () => (await import('./bedrock-invoke/index.ts')).bedrockInvoke),
  'cohere-chat': chat(async () => (await import('./cohere-chat/index.ts')).cohereChat),
  'cohere-embed': embedding(async () => (await import('./cohere-embed/index.ts')).cohereEmbed),
  'ollama-chat': chat(async () => (await import('./ollama-chat/index.ts')).ollamaChat),
  'ollama-generate': chat(async () => (await import('./ollama-generate/index.ts')).ollamaGenerate),
  'ollama-embed': embedding(async () => (await import('./ollama-embed/index.ts')).ollamaEmbed),
  'ollama-embeddings': embedding(async () => (await import('./ollama-embed/index.ts')).ollamaEmbeddings),
  'openai-responses': chat(async () => (await import('./openai-responses/index.ts')).openAiResponses),
  'openai-compact': chat(async () => (await import('./openai-responses/index.ts')).openAiCompact),
};

export const dialectIds = Object.keys(table) as readonly DialectId[];

const loaded = new Map<DialectId, Dialect>();

/** null: `loadDialect` has not brought it yet. */
export function loadedDialect(id: DialectId): Dialect | null {
  return loaded.get(id) ?? null;
}

export async function loadDialect(id: DialectId): Promise<Dialect> {
  const dialect = await table[id].load();
  loaded.set(id, dialect);
  return dialect;
}

/** Whether a request in one of them can be made into one in the other. */
export function canStandFor(one: DialectId, other: DialectId): boolean {
  return table[one].operation === table[other].operation;
}

function chat(load: DialectRow['load']): DialectRow {
  return { operation: 'chat', load };
}

function embedding(load: DialectRow['load']): DialectRow {
  return { operation: 'embedding', load };
}
