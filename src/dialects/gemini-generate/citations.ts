import type { Citation, ContentPart, WebSearch } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { asNumber, asObject, asObjects, asText } from '../loosely.ts';

/** A citation, and at which of the texts it stands. */
export type Placed = { readonly block: number; readonly citation: Citation };
/** A block of text, and which of the candidate's parts it is; `part` null: it came in pieces. */
export type CitedText = { readonly block: number; readonly part: number | null; readonly text: string };

type Place = { readonly block: number; readonly start: number | null; readonly end: number | null };

/** What a candidate says of its sources: `groundingMetadata` and `citationMetadata`. */
export function readCitations(candidate: JsonObject, texts: readonly CitedText[]): readonly Placed[] {
  if (texts.length === 0) return [];
  const grounding = asObject(candidate['groundingMetadata']);
  const cited = asObject(candidate['citationMetadata']);
  return [
    ...(grounding === null ? [] : groundedIn(grounding, texts)),
    ...asObjects(cited?.['citationSources'] ?? cited?.['citations']).map((source) => sourceOf(source, texts)),
  ];
}

function groundedIn(grounding: JsonObject, texts: readonly CitedText[]): readonly Placed[] {
  const sources = asObjects(grounding['groundingChunks']).map(chunkOf);
  const supports = asObjects(grounding['groundingSupports']);
  if (supports.length === 0) {
    const block = texts.at(-1)?.block ?? 0;
    return sources.map((source) => ({ block, citation: { ...source, start: null, end: null } }));
  }
  return supports.flatMap((support) => {
    const { block, start, end } = placeOf(asObject(support['segment']) ?? {}, texts);
    const indices = Array.isArray(support['groundingChunkIndices']) ? support['groundingChunkIndices'] : [];
    return indices.flatMap((index): Placed[] => {
      const source = sources[Number(index)];
      return source === undefined ? [] : [{ block, citation: { ...source, start, end } }];
    });
  });
}

type Source = Pick<Citation, 'url' | 'title' | 'citedText'>;

function chunkOf(chunk: JsonObject): Source {
  const { web, retrievedContext, maps, image } = chunk;
  const source = asObject(web) ?? asObject(retrievedContext) ?? asObject(maps) ?? asObject(image) ?? {};
  return {
    url: asText(source['uri']) ?? asText(source['sourceUri']),
    title: asText(source['title']),
    citedText: asText(source['text']),
  };
}

function sourceOf(source: JsonObject, texts: readonly CitedText[]): Placed {
  const { block, start, end } = placeOf(source, texts);
  return {
    block,
    citation: { url: asText(source['uri']), title: asText(source['title']), citedText: null, start, end },
  };
}

/**
 * Offsets count bytes of UTF-8 within a part, documented. Recorded segments name no part, though thoughts and calls
 * stand before the text, and in two answers the offsets are two bytes off from some place on: the segment's words decide,
 * where it has them.
 */
function placeOf(segment: JsonObject, texts: readonly CitedText[]): Place {
  const start = asNumber(segment['startIndex']) ?? 0;
  const end = asNumber(segment['endIndex']);
  const words = asText(segment['text']);
  const last = texts.at(-1)?.block ?? 0;
  if (end === null) return { block: last, start: null, end: null };
  const named = texts.find(({ part }) => part !== null && part === asNumber(segment['partIndex']));
  for (const { block, text } of named === undefined ? texts : [named, ...texts]) {
    const bytes = Buffer.from(text);
    const isThere = words === null || bytes.indexOf(words, start) === start;
    const from = isThere ? start : bytes.indexOf(words, Math.max(0, start - MOST_ASTRAY));
    if (from === -1 || from > start + MOST_ASTRAY || (words === null && end > bytes.length)) continue;
    const before = bytes.toString('utf8', 0, from).length;
    const cited = words ?? bytes.toString('utf8', start, end);
    return { block, start: before, end: before + cited.length };
  }
  return { block: last, start: null, end: null };
}

/** In bytes. */
const MOST_ASTRAY = 64;

/** `groundingMetadata` for citations and searches of another dialect; null: there are none. */
export function writeGrounding(
  texts: readonly (CitedText & { readonly citations: readonly Citation[] })[],
  searches: readonly WebSearch[],
): JsonObject | null {
  const chunks: JsonObject[] = [];
  const supports: JsonObject[] = [];
  for (const { part, text, citations } of texts) {
    for (const { url, title, start, end } of citations) {
      const index = chunkAt(chunks, url, title);
      if (start === null || end === null) continue;
      const startIndex = Buffer.byteLength(text.slice(0, start));
      const cited = text.slice(start, end);
      const segment = {
        partIndex: part ?? 0,
        startIndex,
        endIndex: startIndex + Buffer.byteLength(cited),
        text: cited,
      };
      supports.push({ segment, groundingChunkIndices: [index] });
    }
  }
  for (const { url, title } of searches.flatMap(({ results }) => results ?? [])) chunkAt(chunks, url, title);
  const queries = searches.flatMap((search) => search.queries);
  if (chunks.length + queries.length === 0) return null;
  return {
    ...(queries.length === 0 ? {} : { webSearchQueries: queries }),
    groundingChunks: chunks.map(withoutNulls),
    groundingSupports: supports,
  };
}

function chunkAt(chunks: JsonObject[], url: string | null, title: string | null): number {
  const known = chunks.findIndex(({ web }) => asObject(web)?.['uri'] === url && asObject(web)?.['title'] === title);
  return known === -1 ? chunks.push({ web: { uri: url, title } }) - 1 : known;
}

/** What a part tells of a search; none: it is something else. */
export function searchesIn(part: ContentPart): readonly WebSearch[] {
  return part.type === 'opaque' && part.search !== undefined ? [part.search] : [];
}

function withoutNulls({ web }: JsonObject): JsonObject {
  const members = Object.entries(asObject(web) ?? {}).filter(([, value]) => value !== null);
  return { web: Object.fromEntries(members) };
}
