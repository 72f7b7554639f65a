import type { Citation } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { asNumber, asObject, asObjects, asText } from '../loosely.ts';
import { documentText } from './documents.ts';

/** The whole citation stays in the extensions: several sources can stand behind one. */
export function decodeCitation(raw: JsonObject): Citation {
  const [source] = asObjects(raw['sources']);
  const document = asObject(source?.['document']) ?? asObject(source?.['tool_output']);
  return {
    url: asText(document?.['url']),
    title: asText(document?.['title']) ?? asText(source?.['id']),
    citedText: document === null ? null : (asText(document['text']) ?? documentText(document)),
    start: asNumber(raw['start']),
    end: asNumber(raw['end']),
    extensions: { 'cohere-chat': raw },
  };
}

/** `text` is the whole text that is cited from. */
export function encodeCitation(citation: Citation, text: string, contentIndex: number): JsonObject {
  const { start, end, url, title, citedText, extensions } = citation;
  const own = extensions?.['cohere-chat'];
  if (own !== undefined) return own;
  const from = start ?? 0;
  const to = end ?? text.length;
  return {
    start: from,
    end: to,
    text: text.slice(from, to),
    sources: [
      {
        type: 'document',
        id: url ?? title ?? '',
        document: { url: url ?? '', title: title ?? '', text: citedText ?? '' },
      },
    ],
    content_index: contentIndex,
    type: 'TEXT_CONTENT',
  };
}
