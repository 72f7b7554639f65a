import type { AudioPart, ContentPart, FilePart, ImagePart, Media, VideoPart } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { camelCased } from '../google/spelling.ts';
import { asObject, asText } from '../loosely.ts';
import { others, own, ownOf } from './own.ts';

export type MediaPart = ImagePart | FilePart | AudioPart | VideoPart;

/** OpenAI's words for kinds of sound; the first type of each is the one that is written. */
const AUDIO_TYPES: Readonly<Record<string, readonly string[]>> = {
  mp3: ['audio/mp3', 'audio/mpeg'],
  wav: ['audio/wav', 'audio/x-wav', 'audio/wave'],
  flac: ['audio/flac', 'audio/x-flac'],
  aac: ['audio/aac'],
  opus: ['audio/opus'],
  ogg: ['audio/ogg'],
  aiff: ['audio/aiff'],
  m4a: ['audio/m4a', 'audio/mp4'],
  webm: ['audio/webm'],
  pcm16: ['audio/L16;codec=pcm;rate=24000', 'audio/pcm'],
};

const TYPES_BY_ENDING: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  heic: 'image/heic',
  heif: 'image/heif',
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/markdown',
  html: 'text/html',
  csv: 'text/csv',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
  mp3: 'audio/mp3',
  wav: 'audio/wav',
};

/** How base64 of these types begins. */
const TYPES_BY_START: readonly (readonly [start: string, mediaType: string])[] = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
  ['JVBERi', 'application/pdf'],
];

/** What only Google's servers can fetch: the Files API and Cloud Storage. */
const STORED = /^(gs:\/\/|https:\/\/generativelanguage\.googleapis\.com\/|files\/)/;
const YOUTUBE = /^https?:\/\/([a-z]+\.)?(youtube\.com|youtu\.be)\//;

const BLOB = new Set(['mimeType', 'data']);
const FILE = new Set(['mimeType', 'fileUri']);

/** `inlineData` or `fileData`; null: neither holds anything. `rest` is what else the part says. */
export function readMedia(part: JsonObject, rest: JsonObject | null): MediaPart | null {
  const blob = asObject(part['inlineData']);
  const holder = camelCased(blob ?? asObject(part['fileData']) ?? {});
  const media = blob === null ? referenceIn(holder) : bytesIn(holder);
  if (media === null) return null;
  const mediaType = asText(holder['mimeType']);
  const more = others(holder, blob === null ? FILE : BLOB);
  const read = partOf(media, mediaType, asText(holder['displayName']));
  const written = mediaTypeOf(read);
  const kept = written === mediaType ? more : { ...more, mimeType: mediaType };
  return { ...read, ...own(kept === null ? rest : { ...rest, media: kept }) };
}

/** Recorded: Python clients send URL-safe base64, which protobuf takes for the same. */
function bytesIn({ data }: JsonObject): Media | null {
  if (typeof data !== 'string') return null;
  const isUrlSafe = data.includes('-') || data.includes('_');
  return { kind: 'base64', base64: isUrlSafe ? data.replaceAll('-', '+').replaceAll('_', '/') : data };
}

function referenceIn({ fileUri }: JsonObject): Media | null {
  if (typeof fileUri !== 'string') return null;
  return STORED.test(fileUri) ? { kind: 'file-id', id: fileUri } : { kind: 'url', url: fileUri };
}

function partOf(media: Media, mediaType: string | null, name: string | null): MediaPart {
  const family = mediaType === null ? null : mediaType.slice(0, mediaType.indexOf('/'));
  if (family === 'image') return { type: 'image', media, mediaType, detail: null };
  if (family === 'audio') return { type: 'audio', media, format: formatOf(mediaType), transcript: null };
  if (family === 'video' || (media.kind === 'url' && YOUTUBE.test(media.url))) {
    return { type: 'video', media, mediaType };
  }
  return { type: 'file', media, mediaType, name };
}

function formatOf(mediaType: string | null): string | null {
  if (mediaType === null) return null;
  const known = Object.entries(AUDIO_TYPES).find(([, types]) => types.includes(mediaType));
  if (known !== undefined) return known[0];
  return mediaType.startsWith('audio/L16') ? 'pcm16' : mediaType.slice('audio/'.length);
}

/** null: Google cannot fetch what another API has stored. */
export function writeMedia(part: MediaPart): JsonObject | null {
  const { media, ...rest } = ownOf(part) ?? {};
  const more = asObject(media) ?? {};
  const mediaType = mediaTypeOf(part);
  const named = mediaType === null ? {} : { mimeType: mediaType };
  if (part.media.kind === 'base64') return { inlineData: { ...named, data: part.media.base64, ...more }, ...rest };
  const fileUri = part.media.kind === 'url' ? part.media.url : part.media.id;
  if (part.media.kind === 'file-id' && !STORED.test(fileUri)) return null;
  return { fileData: { ...named, fileUri, ...more }, ...rest };
}

function mediaTypeOf(part: MediaPart): string | null {
  if (part.type !== 'audio') return part.mediaType ?? guessed(part);
  return part.format === null ? guessed(part) : (AUDIO_TYPES[part.format]?.[0] ?? `audio/${part.format}`);
}

/** Where the client does not name the type, which Google wants with bytes and Vertex AI with addresses, too. */
function guessed({ type, media }: MediaPart): string | null {
  if (media.kind !== 'base64') {
    const address = media.kind === 'url' ? media.url : media.id;
    if (YOUTUBE.test(address)) return 'video/mp4';
    const ending = /\.([a-z0-9]+)(?:[?#]|$)/i.exec(address)?.[1]?.toLowerCase() ?? '';
    return Object.hasOwn(TYPES_BY_ENDING, ending) ? (TYPES_BY_ENDING[ending] ?? null) : null;
  }
  const known = TYPES_BY_START.find(([start]) => media.base64.startsWith(start));
  return known?.[1] ?? FALLBACKS[type];
}

const FALLBACKS: Readonly<Record<MediaPart['type'], string>> = {
  image: 'image/jpeg',
  file: 'application/pdf',
  audio: 'audio/wav',
  video: 'video/mp4',
};

export function isMedia(part: ContentPart): part is MediaPart {
  return part.type === 'image' || part.type === 'file' || part.type === 'audio' || part.type === 'video';
}
