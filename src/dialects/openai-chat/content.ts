import type { AudioPart, ContentPart, FilePart, Media } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { missingField, wrongType } from '../fields.ts';
import { asObjects, asText } from '../loosely.ts';
import { readUrl, writeUrl } from '../media.ts';
import { type Encoding, leaveOut, ownMembers } from '../openai/encoding.ts';
import { cacheMarkOf, othersOf, own, ownOf } from '../openai/own.ts';

type Reader = (part: JsonObject, at: string) => ContentPart;

/** Any other type is carried on as it is: a server of this dialect may know it. */
const readers: Readonly<Record<string, Reader>> = {
  text: (part, at) => ({ type: 'text', text: textIn(part, 'text', at) }),
  refusal: (part, at) => ({ type: 'refusal', text: textIn(part, 'refusal', at) }),
  image_url: (part, at) => {
    const { url, object } = urlIn(part, 'image_url', at);
    return { type: 'image', ...readUrl(url), detail: asText(object['detail']) };
  },
  video_url: (part, at) => ({ type: 'video', ...readUrl(urlIn(part, 'video_url', at).url) }),
  document_url: (part, at) => {
    const { url } = urlIn(part, 'document_url', at);
    return { type: 'file', ...readUrl(url), name: asText(part['document_name']), ...own({ field: 'document_url' }) };
  },
  input_audio: (part, at) => readAudio(part, at),
  file: (part, at) => readFile(objectIn(part, 'file', at), at),
  thinking: (part) => readThinking(part),
};

const KNOWN: Readonly<Record<string, ReadonlySet<string>>> = {
  text: new Set(['type', 'text']),
  refusal: new Set(['type', 'refusal']),
  image_url: new Set(['type', 'image_url', 'text']),
  video_url: new Set(['type', 'video_url']),
  document_url: new Set(['type', 'document_url', 'document_name']),
  input_audio: new Set(['type', 'input_audio']),
  file: new Set(['type', 'file']),
  thinking: new Set(['type', 'thinking']),
};

/** A message's content: text, or a list of parts. */
export function decodeContent(content: unknown, at: string): ContentPart[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (content === null || content === undefined) return [];
  if (!Array.isArray(content)) throw wrongType(at, 'a string or an array of content parts', content);
  return content.map((part: unknown, index) => decodePart(part, `${at}[${index}]`));
}

function decodePart(part: unknown, at: string): ContentPart {
  if (typeof part === 'string') return { type: 'text', text: part };
  if (!isJsonObject(part)) throw wrongType(at, 'an object', part);
  const type = part['type'];
  if (type === undefined || type === null) throw missingField(`${at}.type`);
  if (typeof type !== 'string') throw wrongType(`${at}.type`, 'a string', type);
  const reader = Object.hasOwn(readers, type) ? readers[type] : undefined;
  const known = KNOWN[type];
  const cache = cacheMarkOf(part);
  const marked = cache === null ? {} : { cache };
  if (reader === undefined || known === undefined)
    return { type: 'opaque', dialect: 'openai-chat', name: type, raw: part, ...marked };
  const read = reader(part, at);
  const others = othersOf(part, known);
  return others === null ? read : { ...read, ...marked, ...own({ ...ownOf(read), ...others }) };
}

/** Mistral writes an address or the bytes themselves where OpenAI has an object. */
function readAudio(part: JsonObject, at: string): AudioPart {
  const said = part['input_audio'];
  if (typeof said === 'string') {
    const media = /^https?:/.test(said) ? ({ kind: 'url', url: said } as const) : base64Media(said);
    return { type: 'audio', media, format: null, transcript: null, ...own({ field: 'input_audio' }) };
  }
  const audio = objectIn(part, 'input_audio', at);
  const media = base64Media(textIn(audio, 'data', `${at}.input_audio`));
  return { type: 'audio', media, format: asText(audio['format']), transcript: null };
}

function base64Media(base64: string): Media {
  return { kind: 'base64', base64 };
}

function readFile(file: JsonObject, at: string): FilePart {
  const { file_id: id, file_data: data, filename } = file;
  const name = asText(filename);
  if (typeof id === 'string') return { type: 'file', media: { kind: 'file-id', id }, mediaType: null, name };
  if (typeof data !== 'string') throw missingField(`${at}.file.file_data`);
  // OpenAI's examples have a data URL here; bytes without one are taken, too, and so is OpenRouter's address.
  const read = readUrl(data);
  if (read.media.kind === 'base64' || /^https?:/.test(data)) return { type: 'file', ...read, name };
  return { type: 'file', media: base64Media(data), mediaType: null, name };
}

