import type { ContentPart, ToolCallPart } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { camelCased } from '../google/spelling.ts';
import { asObject, asText } from '../loosely.ts';
import { readMedia } from './media.ts';
import { others, own, sealOf } from './own.ts';

const TEXT = new Set(['text', 'thought', 'thoughtSignature']);
const CALL = new Set(['functionCall', 'thought', 'thoughtSignature']);
const MEDIA = new Set(['inlineData', 'fileData', 'thought']);

/** The members of which a part has one; in the order in which they are looked for. */
const KINDS = [
  'functionCall',
  'inlineData',
  'fileData',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
  'text',
];

/**
 * One part of a turn, functionResponse excepted. `nameCall` makes an id for a call that has none. What has no
 * canonical form (code that Google ran, its server's tools, kinds to come) stays as it is.
 */
export function decodePart(raw: JsonObject, nameCall: () => string): ContentPart {
  const part = camelCased(raw);
  const kind = KINDS.find((name) => part[name] !== undefined && part[name] !== null);
  if (kind === 'text' || (kind === undefined && part['thoughtSignature'] !== undefined)) return textOf(part);
  if (kind === 'functionCall') {
    const call = callOf(part, nameCall);
    if (call !== null) return call;
  }
  // A signed picture goes back as it came: only this API's turns hold one.
  if ((kind === 'inlineData' || kind === 'fileData') && part['thoughtSignature'] === undefined) {
    const media = readMedia(part, others(part, MEDIA));
    if (media !== null) return media;
  }
  return { type: 'opaque', dialect: 'gemini-generate', name: kind ?? Object.keys(part)[0] ?? 'part', raw: part };
}

function textOf(part: JsonObject): ContentPart {
  const text = asText(part['text']) ?? '';
  const extended = own(others(part, TEXT));
  if (part['thought'] === true) {
    const seal = sealOf(part['thoughtSignature'], text === '');
    return { type: 'reasoning', text, isSummary: true, seal, ...extended };
  }
  const seal = sealOf(part['thoughtSignature'], false);
  return seal === null ? { type: 'text', text, ...extended } : { type: 'text', text, seal, ...extended };
}

/** null: it names no function. */
function callOf(part: JsonObject, nameCall: () => string): ToolCallPart | null {
  const call = camelCased(asObject(part['functionCall']) ?? {});
  const name = asText(call['name']);
  if (name === null) return null;
  const id = asText(call['id']);
  const rest = others(part, CALL);
  const seal = sealOf(part['thoughtSignature'], false);
  return {
    type: 'tool-call',
    id: id === null || id === '' ? nameCall() : id,
    name,
    kind: 'function',
    namespace: null,
    input: JSON.stringify(asObject(call['args']) ?? {}),
    ...(seal === null ? {} : { seal }),
    // So that our own encoder leaves out the id that was made here.
    ...own(id === null || id === '' ? { ...rest, id: null } : rest),
  };
}
