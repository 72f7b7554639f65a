import type { FilePart, ImagePart, Media } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { ReadMedia } from '../media.ts';

/** How the four kinds of picture that Anthropic takes begin, in base64. */
const BEGINNINGS: readonly (readonly [beginning: string, mediaType: string])[] = [
  ['iVBOR', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lG', 'image/gif'],
  ['UklGR', 'image/webp'],
];

const TEXT_TYPES: ReadonlySet<string> = new Set(['application/json', 'application/xml', 'application/yaml']);

/** null: a source without a canonical form, a document made of blocks. */
export function readSource(source: unknown): ReadMedia | null {
  if (!isJsonObject(source)) return null;
  const { type, data, url } = source;
  const mediaType = typeof source['media_type'] === 'string' ? source['media_type'] : null;
  if (type === 'base64' && typeof data === 'string') return { media: { kind: 'base64', base64: data }, mediaType };
  if (type === 'url' && typeof url === 'string') return { media: { kind: 'url', url }, mediaType: null };
  const id = source['file_id'];
  if (type === 'file' && typeof id === 'string') return { media: { kind: 'file-id', id }, mediaType: null };
  if (type !== 'text' || typeof data !== 'string') return null;
  return { media: { kind: 'base64', base64: Buffer.from(data).toString('base64') }, mediaType: 'text/plain' };
}

/** null: not a picture that can be sent. */
export function imageSource({ media, mediaType }: ImagePart): JsonObject | null {
  if (media.kind !== 'base64') return referenced(media);
  const known = mediaType ?? BEGINNINGS.find(([beginning]) => media.base64.startsWith(beginning))?.[1];
  return known === undefined ? null : { type: 'base64', media_type: known, data: media.base64 };
}

/** PDF and text are what Anthropic reads; null: neither. */
export function documentSource({ media, mediaType, name }: FilePart): JsonObject | null {
  if (media.kind !== 'base64') return referenced(media);
  if (mediaType === 'application/pdf' || (mediaType === null && isPdf(media.base64, name)))
    return { type: 'base64', media_type: 'application/pdf', data: media.base64 };
  if (mediaType === null || !(mediaType.startsWith('text/') || TEXT_TYPES.has(mediaType))) return null;
  return { type: 'text', media_type: 'text/plain', data: Buffer.from(media.base64, 'base64').toString() };
}

/** `JVBERi` is `%PDF-`. */
function isPdf(base64: string, name: string | null): boolean {
  return base64.startsWith('JVBERi') || (name?.toLowerCase().endsWith('.pdf') ?? false);
}

function referenced(media: Exclude<Media, { readonly kind: 'base64' }>): JsonObject {
  return media.kind === 'url' ? { type: 'url', url: media.url } : { type: 'file', file_id: media.id };
}
