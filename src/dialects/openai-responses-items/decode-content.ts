import type { ContentPart, OpaquePart, TextPart } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { missingField, wrongType } from '../fields.ts';
import { asText } from '../loosely.ts';
import { readUrl } from '../media.ts';
import { decodeAnnotations } from './citations.ts';
import { keepOthers } from './own.ts';
import { searchIn } from './web-search.ts';

type Reader = (part: JsonObject, at: string) => ContentPart;

const TEXT_MEMBERS = new Set(['type', 'text', 'annotations']);
const REFUSAL_MEMBERS = new Set(['type', 'refusal']);
const IMAGE_MEMBERS = new Set(['type', 'image_url', 'file_id', 'detail']);
const FILE_MEMBERS = new Set(['type', 'file_id', 'file_data', 'file_url', 'filename']);
const AUDIO_MEMBERS = new Set(['type', 'input_audio']);

const READERS: Readonly<Record<string, Reader>> = {
  input_text: readText,
  output_text: readText,
  text: readText,
  refusal: readRefusal,
  input_image: readImage,
  input_file: readFile,
  input_audio: readAudio,
};

/** Content of a message or of a tool's result: a string, or parts. Kinds without a canonical form stay as they are. */
export function decodeContent(content: unknown, at: string): readonly ContentPart[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) throw wrongType(at, 'a string or an array of content parts', content);
  return content.map((part: unknown, index) => decodePart(part, `${at}[${index}]`));
}

function decodePart(part: unknown, at: string): ContentPart {
  if (!isJsonObject(part)) throw wrongType(at, 'an object', part);
  const type = part['type'];
  if (typeof type !== 'string')
    throw type === undefined ? missingField(`${at}.type`) : wrongType(`${at}.type`, 'a string', type);
  const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (read === undefined) return opaque(part, type);
  // OpenAI's explicit breakpoint names no time to live: that stands once in `prompt_cache_options`.
  const mark = isJsonObject(part['prompt_cache_breakpoint']) ? { cache: { ttl: null } } : null;
  return mark === null ? read(part, at) : { ...read(part, at), ...mark };
}

export function opaque(raw: JsonObject, name: string): OpaquePart {
  const search = searchIn(raw);
  return { type: 'opaque', dialect: 'openai-responses', name, raw, ...(search === null ? {} : { search }) };
}

function readText(part: JsonObject, at: string): TextPart {
  const text = part['text'];
  if (typeof text !== 'string') throw wrongType(`${at}.text`, 'a string', text);
  const citations = decodeAnnotations(part['annotations']);
  return {
    type: 'text',
    text,
    ...(citations.length === 0 ? {} : { citations }),
    ...keepOthers(part, TEXT_MEMBERS),
  };
}

function readRefusal(part: JsonObject, at: string): ContentPart {
  const text = part['refusal'];
  if (typeof text !== 'string') throw wrongType(`${at}.refusal`, 'a string', text);
  return { type: 'refusal', text, ...keepOthers(part, REFUSAL_MEMBERS) };
}

function readImage(part: JsonObject, at: string): ContentPart {
  const url = asText(part['image_url']);
  const id = asText(part['file_id']);
  const detail = asText(part['detail']);
  const others = keepOthers(part, IMAGE_MEMBERS);
  if (url !== null) return { type: 'image', ...readUrl(url), detail, ...others };
  if (id === null) throw missingField(`${at}.image_url`);
  return { type: 'image', media: { kind: 'file-id', id }, mediaType: null, detail, ...others };
}

function readFile(part: JsonObject, at: string): ContentPart {
  const data = asText(part['file_data']);
  const url = asText(part['file_url']);
  const id = asText(part['file_id']);
  const base = { type: 'file', name: asText(part['filename']), ...keepOthers(part, FILE_MEMBERS) } as const;
  if (data !== null) {
    const read = data.startsWith('data:') ? readUrl(data) : null;
    return { ...base, ...(read ?? { media: { kind: 'base64', base64: data }, mediaType: null }) };
  }
  if (url !== null) return { ...base, media: { kind: 'url', url }, mediaType: null };
  if (id === null) throw missingField(`${at}.file_data`);
  return { ...base, media: { kind: 'file-id', id }, mediaType: null };
}

function readAudio(part: JsonObject, at: string): ContentPart {
  const audio = part['input_audio'];
  if (!isJsonObject(audio)) throw wrongType(`${at}.input_audio`, 'an object', audio);
  const base64 = asText(audio['data']);
  if (base64 === null) throw missingField(`${at}.input_audio.data`);
  const media = { kind: 'base64', base64 } as const;
  return {
    type: 'audio',
    media,
    format: asText(audio['format']),
    transcript: null,
    ...keepOthers(part, AUDIO_MEMBERS),
  };
}
