import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { camelCase } from '../google/spelling.ts';
import { asObject, asText } from '../loosely.ts';

/** What a request holds or asks for besides text. */
export type Medium = 'image' | 'audio' | 'video' | 'file';

/** What a part of a turn is; null: text, or something that holds parts of its own. */
export type MediumOf = (part: JsonObject) => Medium | null;

const TYPES: Readonly<Record<string, Medium>> = {
  image: 'image',
  image_url: 'image',
  input_image: 'image',
  computer_screenshot: 'image',
  input_audio: 'audio',
  video_url: 'video',
  input_video: 'video',
  file: 'file',
  input_file: 'file',
};

/** Parts that say by `type` what they are: OpenAI's, Anthropic's, Cohere's. */
export const byType: MediumOf = (part) => {
  const { type } = part;
  if (typeof type !== 'string') return null;
  if (type === 'document') return documentOf(part);
  return Object.hasOwn(TYPES, type) ? (TYPES[type] ?? null) : null;
};

/** A document that is written out is text. */
function documentOf({ source }: JsonObject): Medium | null {
  const kind = asText(asObject(source)?.['type']);
  return kind === null || kind === 'text' || kind === 'content' ? null : 'file';
}

/** Google's parts: by the media type, in either spelling. */
export const byMediaType: MediumOf = (part) => {
  for (const name in part) {
    const kind = camelCase(name);
    if (kind !== 'inlineData' && kind !== 'fileData') continue;
    const data = asObject(part[name]);
    const type = asText(data?.['mimeType'] ?? data?.['mime_type']) ?? '';
    const [family] = type.split('/');
    if (family === 'text') return null;
    return family === 'image' || family === 'audio' || family === 'video' ? family : 'file';
  }
  return null;
};

/** Bedrock's blocks, which bear the name of what they are. */
export const byMember: MediumOf = (part) => {
  if (isJsonObject(part['image'])) return 'image';
  if (isJsonObject(part['audio'])) return 'audio';
  if (isJsonObject(part['video'])) return 'video';
  return isJsonObject(part['document']) ? 'file' : null;
};

/** Ollama's: a list beside the text. */
export const byImages: MediumOf = ({ images }) => (Array.isArray(images) && images.length > 0 ? 'image' : null);

/** Members of parts and turns in which further parts may stand. */
const HOLDERS = ['content', 'parts', 'output', 'toolResult', 'functionResponse', 'function_response'] as const;

/** Each once. */
export function mediaIn(values: readonly unknown[], mediumOf: MediumOf): readonly Medium[] {
  const found: Medium[] = [];
  for (const value of values) search(value, mediumOf, found);
  return found;
}

function search(value: unknown, mediumOf: MediumOf, found: Medium[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) search(item, mediumOf, found);
  } else if (isJsonObject(value)) {
    const medium = mediumOf(value);
    if (medium !== null && !found.includes(medium)) found.push(medium);
    for (const name of HOLDERS) search(value[name], mediumOf, found);
  }
}
