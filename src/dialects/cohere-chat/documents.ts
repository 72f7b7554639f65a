import type { Message, TextPart } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { asText } from '../loosely.ts';

/**
 * Documents to ground an answer on, as instructions: any model can read them so, while Cohere's gets them back as the
 * documents that they were. null: none.
 */
export function decodeDocuments(documents: unknown): Message | null {
  if (!Array.isArray(documents) || documents.length === 0) return null;
  const content = documents.map((document, index): TextPart => {
    const id = (isJsonObject(document) && asText(document['id'])) || String(index);
    return { type: 'text', text: `Document ${id}:\n${documentText(document)}` };
  });
  return { role: 'system', rank: 'system', content, extensions: { 'cohere-chat': { documents } } };
}

/** The documents that this message stands for; null: it is instructions. */
export function encodeDocuments(message: Message): readonly unknown[] | null {
  const documents = message.extensions?.['cohere-chat']?.['documents'];
  return Array.isArray(documents) ? documents : null;
}

/** A document is text, or fields of which any may be text. */
export function documentText(document: unknown): string {
  if (typeof document === 'string') return document;
  const data = isJsonObject(document) ? (document['data'] ?? document) : document;
  if (typeof data === 'string') return data;
  const only = isJsonObject(data) ? onlyText(data) : null;
  return only ?? JSON.stringify(data);
}

function onlyText(data: JsonObject): string | null {
  return Object.keys(data).length === 1 ? asText(data['text']) : null;
}
