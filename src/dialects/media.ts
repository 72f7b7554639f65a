import type { Media } from '../inference/index.ts';

export type ReadMedia = { readonly media: Media; readonly mediaType: string | null };

const DATA_URL = /^data:([^,;]*)((?:;[^,;]*)*),/;

/** A `data:` URL is taken apart into its type and its bytes; any other URL, and a broken one, stays one. */
export function readUrl(url: string): ReadMedia {
  const match = DATA_URL.exec(url);
  if (match === null) return { media: { kind: 'url', url }, mediaType: null };
  const rest = url.slice(match[0].length);
  const isBase64 = (match[2] ?? '').includes(';base64');
  const base64 = isBase64 ? rest : base64OfEscaped(rest);
  if (base64 === null) return { media: { kind: 'url', url }, mediaType: null };
  return { media: { kind: 'base64', base64 }, mediaType: match[1] === '' ? null : (match[1] ?? null) };
}

function base64OfEscaped(text: string): string | null {
  try {
    return Buffer.from(decodeURIComponent(text)).toString('base64');
  } catch {
    return null;
  }
}

/** The other way; null: a file's id is no URL. */
export function writeUrl(media: Media, mediaType: string | null): string | null {
  if (media.kind === 'url') return media.url;
  return media.kind === 'base64' ? `data:${mediaType ?? 'application/octet-stream'};base64,${media.base64}` : null;
}
