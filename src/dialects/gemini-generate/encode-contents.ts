import type { ContentPart, Message, ToolCallPart, ToolResultPart, Warning } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { argumentsObject } from '../arguments-object.ts';
import { flatToolName } from '../tools/tool-name.ts';
import { objectIn } from './decode-contents.ts';
import { isMedia, type MediaPart, writeMedia } from './media.ts';
import { ownOf, signatureOf } from './own.ts';
import { generationOf } from './thinking.ts';

/** One request on its way upstream: for which model, and what could not be said so far. */
export type Encoding = {
  readonly model: string;
  readonly warnings: Map<string, Warning>;
  /** Of functions, by the id of their call. */
  readonly called: Map<string, string>;
};

export function openEncoding(model: string, given: readonly Warning[]): Encoding {
  return { model, warnings: new Map(given.map((warning) => [warning.field, warning])), called: new Map() };
}

/** A field is named once, however often it occurs. */
export function leaveOut({ warnings }: Encoding, field: string, message: string): void {
  if (!warnings.has(field)) warnings.set(field, { field, message });
}

type Turn = { readonly role: 'user' | 'model'; readonly parts: JsonObject[] };

/** Every turn but instructions. Google wants the results of one turn's calls in one turn. */
export function encodeContents(messages: readonly Message[], encoding: Encoding): readonly JsonObject[] {
  const turns: Turn[] = [];
  let before: Message | null = null;
  for (const message of messages) {
    if (message.role === 'system') continue;
    const isRun = message.role === 'tool' && before?.role === 'tool';
    const last = isRun || ownOf(message)?.['continues'] === true ? turns.at(-1) : undefined;
    const parts = partsOf(message, encoding);
    if (last !== undefined) last.parts.push(...parts);
    else turns.push({ role: message.role === 'assistant' ? 'model' : 'user', parts });
    before = message;
  }
  return turns.filter(({ parts }) => parts.length > 0);
}

function partsOf(message: Exclude<Message, { role: 'system' }>, encoding: Encoding): JsonObject[] {
  if (message.role === 'assistant') return modelParts(message.content, encoding);
  if (message.role === 'user')
    return message.content.map((part) => writePart(part, encoding)).filter((part) => part !== null);
  const results: JsonObject[] = [];
  const beside: JsonObject[] = [];
  for (const part of message.content) results.push(resultOf(part, encoding, beside));
  return [...results, ...beside];
}

/**
 * For calls that another maker's model made: without a signature on the first call of a step Gemini 3 refuses the
 * request, and this word is documented to take its place (ai.google.dev/gemini-api/docs/thought-signatures, FAQ).
 */
const UNSIGNED = 'skip_thought_signature_validator';

function modelParts(content: readonly ContentPart[], encoding: Encoding): JsonObject[] {
  const parts: JsonObject[] = [];
  const firstCall = content.find((part) => part.type === 'tool-call');
  const carried = firstCall?.seal === undefined ? carriedSignature(content, firstCall) : null;
  for (const part of content) {
    if (part.type === 'tool-call') encoding.called.set(part.id, part.name);
    const isFirst = part === firstCall;
    const written = writePart(part === carried?.holder ? { ...carried.holder, seal: null } : part, encoding);
    if (written === null) continue;
    const signature = isFirst && written['thoughtSignature'] === undefined ? (carried?.signature ?? null) : null;
    if (signature !== null) parts.push({ ...written, thoughtSignature: signature });
    else if (isFirst && written['thoughtSignature'] === undefined && isStrict(encoding.model)) {
      parts.push({ ...written, thoughtSignature: UNSIGNED });
    } else parts.push(written);
  }
  return parts;
}

type Reasoning = Extract<ContentPart, { type: 'reasoning' }>;

/**
 * Gemini signs the call that comes after a thought, never a thought. Clients of other dialects have a place for
 * signatures on thoughts alone, and bring it back there.
 */
function carriedSignature(
  content: readonly ContentPart[],
  firstCall: ToolCallPart | undefined,
): { readonly holder: Reasoning; readonly signature: string } | null {
  if (firstCall === undefined) return null;
  const before = content.slice(0, content.indexOf(firstCall));
  const holder = before.findLast((part) => part.type === 'reasoning' && part.seal?.format === 'google-gemini-v1');
  if (holder?.type !== 'reasoning' || holder.seal === null) return null;
  return { holder, signature: signatureOf(holder.seal) };
}

