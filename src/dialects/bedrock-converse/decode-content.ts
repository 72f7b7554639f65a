import type { CacheMark, Citation, ContentPart, Media, OpaquePart, TextPart } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { asText } from '../loosely.ts';
import { readSeal } from '../seal.ts';
import { mediaTypeOf } from './media-type.ts';
import { ownExtensions } from './own.ts';

export const SEAL_FORMAT = 'anthropic-claude-v1';

/**
 * A cache point marks what stands before it. Reads loosely: what has no canonical form is kept as it came, as is a
 * result in the model's own turn, which is of a tool that the provider ran.
 */
export function decodeBlocks(blocks: readonly unknown[], turn: 'model' | 'other' = 'other'): ContentPart[] {
  const parts: ContentPart[] = [];
  for (const block of blocks) {
    if (!isJsonObject(block)) continue;
    const last = parts.at(-1);
    if (block['cachePoint'] !== undefined && last !== undefined) {
      parts[parts.length - 1] = { ...last, cache: decodeCachePoint(block['cachePoint']) };
    } else if (turn === 'model' && block['toolResult'] !== undefined) parts.push(opaque(block));
    else parts.push(decodeBlock(block));
  }
  return parts;
}

export function decodeCachePoint(point: unknown): CacheMark {
  const ttl = isJsonObject(point) ? point['ttl'] : null;
  return { ttl: ttl === '5m' || ttl === '1h' ? ttl : null };
}

/** A union's block has one member that says what it is. */
function decodeBlock(block: JsonObject): ContentPart {
  if (typeof block['text'] === 'string') return { type: 'text', text: block['text'] };
  for (const name in block) {
    const value = block[name];
    const part = isJsonObject(value) ? DECODERS[name]?.(value) : null;
    if (part !== null && part !== undefined) return part;
    if (name === 'json') return jsonText(value);
  }
  return opaque(block);
}

type Decoder = (value: JsonObject) => ContentPart | null;

const DECODERS: Readonly<Record<string, Decoder>> = {
  image: (value) => decodeMedia('image', value),
  document: decodeDocument,
  video: (value) => decodeMedia('video', value),
  audio: decodeAudio,
  toolUse: decodeToolUse,
  toolResult: decodeToolResult,
  reasoningContent: decodeReasoning,
  citationsContent: decodeCited,
  guardContent: decodeGuarded,
};

export function opaque(raw: JsonObject): OpaquePart {
  return { type: 'opaque', dialect: 'bedrock-converse', name: Object.keys(raw)[0] ?? 'block', raw };
}

/** JSON as a tool's result is text elsewhere. */
function jsonText(value: unknown): TextPart {
  return { type: 'text', text: JSON.stringify(value) ?? '', ...ownExtensions({ isJson: true }) };
}

function decodeMedia(kind: 'image' | 'video', value: JsonObject): ContentPart | null {
  const source = decodeSource(value['source']);
  if (source === null) return null;
  const mediaType = mediaTypeOf(kind, value['format']);
  const { media, own } = source;
  if (kind === 'video') return { type: 'video', media, mediaType, ...ownExtensions(own) };
  return { type: 'image', media, mediaType, detail: null, ...ownExtensions(own) };
}

/** A document may be given as plain text; one in pieces (`content`) has no canonical form. */
function decodeDocument(value: JsonObject): ContentPart | null {
  const { source: rawSource, name, format, ...rest } = value;
  const text = isJsonObject(rawSource) && typeof rawSource['text'] === 'string' ? rawSource['text'] : null;
  const source =
    text === null
      ? decodeSource(rawSource)
      : { media: { kind: 'base64', base64: Buffer.from(text).toString('base64') } as const, own: { isText: true } };
  if (source === null) return null;
  return {
    type: 'file',
    media: source.media,
    mediaType: mediaTypeOf('document', format) ?? (text === null ? null : 'text/plain'),
    name: typeof name === 'string' ? name : null,
    ...ownExtensions({ ...source.own, ...rest }),
  };
}

