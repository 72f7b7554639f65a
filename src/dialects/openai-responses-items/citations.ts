import type { Citation } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { asNumber, asObjects, asText } from '../loosely.ts';
import { own, ownOf } from './own.ts';

export function decodeAnnotations(annotations: unknown): readonly Citation[] {
  return asObjects(annotations).map(decodeAnnotation);
}

/** Of files (`file_citation`, `container_file_citation`, `file_path`) the canonical form holds the name alone. */
export function decodeAnnotation(annotation: JsonObject): Citation {
  const isUrl = annotation['type'] === 'url_citation';
  return {
    url: asText(annotation['url']),
    title: asText(isUrl ? annotation['title'] : annotation['filename']),
    citedText: null,
    start: asNumber(annotation['start_index']),
    end: asNumber(annotation['end_index']),
    ...(isUrl ? {} : own(annotation)),
  };
}

/** The schema wants all four members of a URL's. null: a source without an address has no place here. */
export function encodeCitation(citation: Citation): JsonObject | null {
  const mine = ownOf(citation);
  if (mine !== null) return mine;
  const { url, title, start, end } = citation;
  if (url === null) return null;
  return { type: 'url_citation', url, title: title ?? '', start_index: start ?? 0, end_index: end ?? start ?? 0 };
}
