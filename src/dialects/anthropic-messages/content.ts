import type {
  ContentPart,
  FilePart,
  ImagePart,
  OpaquePart,
  ReasoningPart,
  Seal,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { isMadeUp, searchIn } from '../anthropic/web-search.ts';
import { argumentsObject } from '../arguments-object.ts';
import { readSeal } from '../seal.ts';
import { decodeCitations, ownCitations } from './citations.ts';
import { type Encoding, sentId } from './encoding.ts';
import { documentSource, imageSource, readSource } from './media.ts';
import { commonOf, OWN, ownOf, textIn, textOrNull, writeCommon } from './own.ts';

/** The published schema's bound. */
const MAX_TITLE = 500;

const TEXT_FIELDS: ReadonlySet<string> = new Set(['type', 'text', 'citations', 'cache_control']);
const IMAGE_FIELDS: ReadonlySet<string> = new Set(['type', 'source', 'cache_control']);
const DOCUMENT_FIELDS: ReadonlySet<string> = new Set(['type', 'source', 'title', 'cache_control']);
const CALL_FIELDS: ReadonlySet<string> = new Set(['type', 'id', 'name', 'input', 'cache_control']);
const RESULT_FIELDS: ReadonlySet<string> = new Set(['type', 'tool_use_id', 'content', 'is_error', 'cache_control']);

/** Blocks with a canonical form; every other one stays as it is. */
const DECODERS: Readonly<Record<string, (block: JsonObject) => ContentPart>> = {
  text: decodeText,
  image: decodeImage,
  document: decodeDocument,
  thinking: decodeThinking,
  redacted_thinking: decodeRedacted,
  tool_use: decodeCall,
  tool_result: decodeResult,
  tool_reference: decodeReference,
};

export function decodeBlock(block: JsonObject): ContentPart {
  const type = textIn(block['type']);
  const decode = Object.hasOwn(DECODERS, type) ? DECODERS[type] : undefined;
  return decode === undefined ? opaqueOf(block) : decode(block);
}

/** A string is short for one block of text. */
export function decodeContent(content: unknown): ContentPart[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? content.filter(isJsonObject).map(decodeBlock) : [];
}

/**
 * What the assistant said. The seal of a text stands in a hidden thought behind it, that of a call anywhere beside it
 * under its id (see `sealBlock`): both are taken up again.
 */
export function decodeAssistant(content: unknown): ContentPart[] {
  if (!Array.isArray(content)) return decodeContent(content);
  const blocks = content.filter(isJsonObject);
  const calls = new Set(blocks.map(({ type, id }) => (type === 'tool_use' ? id : null)));
  const ofCalls = new Map<string, Seal>();
  const parts: ContentPart[] = [];
  for (const block of blocks) {
    const part = decodeBlock(block);
    const seal = block['type'] === 'redacted_thinking' ? borneSeal(part) : null;
    const before = parts.at(-1);
    if (seal !== null && seal.id !== null && calls.has(seal.id)) ofCalls.set(seal.id, { ...seal, id: null });
    else if (seal !== null && before?.type === 'text') parts.splice(-1, 1, { ...before, seal });
    else parts.push(part);
  }
  return parts.map((part) => {
    const seal = part.type === 'tool-call' ? ofCalls.get(part.id) : undefined;
    return part.type !== 'tool-call' || seal === undefined ? part : { ...part, seal };
  });
}

/** Of a hidden thought that is none, but bears the seal of something else. */
function borneSeal(part: ContentPart): Seal | null {
  return part.type === 'reasoning' && part.seal?.isWhole === false ? part.seal : null;
}

export function opaqueOf(block: JsonObject): OpaquePart {
  const search = searchIn(block);
  const said = search === null ? {} : { search };
  return { type: 'opaque', dialect: OWN, name: textIn(block['type']), raw: block, ...said };
}

export function decodeText(block: JsonObject): TextPart {
  const citations = decodeCitations(block['citations']);
  const cited = citations.length === 0 ? {} : { citations };
  return { type: 'text', text: textIn(block['text']), ...cited, ...commonOf(block, TEXT_FIELDS) };
}

/**
 * What a search for tools found. Anthropic shows the model the tool then; to all others every tool is shown from the
 * beginning, and a result that says nothing would have them search again.
 */
function decodeReference(block: JsonObject): TextPart {
  const text = `The tool ${textIn(block['tool_name'])} can be called.`;
  return { type: 'text', text, extensions: { [OWN]: block } };
}

function decodeImage(block: JsonObject): ImagePart | OpaquePart {
  const read = readSource(block['source']);
  return read === null ? opaqueOf(block) : { type: 'image', ...read, detail: null, ...commonOf(block, IMAGE_FIELDS) };
}

function decodeDocument(block: JsonObject): FilePart | OpaquePart {
  const read = readSource(block['source']);
  if (read === null) return opaqueOf(block);
  return { type: 'file', ...read, name: textOrNull(block['title']), ...commonOf(block, DOCUMENT_FIELDS) };
}

/** Models since Claude 4 let a summary of their thoughts be seen, not the thoughts. */
function decodeThinking(block: JsonObject): ReasoningPart {
  const signature = textIn(block['signature']);
  const seal = signature === '' ? null : readSeal(signature, 'anthropic-claude-v1', false);
  return { type: 'reasoning', text: textIn(block['thinking']), isSummary: true, seal };
}

function decodeRedacted(block: JsonObject): ReasoningPart {
  const seal = readSeal(textIn(block['data']), 'anthropic-claude-v1', true);
  return { type: 'reasoning', text: '', isSummary: true, seal };
}

function decodeCall(block: JsonObject): ContentPart {
  return {
    type: 'tool-call',
    id: textIn(block['id']),
    name: textIn(block['name']),
    kind: 'function',
    namespace: null,
    input: JSON.stringify(block['input'] ?? {}),
    ...commonOf(block, CALL_FIELDS),
  };
}

function decodeResult(block: JsonObject): ContentPart {
  return {
    type: 'tool-result',
    callId: textIn(block['tool_use_id']),
    name: null,
    kind: 'function',
    content: decodeContent(block['content']),
    isError: block['is_error'] === true,
    ...commonOf(block, RESULT_FIELDS),
  };
}

/** A part as a block for an upstream; null: it has none, and a warning says so. */
export function encodePart(part: ContentPart, role: 'user' | 'assistant', encoding: Encoding): JsonObject | null {
  switch (part.type) {
    case 'text':
      return encodeText(part);
    case 'refusal':
      // Anthropic ends with a word, not with a block: what the model said is its text.
      return part.text === '' ? null : { type: 'text', text: part.text };
    case 'reasoning':
      return encodeThought(part);
    case 'tool-call':
      return encodeCall(part);
    case 'tool-result':
      return encodeResult(part, encoding);
    case 'opaque':
      if (part.dialect !== OWN) return leftOut(part.name, encoding);
      return isMadeUp(part.raw) ? null : part.raw;
    case 'image':
    case 'file':
      return role === 'user' ? encodeMedia(part, encoding) : leftOut(`${part.type} of the assistant`, encoding);
    default:
      return leftOut(part.type, encoding);
  }
}

/** Empty text is refused: "text content blocks must be non-empty". */
export function encodeText(part: TextPart): JsonObject | null {
  const own = ownOf(part.extensions);
  if (own['type'] === 'tool_reference') return own;
  if (part.text === '') return null;
  const citations = ownCitations(part.citations);
  const cited = citations.length === 0 ? {} : { citations };
  return { type: 'text', text: part.text, ...cited, ...writeCommon(part) };
}

/** A thought that Anthropic did not seal is refused: it is left out. */
function encodeThought({ text, seal }: ReasoningPart): JsonObject | null {
  if (seal?.format !== 'anthropic-claude-v1') return null;
  return seal.isWhole
    ? { type: 'redacted_thinking', data: seal.value }
    : { type: 'thinking', thinking: text, signature: seal.value };
}

function encodeCall(part: ToolCallPart): JsonObject {
  const { id, name, input } = part;
  return { type: 'tool_use', id: sentId(id), name, input: argumentsObject(input), ...writeCommon(part) };
}

function encodeResult(part: ToolResultPart, encoding: Encoding): JsonObject {
  const content = part.content.map((inner) => encodePart(inner, 'user', encoding)).filter((block) => block !== null);
  return {
    type: 'tool_result',
    tool_use_id: sentId(part.callId),
    ...(content.length === 0 ? {} : { content }),
    ...(part.isError ? { is_error: true } : {}),
    ...writeCommon(part),
  };
}

function encodeMedia(
  part: Extract<ContentPart, { readonly type: 'image' | 'file' }>,
  encoding: Encoding,
): JsonObject | null {
  const source = part.type === 'image' ? imageSource(part) : documentSource(part);
  if (source === null) return leftOut(`${part.type} of type ${part.mediaType ?? 'unknown'}`, encoding);
  if (part.type === 'image') return { type: 'image', source, ...writeCommon(part) };
  const title = part.name === null || part.name === '' ? {} : { title: part.name.slice(0, MAX_TITLE) };
  return { type: 'document', source, ...title, ...writeCommon(part) };
}

function leftOut(what: string, { warn }: Encoding): null {
  warn(`messages.content.${what}`, `Anthropic's API has no place for this content (${what}); it was left out.`);
  return null;
}