function decodeAudio(value: JsonObject): ContentPart | null {
  const source = decodeSource(value['source']);
  if (source === null) return null;
  const format = typeof value['format'] === 'string' ? value['format'] : null;
  return { type: 'audio', media: source.media, format, transcript: null, ...ownExtensions(source.own) };
}

function decodeSource(source: unknown): { readonly media: Media; readonly own: JsonObject } | null {
  if (!isJsonObject(source)) return null;
  const { bytes, s3Location } = source;
  if (typeof bytes === 'string') return { media: { kind: 'base64', base64: bytes }, own: {} };
  if (!isJsonObject(s3Location) || typeof s3Location['uri'] !== 'string') return null;
  const { uri, ...own } = s3Location;
  return { media: { kind: 'url', url: String(uri) }, own };
}

/** `type` other than a caller's tool: the provider runs it. Recorded answers say `tool_use` for the usual kind. */
function decodeToolUse(value: JsonObject): ContentPart | null {
  const { toolUseId, name, input, type } = value;
  if (typeof name !== 'string' || (type !== undefined && type !== null && type !== 'tool_use')) return null;
  return {
    type: 'tool-call',
    id: typeof toolUseId === 'string' ? toolUseId : '',
    name,
    kind: 'function',
    namespace: null,
    input: JSON.stringify(input ?? {}),
  };
}

function decodeToolResult(value: JsonObject): ContentPart | null {
  const { toolUseId, content, status, type } = value;
  if (typeof toolUseId !== 'string' || typeof type === 'string') return null;
  return {
    type: 'tool-result',
    callId: toolUseId,
    name: null,
    kind: 'function',
    content: Array.isArray(content) ? decodeBlocks(content) : [],
    isError: status === 'error',
  };
}

function decodeReasoning(value: JsonObject): ContentPart | null {
  const { reasoningText, redactedContent } = value;
  if (typeof redactedContent === 'string') {
    const seal = readSeal(decodeBlob(redactedContent), SEAL_FORMAT, true);
    return { type: 'reasoning', text: '', isSummary: false, seal };
  }
  if (!isJsonObject(reasoningText)) return null;
  const { text, signature } = reasoningText;
  return {
    type: 'reasoning',
    text: typeof text === 'string' ? text : '',
    isSummary: false,
    seal: typeof signature === 'string' && signature !== '' ? readSeal(signature, SEAL_FORMAT, false) : null,
  };
}

/** Claude's redacted thought is base64 text already; Bedrock encodes it once more. A byte to a letter: any bytes keep. */
export function decodeBlob(base64: string): string {
  return Buffer.from(base64, 'base64').toString('latin1');
}

function decodeCited(value: JsonObject): ContentPart {
  const citations = Array.isArray(value['citations']) ? value['citations'].filter(isJsonObject) : [];
  return { type: 'text', text: textOf(value['content']), citations: citations.map(decodeCitation) };
}

export function decodeCitation(raw: JsonObject): Citation {
  const { title, source, sourceContent, location } = raw;
  const web = isJsonObject(location) && isJsonObject(location['web']) ? location['web'] : {};
  const citedText = textOf(sourceContent);
  const url = web['url'] ?? source;
  return {
    url: typeof url === 'string' && URL.canParse(url) ? url : null,
    title: typeof title === 'string' ? title : null,
    citedText: citedText === '' ? null : citedText,
    start: null,
    end: null,
    ...ownExtensions(raw),
  };
}

/** What a guardrail is to look at is text and images like any other elsewhere. */
function decodeGuarded(value: JsonObject): ContentPart | null {
  const { text, image } = value;
  if (isJsonObject(text) && typeof text['text'] === 'string') {
    const { text: guarded, ...rest } = text;
    return { type: 'text', text: text['text'], ...ownExtensions({ guard: rest }) };
  }
  const part = isJsonObject(image) ? decodeMedia('image', image) : null;
  return part === null ? null : { ...part, ...ownExtensions({ guard: {} }) };
}

function textOf(pieces: unknown): string {
  if (!Array.isArray(pieces)) return '';
  return pieces.map((piece: unknown) => (isJsonObject(piece) ? (asText(piece['text']) ?? '') : '')).join('');
}