/** Models whose name has no number (`gemini-flash-latest`) are the newest; other families sign nothing. */
function isStrict(model: string): boolean {
  return /gemini/.test(model) && (generationOf(model) ?? 3) >= 3;
}

/** null: it is left out. */
function writePart(part: ContentPart, encoding: Encoding): JsonObject | null {
  if (part.type === 'text' || part.type === 'refusal') return textOf(part);
  if (part.type === 'reasoning') return thoughtOf(part);
  if (part.type === 'tool-call') return writeCall(part);
  if (part.type === 'opaque') return opaqueOf(part, encoding);
  if (isMedia(part)) return mediaOf(part, encoding);
  return null;
}

/** Recorded: an empty text is taken, with and without a signature. */
function textOf(part: Extract<ContentPart, { type: 'text' | 'refusal' }>): JsonObject {
  const seal = part.type === 'text' && part.seal?.format === 'google-gemini-v1' ? part.seal : null;
  const signed = seal === null ? {} : { thoughtSignature: signatureOf(seal) };
  return { text: part.text, ...signed, ...ownOf(part) };
}

/** A thought that another maker sealed is nothing to Google. */
function thoughtOf(part: Reasoning): JsonObject | null {
  const { text, seal } = part;
  if (seal !== null && seal.format !== 'google-gemini-v1') return null;
  if (text === '' && seal === null) return null;
  const signed = seal === null ? {} : { thoughtSignature: signatureOf(seal) };
  return { text, thought: true, ...signed, ...ownOf(part) };
}

/** `functionCall` with what belongs to it; text that is no object (a custom tool's, a broken one) goes under `input`. */
export function writeCall(part: ToolCallPart): JsonObject {
  const { id: ownId, ...rest } = ownOf(part) ?? {};
  const seal = part.seal?.format === 'google-gemini-v1' ? part.seal : null;
  return {
    functionCall: {
      ...(ownId === null ? {} : { id: part.id }),
      name: flatToolName(part),
      args: argumentsObject(part.input),
    },
    ...(seal === null ? {} : { thoughtSignature: signatureOf(seal) }),
    ...rest,
  };
}

function opaqueOf(
  { dialect, name, raw }: Extract<ContentPart, { type: 'opaque' }>,
  encoding: Encoding,
): JsonObject | null {
  if (dialect === 'gemini-generate') return raw;
  leaveOut(encoding, name, `Google has no place for ${name} of another API: it was left out.`);
  return null;
}

function mediaOf(part: MediaPart, encoding: Encoding): JsonObject | null {
  const written = writeMedia(part);
  if (written === null) {
    const message = `Google cannot fetch a file that is stored at another API: the ${part.type} was left out.`;
    leaveOut(encoding, `messages.${part.type}`, message);
  }
  return written;
}

/** Gemini 3 takes media within a result; for those before they stand beside it, in the same turn. */
function resultOf(part: ToolResultPart, encoding: Encoding, beside: JsonObject[]): JsonObject {
  const { id, scheduling, willContinue, ...rest } = ownOf(part) ?? {};
  const texts: string[] = [];
  const within: JsonObject[] = [];
  for (const each of part.content) {
    if (each.type === 'text') texts.push(each.text);
    else {
      const media = writePart(each, encoding);
      if (media !== null) (isStrict(encoding.model) ? within : beside).push(media);
    }
  }
  const functionResponse = {
    ...(id === null ? {} : { id: id ?? part.callId }),
    name: encoding.called.get(part.callId) ?? part.name ?? part.callId,
    response: responseOf(texts.join('\n'), part.isError),
    ...(within.length === 0 ? {} : { parts: within }),
    ...(scheduling === undefined ? {} : { scheduling }),
    ...(willContinue === undefined ? {} : { willContinue }),
  };
  return { functionResponse, ...rest };
}

/** As Google documents it: `output` and `error`; an object goes as it is. */
function responseOf(text: string, isError: boolean): JsonObject {
  const object = objectIn(text);
  if (isError) return { error: object ?? text };
  return object ?? (text === '' ? {} : { output: text });
}
