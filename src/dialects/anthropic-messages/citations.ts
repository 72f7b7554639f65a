import type { Citation } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { OWN, ownOf, textOrNull } from './own.ts';

/** Which place within a document it is stays in the extension: each of the five kinds counts in its own unit. */
export function decodeCitation(citation: JsonObject): Citation {
  return {
    url: textOrNull(citation['url']) ?? textOrNull(citation['source']),
    title: textOrNull(citation['title']) ?? textOrNull(citation['document_title']),
    citedText: textOrNull(citation['cited_text']),
    // What is cited is the whole block: Anthropic begins a new one where the source changes.
    start: null,
    end: null,
    extensions: { [OWN]: citation },
  };
}

export function decodeCitations(citations: unknown): readonly Citation[] {
  return Array.isArray(citations) ? citations.filter(isJsonObject).map(decodeCitation) : [];
}

/** A citation for a client: another provider's is put as a search result's, or as one of the first document's. */
export function encodeCitation({ url, title, citedText, extensions }: Citation): JsonObject {
  const own = extensions?.[OWN];
  if (own !== undefined) return 'document_title' in own && !('file_id' in own) ? { ...own, file_id: null } : own;
  const cited = { cited_text: citedText ?? '' };
  if (url !== null) return { type: 'web_search_result_location', ...cited, url, title, encrypted_index: '' };
  const place = { document_index: 0, start_char_index: 0, end_char_index: 0, file_id: null };
  return { type: 'char_location', ...cited, ...place, document_title: title };
}

/**
 * The citations that an upstream can be given back: its own. One of a search has to bear the index that Anthropic
 * encrypted; those that `encodeCitation` made up for another provider's have none.
 */
export function ownCitations(citations: readonly Citation[] | undefined): readonly JsonObject[] {
  return (citations ?? []).map(({ extensions }) => ownOf(extensions)).filter(canGoBack);
}

function canGoBack(citation: JsonObject): boolean {
  return textOrNull(citation['type']) !== null && citation['encrypted_index'] !== '';
}
