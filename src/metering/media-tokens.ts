import type { AudioPart, FilePart, ImagePart, Media, VideoPart } from '../inference/index.ts';
import { type ImageSize, imageSize } from './image-size.ts';

/** Cameras write previews and profiles before a JPEG's frame; what is behind this is taken as unknown. */
const HEADER_BASE64_LETTERS = 350_000;

// OpenAI's rule for images (platform.openai.com, Images and vision, "Calculating costs"; the numbers of GPT-4o): 85
// tokens, and 170 for each tile of 512 pixels once it fits into a square of 2,048 and its shorter side into 768.
const IMAGE_BASE = 85;
const IMAGE_TILE = 170;
const TILE_PIXELS = 512;
const LONGEST_SIDE = 2_048;
const SHORTEST_SIDE = 768;
/** 768 by 2,048 pixels, which no image gets beyond. */
const UNKNOWN_SIZE: ImageSize = { width: SHORTEST_SIDE, height: LONGEST_SIDE };

export function imageTokens({ media, detail }: Pick<ImagePart, 'media' | 'detail'>): number {
  if (detail === 'low') return IMAGE_BASE;
  const known = media.kind === 'base64' ? imageSize(beginningOf(media.base64)) : null;
  const { width, height } = scaled(known ?? UNKNOWN_SIZE);
  return IMAGE_BASE + IMAGE_TILE * Math.ceil(width / TILE_PIXELS) * Math.ceil(height / TILE_PIXELS);
}

function beginningOf(base64: string): Buffer {
  return Buffer.from(base64.slice(0, HEADER_BASE64_LETTERS), 'base64');
}

function scaled({ width, height }: ImageSize): ImageSize {
  const ratio = Math.min(1, LONGEST_SIDE / Math.max(width, height), SHORTEST_SIDE / Math.min(width, height));
  // Never more than it is, and a side of a panorama never less than one.
  return { width: Math.max(1, Math.round(width * ratio)), height: Math.max(1, Math.round(height * ratio)) };
}

// Anthropic (platform.claude.com, PDF support): a page is 1,500 to 3,000 tokens of text, and an image besides.
const PAGE = 3_000;
/** Where a PDF's pages are hidden in compressed objects: about what a page of text with a picture takes. */
const BYTES_OF_A_PAGE = 50_000;
const PAGE_MARK = /\/Type\s*\/Page(?![A-Za-z])/g;

/** `text`: what a document that is no PDF says in letters, to be counted exactly. */
export function fileTokens(part: FilePart): { readonly text: string; readonly tokens: number } {
  const { media, mediaType } = part;
  if (media.kind !== 'base64') return { text: '', tokens: PAGE };
  const bytes = Buffer.from(media.base64, 'base64');
  if (mediaType !== null && isText(mediaType)) return { text: bytes.toString('utf8'), tokens: 0 };
  const found = bytes.toString('latin1').match(PAGE_MARK)?.length ?? 0;
  const pages = Math.max(1, found > 0 ? found : Math.ceil(bytes.length / BYTES_OF_A_PAGE));
  return { text: '', tokens: pages * PAGE };
}

function isText(mediaType: string): boolean {
  return /^(?:text\/|application\/(?:json|xml|javascript|x-yaml|yaml)\b)/.test(mediaType);
}

// Gemini (ai.google.dev, Understand and count tokens): 32 tokens a second of sound, 258 a frame of video, one frame a
// second. What is called, and not held, is taken for a minute.
const SOUND_SECOND = 32;
const VIDEO_SECOND = 258 + SOUND_SECOND;
const UNKNOWN_SECONDS = 60;
/** 64 kbit/s, about the least at which speech is sent; uncompressed sound says its rate. */
const SOUND_BYTES_A_SECOND = 8_000;
/** 500 kbit/s. */
const VIDEO_BYTES_A_SECOND = 62_500;

export function audioTokens({ media }: Pick<AudioPart, 'media'>): number {
  return SOUND_SECOND * secondsOf(media, soundRate(media));
}

export function videoTokens({ media }: Pick<VideoPart, 'media'>): number {
  return VIDEO_SECOND * secondsOf(media, VIDEO_BYTES_A_SECOND);
}

function secondsOf(media: Media, bytesASecond: number): number {
  return media.kind === 'base64' ? Math.ceil((media.base64.length * 0.75) / bytesASecond) : UNKNOWN_SECONDS;
}

/** `byteRate` of a WAV file's format, where the format comes first, as it nearly always does. */
function soundRate(media: Media): number {
  if (media.kind !== 'base64') return SOUND_BYTES_A_SECOND;
  const head = Buffer.from(media.base64.slice(0, 64), 'base64');
  const isWave = head.length >= 32 && head.toString('latin1', 8, 16) === 'WAVEfmt ';
  const rate = isWave ? head.readUInt32LE(28) : 0;
  return rate > 0 ? rate : SOUND_BYTES_A_SECOND;
}
