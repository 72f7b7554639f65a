import type {
  AudioPart,
  CacheMark,
  Citation,
  ContentPart,
  FilePart,
  ImagePart,
  Media,
  ReasoningPart,
  Seal,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  VideoPart,
  Warning,
} from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { sentId } from '../anthropic-messages/encoding.ts';
import { argumentsObject } from '../arguments-object.ts';
import { writeSeal } from '../seal.ts';
import { flatToolName } from '../tools/tool-name.ts';
import { SEAL_FORMAT } from './decode-content.ts';
import { DocumentNames } from './document-names.ts';
import { formatOf, type MediaKind } from './media-type.ts';
import { ownOf } from './own.ts';

export type ContentContext = {
  readonly side: 'upstream' | 'client';
  /** The upstream's model refuses thoughts without a signature of its own. */
  readonly signsThoughts: boolean;
  readonly hasCachePoints: boolean;
  /** What an id of a call may be; null: anything. */
  readonly callIds: RegExp | null;
  readonly warnings: Warning[];
  readonly documentNames: DocumentNames;
};

/** What a client is sent: every seal is kept, so that it can come back. */
export function clientContext(): ContentContext {
  return {
    side: 'client',
    signsThoughts: false,
    hasCachePoints: false,
    callIds: null,
    warnings: [],
    documentNames: new DocumentNames(),
  };
}

export function encodeBlocks(parts: readonly ContentPart[], context: ContentContext): JsonObject[] {
  const blocks: JsonObject[] = [];
  for (const part of parts) {
    const block = encodePart(part, context);
    if (block !== null) blocks.push(block);
    const mark = markOf(part);
    if (mark !== undefined && context.hasCachePoints && blocks.length > 0) blocks.push(encodeCachePoint(mark));
  }
  return blocks;
}

/** A mark within a tool's result goes behind the result: no cache point can stand in it. */
function markOf(part: ContentPart): CacheMark | undefined {
  if (part.cache !== undefined || part.type !== 'tool-result') return part.cache;
  return part.content.findLast(({ cache }) => cache !== undefined)?.cache;
}

export function encodeCachePoint({ ttl }: CacheMark): JsonObject {
  return { cachePoint: { type: 'default', ...(ttl === null ? {} : { ttl }) } };
}

/** null: nothing to be sent; what is lost by that is among the warnings. */
export function encodePart(part: ContentPart, context: ContentContext): JsonObject | null {
  switch (part.type) {
    case 'text':
      return encodeText(part);
    case 'refusal':
      return nonEmpty(part.text);
    case 'image':
      return encodeImage(part, context);
    case 'video':
      return encodeVideo(part, context);
    case 'file':
      return encodeFile(part, context);
    case 'audio':
      return encodeAudio(part, context);
    case 'reasoning':
      return encodeReasoning(part, context);
    case 'tool-call':
      return { toolUse: encodeToolUse(part, context) };
    case 'tool-result':
      return { toolResult: encodeToolResult(part, context) };
    case 'opaque':
      return part.dialect === 'bedrock-converse' ? part.raw : leftOut(context, part.name);
  }
}

function encodeText(part: TextPart): JsonObject | null {
  const { guard, isJson } = ownOf(part);
  if (isJson === true) return { json: parsedOr(part.text, part.text) };
  if (isJsonObject(guard)) return { guardContent: { text: { text: part.text, ...guard } } };
  if (part.citations === undefined || part.citations.length === 0) return nonEmpty(part.text);
  return { citationsContent: { content: [{ text: part.text }], citations: part.citations.map(encodeCitation) } };
}

/** Bedrock refuses empty text; a line feed alone, one recorded call has. */
function nonEmpty(text: string): JsonObject | null {
  return text === '' ? null : { text };
}

export function encodeCitation(citation: Citation): JsonObject {
  const own = ownOf(citation);
  if (Object.keys(own).length > 0) return own;
  const { url, title, citedText } = citation;
  return {
    ...(title === null ? {} : { title }),
    ...(url === null ? {} : { source: url }),
    ...(citedText === null ? {} : { sourceContent: [{ text: citedText }] }),
    ...(url === null ? {} : { location: { web: { url } } }),
  };
}

