type MediaTypes = Readonly<Record<string, string>>;

const IMAGES: MediaTypes = { png: 'image/png', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp' };

const DOCUMENTS: MediaTypes = {
  pdf: 'application/pdf',
  csv: 'text/csv',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  html: 'text/html',
  txt: 'text/plain',
  md: 'text/markdown',
};

const VIDEOS: MediaTypes = {
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  mkv: 'video/x-matroska',
  webm: 'video/webm',
  flv: 'video/x-flv',
  mpeg: 'video/mpeg',
  mpg: 'video/mpeg',
  wmv: 'video/x-ms-wmv',
  three_gp: 'video/3gpp',
};

export const mediaTypes = { image: IMAGES, document: DOCUMENTS, video: VIDEOS } as const;

export type MediaKind = keyof typeof mediaTypes;

/** How base64 of the images begins, by their formats' first bytes. */
const BEGINNINGS: MediaTypes = { iVBOR: 'png', '/9j/': 'jpeg', R0lGOD: 'gif', UklGR: 'webp' };

/** Types that are written otherwise than in the tables. */
const ALIASES: MediaTypes = { 'image/jpg': 'jpeg', 'text/x-markdown': 'md', 'application/xhtml+xml': 'html' };

/** A format that is none of ours is let through as it stands: it may be a media type itself, as one recorded call has. */
export function mediaTypeOf(kind: MediaKind, format: unknown): string | null {
  return typeof format === 'string' ? (mediaTypes[kind][format] ?? format) : null;
}

/** null: Converse has no word for it. */
export function formatOf(
  kind: MediaKind,
  mediaType: string | null,
  name: string | null,
  base64: string,
): string | null {
  if (mediaType !== null) return formatOfType(kind, mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? '');
  const extension = name?.slice(name.lastIndexOf('.') + 1).toLowerCase() ?? '';
  if (extension in mediaTypes[kind]) return extension;
  if (kind === 'document' && base64.startsWith('JVBERi')) return 'pdf';
  const begins = Object.keys(BEGINNINGS).find((text) => base64.startsWith(text));
  return kind === 'image' && begins !== undefined ? (BEGINNINGS[begins] ?? null) : null;
}

function formatOfType(kind: MediaKind, type: string): string | null {
  const known = Object.entries(mediaTypes[kind]).find(([, listed]) => listed === type);
  if (known !== undefined) return known[0];
  const alias = ALIASES[type];
  if (alias !== undefined && alias in mediaTypes[kind]) return alias;
  const isText = type.startsWith('text/') || type === 'application/json' || type === 'application/xml';
  return kind === 'document' && isText ? 'txt' : null;
}
