import type { SearchResult, WebSearch } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { asObject, asObjects, asText, asTexts } from '../loosely.ts';

/** OpenAI's ids go on with letters and digits, Anthropic's begin like this: an item with both is made of the latter's. */
export const MADE_UP = 'ws_srvtoolu_';

/** What the item says of a search; null: it is something else, or opens a page that was found. */
export function searchIn(item: JsonObject): WebSearch | null {
  const action = asObject(item['action']);
  if (item['type'] !== 'web_search_call' || action?.['type'] !== 'search') return null;
  const query = asText(action['query']);
  const several = asTexts(action['queries']);
  return {
    id: asText(item['id']) ?? '',
    queries: several.length === 0 ? [query ?? ''] : several,
    results: asObjects(action['sources']).flatMap(resultIn),
  };
}

/** Sources without an address are OpenAI's own feeds (recorded: `oai-weather`). */
function resultIn({ url }: JsonObject): readonly SearchResult[] {
  return typeof url === 'string' ? [{ url, title: null, pageAge: null }] : [];
}

/** Another provider's search as an item; null: the part tells of its results alone, for which an item has no titles. */
export function searchItem({ id, queries }: WebSearch): JsonObject | null {
  const [query] = queries;
  if (query === undefined) return null;
  return { id: `ws_${id}`, type: 'web_search_call', status: 'completed', action: { type: 'search', query, queries } };
}

/** OpenAI never made such a search: as an item of an earlier answer it would not be found. */
export function isMadeUp({ type, id }: JsonObject): boolean {
  return type === 'web_search_call' && typeof id === 'string' && id.startsWith(MADE_UP);
}