/** Mistral's thoughts: a list of text chunks among the content. */
function readThinking(part: JsonObject): ContentPart {
  return {
    type: 'reasoning',
    text: thinkingText(part['thinking']),
    isSummary: false,
    seal: null,
    ...own({ field: 'thinking' }),
  };
}

export function thinkingText(thinking: unknown): string {
  if (typeof thinking === 'string') return thinking;
  return asObjects(thinking)
    .map((chunk) => asText(chunk['text']) ?? '')
    .join('');
}

function textIn(object: JsonObject, field: string, at: string): string {
  const text = object[field];
  if (text === undefined || text === null) throw missingField(`${at}.${field}`);
  if (typeof text !== 'string') throw wrongType(`${at}.${field}`, 'a string', text);
  return text;
}

function objectIn(part: JsonObject, field: string, at: string): JsonObject {
  const object = part[field];
  if (object === undefined || object === null) throw missingField(`${at}.${field}`);
  if (!isJsonObject(object)) throw wrongType(`${at}.${field}`, 'an object', object);
  return object;
}

/** Mistral writes the address itself where OpenAI has an object. */
function urlIn(part: JsonObject, field: string, at: string): { readonly url: string; readonly object: JsonObject } {
  const value = part[field];
  if (typeof value === 'string') return { url: value, object: {} };
  const object = objectIn(part, field, at);
  return { url: textIn(object, 'url', `${at}.${field}`), object };
}

/** Parts as they stand in a list. */
export function encodeParts(parts: readonly ContentPart[], encoding: Encoding): JsonObject[] {
  const encoded: JsonObject[] = [];
  for (const part of parts) {
    const said = encodePart(part, encoding);
    if (said !== null) encoded.push(said);
  }
  return encoded;
}

/** null: it has no place there, and a warning says so. */
function encodePart(part: ContentPart, encoding: Encoding): JsonObject | null {
  const body = bodyOf(part);
  if (body === null) {
    leaveOut(encoding, `content.${part.type}`, `OpenAI's chat API has no place for this ${nameOf(part)}.`);
    return null;
  }
  const mine = ownMembers(part, encoding);
  if (mine === null) return body;
  const { field: _, ...members } = mine;
  return { ...body, ...members };
}

function nameOf(part: ContentPart): string {
  return part.type === 'opaque' ? `${part.name} (${part.dialect})` : part.type;
}

function bodyOf(part: ContentPart): JsonObject | null {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'refusal':
      return { type: 'refusal', refusal: part.text };
    case 'image': {
      const url = writeUrl(part.media, part.mediaType ?? 'image/png');
      if (url === null) return null;
      return { type: 'image_url', image_url: part.detail === null ? { url } : { url, detail: part.detail } };
    }
    case 'video': {
      const url = writeUrl(part.media, part.mediaType ?? 'video/mp4');
      return url === null ? null : { type: 'video_url', video_url: { url } };
    }
    case 'file':
      return fileOf(part);
    case 'audio':
      return audioOf(part);
    case 'reasoning':
      return { type: 'thinking', thinking: [{ type: 'text', text: part.text }] };
    case 'opaque':
      return part.dialect === 'openai-chat' ? part.raw : null;
    default:
      return null;
  }
}

/** Mistral's `document_url` where the client wrote it; elsewhere a text is said as one, since OpenAI takes PDFs only. */
function fileOf(part: FilePart): JsonObject | null {
  const { media, mediaType, name } = part;
  if (ownOf(part)?.['field'] === 'document_url') {
    const url = writeUrl(media, mediaType);
    if (url === null) return null;
    return { type: 'document_url', document_url: url, ...(name === null ? {} : { document_name: name }) };
  }
  if (media.kind === 'file-id') return { type: 'file', file: { file_id: media.id } };
  if (media.kind === 'base64' && mediaType?.startsWith('text/') === true)
    return { type: 'text', text: Buffer.from(media.base64, 'base64').toString() };
  const data = writeUrl(media, mediaType ?? 'application/pdf');
  return { type: 'file', file: name === null ? { file_data: data } : { filename: name, file_data: data } };
}

function audioOf(part: AudioPart): JsonObject | null {
  const { media, format } = part;
  if (ownOf(part)?.['field'] === 'input_audio' && media.kind !== 'file-id')
    return { type: 'input_audio', input_audio: media.kind === 'url' ? media.url : media.base64 };
  if (media.kind !== 'base64') return null;
  return { type: 'input_audio', input_audio: { data: media.base64, format: format ?? 'wav' } };
}