function encodeImage(part: ImagePart, context: ContentContext): JsonObject | null {
  const { guard, ...own } = ownOf(part);
  const image = encodeMedia('image', part, null, own, context);
  if (image === null) return null;
  return isJsonObject(guard) ? { guardContent: { image } } : { image };
}

function encodeVideo(part: VideoPart, context: ContentContext): JsonObject | null {
  const video = encodeMedia('video', part, null, ownOf(part), context);
  return video === null ? null : { video };
}

function encodeFile(part: FilePart, context: ContentContext): JsonObject | null {
  const { isText, bucketOwner, ...rest } = ownOf(part);
  const owner = bucketOwner === undefined ? {} : { bucketOwner };
  const document = encodeMedia('document', part, part.name, owner, context);
  if (document === null) return null;
  const { media } = part;
  const source =
    isText === true && media.kind === 'base64'
      ? { text: Buffer.from(media.base64, 'base64').toString('utf8') }
      : document['source'];
  return { document: { ...document, name: context.documentNames.take(part.name), source, ...rest } };
}

function encodeMedia(
  kind: MediaKind,
  { media, mediaType }: { readonly media: Media; readonly mediaType: string | null },
  name: string | null,
  own: JsonObject,
  context: ContentContext,
): JsonObject | null {
  const source = encodeSource(media, own);
  if (source === null) return leftOut(context, kind, 'Converse takes bytes and S3 locations only');
  const at = media.kind === 'url' ? media.url : name;
  const format = formatOf(kind, mediaType, at, media.kind === 'base64' ? media.base64 : '');
  if (format === null) return leftOut(context, kind, `Converse has no format for ${mediaType ?? 'an unnamed type'}`);
  return { format, source };
}

function encodeSource(media: Media, own: JsonObject): JsonObject | null {
  if (media.kind === 'base64') return { bytes: media.base64 };
  return media.kind === 'url' && media.url.startsWith('s3://') ? { s3Location: { uri: media.url, ...own } } : null;
}

/** What a model spoke goes back as the words it said. */
function encodeAudio(part: AudioPart, context: ContentContext): JsonObject | null {
  if (part.transcript !== null) return nonEmpty(part.transcript);
  const source = encodeSource(part.media, ownOf(part));
  if (source === null) return leftOut(context, 'audio', 'Converse takes bytes and S3 locations only');
  return { audio: { format: part.format ?? 'wav', source } };
}

function encodeReasoning(part: ReasoningPart, { side, signsThoughts }: ContentContext): JsonObject | null {
  const { seal, text } = part;
  if (seal === null) return signsThoughts || text === '' ? null : { reasoningContent: { reasoningText: { text } } };
  if (side === 'upstream' && (seal.format !== SEAL_FORMAT || seal.id !== null)) return null;
  const isRedacted = seal.isWhole && text === '';
  return {
    reasoningContent: isRedacted
      ? { redactedContent: encodeBlob(seal) }
      : { reasoningText: { text, signature: writeSeal(seal, SEAL_FORMAT) } },
  };
}

export function encodeBlob(seal: Seal): string {
  return Buffer.from(writeSeal(seal, SEAL_FORMAT), 'latin1').toString('base64');
}

function encodeToolUse(call: ToolCallPart, { callIds }: ContentContext): JsonObject {
  return { toolUseId: encodeCallId(call.id, callIds), name: flatToolName(call), input: argumentsObject(call.input) };
}

function encodeToolResult(part: ToolResultPart, context: ContentContext): JsonObject {
  const inside: ContentContext = { ...context, hasCachePoints: false };
  return {
    toolUseId: encodeCallId(part.callId, context.callIds),
    content: encodeBlocks(part.content, inside),
    ...(part.isError ? { status: 'error' } : {}),
  };
}

const MAX_CALL_ID = 64;

/** Both ends of a call are changed alike. */
function encodeCallId(id: string, allowed: RegExp | null): string {
  return allowed === null || allowed.test(id) ? id : sentId(id).slice(-MAX_CALL_ID);
}

function parsedOr(text: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise;
  }
}

function leftOut({ warnings }: ContentContext, field: string, why = 'Converse has no block for it'): null {
  warnings.push({ field, message: `Left out: ${why}.` });
  return null;
}
