import type { AudioPart, ContentPart, FilePart, ImagePart, TextPart } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { UpstreamTarget } from '../dialect.ts';
import { writeUrl } from '../media.ts';
import { encodeCitation } from '../openai-responses-items/citations.ts';
import { othersOf, ownOf } from '../openai-responses-items/own.ts';
import { type Encoding, leaveOut } from './encoding.ts';

/** Member of the first part in which the item that it came in keeps what else it holds. */
const OF_ITEM = new Set(['item']);

/** What a user or a tool hands the model. */
export function encodeInput(parts: readonly ContentPart[], encoding: Encoding): readonly JsonObject[] {
  return parts.map((part) => encodeInputPart(part, encoding)).filter((part) => part !== null);
}

function encodeInputPart(part: ContentPart, encoding: Encoding): JsonObject | null {
  switch (part.type) {
    case 'text':
      return { type: 'input_text', text: part.text, ...inputMembers(part, encoding) };
    case 'image':
      return encodeImage(part, encoding);
    case 'file':
      return encodeFile(part, encoding);
    case 'audio':
      return encodeAudio(part, encoding);
    case 'refusal':
      return { type: 'input_text', text: part.text };
    case 'opaque':
      if (part.dialect === 'openai-responses') return part.raw;
      break;
  }
  const name = part.type === 'opaque' ? part.name : part.type;
  leaveOut(encoding, `messages.content.${name}`, `The Responses API has no place for '${name}' in a message.`);
  return null;
}

/** What an assistant said earlier; anything else it made has no place in a message. */
export function encodeSaid(part: ContentPart): JsonObject | null {
  if (part.type === 'refusal') return { type: 'refusal', refusal: part.text, ...partMembers(part) };
  if (part.type === 'text')
    return { type: 'output_text', text: part.text, annotations: annotationsOf(part), ...partMembers(part) };
  return null;
}

/** The schema requires them of what a model said, empty or not. */
function annotationsOf({ citations }: TextPart): readonly JsonObject[] {
  return citations?.map(encodeCitation).filter((annotation) => annotation !== null) ?? [];
}

function partMembers(part: ContentPart): JsonObject | null {
  const mine = ownOf(part);
  return mine === null ? null : othersOf(mine, OF_ITEM);
}

/** A mark of another dialect is OpenAI's explicit breakpoint, where that is known; elsewhere the prompt is cached as it is. */
function inputMembers(part: ContentPart, { target }: Encoding): JsonObject | null {
  return isMarkedFor(target, part) ? { prompt_cache_breakpoint: { mode: 'explicit' } } : partMembers(part);
}

export function isMarkedFor({ takes }: UpstreamTarget, part: ContentPart): boolean {
  return part.cache !== undefined && ownOf(part) === null && takes?.includes('prompt_cache_breakpoint') === true;
}

/** `detail` is required of an image, and `auto` is its default. */
function encodeImage(part: ImagePart, encoding: Encoding): JsonObject {
  const { media, mediaType, detail } = part;
  const source =
    media.kind === 'file-id' ? { file_id: media.id } : { image_url: writeUrl(media, mediaType ?? 'image/png') };
  return { type: 'input_image', ...source, detail: detail ?? 'auto', ...inputMembers(part, encoding) };
}

/** OpenAI takes bytes as a data URL with a name, and refuses bare base64 (recorded). */
function encodeFile(part: FilePart, encoding: Encoding): JsonObject {
  const { media, mediaType, name } = part;
  const named = name === null ? {} : { filename: name };
  if (media.kind === 'file-id')
    return { type: 'input_file', file_id: media.id, ...named, ...inputMembers(part, encoding) };
  if (media.kind === 'url')
    return { type: 'input_file', file_url: media.url, ...named, ...inputMembers(part, encoding) };
  const file_data = writeUrl(media, mediaType ?? 'application/pdf');
  return { type: 'input_file', filename: name ?? fileName(mediaType), file_data, ...inputMembers(part, encoding) };
}

function fileName(mediaType: string | null): string {
  const subtype = mediaType?.split(';')[0]?.split('/')[1] ?? 'pdf';
  return `file.${subtype === 'plain' ? 'txt' : subtype}`;
}

function encodeAudio(part: AudioPart, encoding: Encoding): JsonObject | null {
  const { media, format } = part;
  if (media.kind === 'base64')
    return { type: 'input_audio', input_audio: { data: media.base64, format: format ?? 'wav' }, ...partMembers(part) };
  leaveOut(encoding, 'messages.content.audio', 'The Responses API takes audio as base64 only.');
  return null;
}
