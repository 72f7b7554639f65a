import type { DialectId, ServerTool } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';

/** What asks the provider itself to search, where every provider of the dialect can. */
const TOOLS: Readonly<Partial<Record<DialectId, { readonly name: string; readonly raw: JsonObject }>>> = {
  'anthropic-messages': {
    name: 'web_search_20250305',
    raw: { type: 'web_search_20250305', name: 'web_search' },
  },
  'openai-responses': { name: 'web_search', raw: { type: 'web_search' } },
  'gemini-generate': { name: 'googleSearch', raw: { googleSearch: {} } },
};

/** null: whether and how a model searches is another question at each server that speaks the dialect. */
export function webSearchTool(dialect: DialectId): ServerTool | null {
  const tool = TOOLS[dialect];
  return tool === undefined ? null : { type: 'server', service: 'web-search', dialect, ...tool };
}
