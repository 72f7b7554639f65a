import type { OpaquePart, SearchResult, WebSearch } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { asObject, asObjects, asText } from '../loosely.ts';

/** Anthropic's own ids go on with digits and letters, without an underscore. */
export const MADE_UP = 'srvtoolu_ws_';
const ODD = /[^a-zA-Z0-9_]/g;
const DIRECT = { type: 'direct' };

/** What the block says of a search: Anthropic tells in one what was asked, in the next what was found. */
export function searchIn(block: JsonObject): WebSearch | null {
  const { type, id, input, content } = block;
  if (isSearch(block))
    return { id: asText(id) ?? '', queries: [asText(asObject(input)?.['query']) ?? ''], results: null };
  if (type !== 'web_search_tool_result') return null;
  return { id: asText(block['tool_use_id']) ?? '', queries: [], results: asObjects(content).flatMap(resultIn) };
}

function resultIn({ url, title, page_age }: JsonObject): readonly SearchResult[] {
  return typeof url === 'string' ? [{ url, title: asText(title), pageAge: asText(page_age) }] : [];
}

/** What came whole, as blocks for a client: its own as it came, and searches of other providers. */
export function opaqueBlocks({ dialect, raw, search }: OpaquePart): readonly JsonObject[] {
  if (dialect === 'anthropic-messages') return [raw];
  return search === undefined ? [] : searchBlocks(search);
}

/** Several queries of one search are one call: clients count calls, and show the query. */
function searchBlocks({ id, queries, results }: WebSearch): readonly JsonObject[] {
  const callId = MADE_UP + id.replace(/^ws_/, '').replace(ODD, '_');
  const [query] = queries;
  const blocks: JsonObject[] = [];
  if (query !== undefined) {
    const input = queries.length === 1 ? { query } : { query, queries };
    blocks.push({ type: 'server_tool_use', id: callId, name: 'web_search', input, caller: DIRECT });
  }
  if (results !== null) {
    const content = results.map(resultBlock);
    blocks.push({ type: 'web_search_tool_result', tool_use_id: callId, content, caller: DIRECT });
  }
  return blocks;
}

/** What Anthropic encrypts for its own models is not there: such a result is not sent back to it (see `isMadeUp`). */
function resultBlock({ url, title, pageAge }: SearchResult): JsonObject {
  return { type: 'web_search_result', url, title: title ?? url, encrypted_content: '', page_age: pageAge };
}

/** A call of the tool, in a block of ours or Anthropic's. */
export function isSearch({ type, name }: JsonObject): boolean {
  return type === 'server_tool_use' && name === 'web_search';
}

/** One of the blocks above, which Anthropic would refuse. */
export function isMadeUp(block: unknown): boolean {
  if (!isJsonObject(block)) return false;
  const { type, id, tool_use_id } = block;
  const callId = type === 'server_tool_use' ? id : type === 'web_search_tool_result' ? tool_use_id : null;
  return typeof callId === 'string' && callId.startsWith(MADE_UP);
}
