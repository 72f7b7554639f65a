import { isJsonObject, type JsonMember, type JsonObject, scanMembers } from '../std/index.ts';
import type { ReceivedRequest, Splice } from './dialect.ts';
import { MAX_DEPTH } from './received.ts';

/** `text` in the place of `bytes[start, end)`. */
export type Edit = { readonly start: number; readonly end: number; readonly text: string };

const QUOTE = 0x22;
const COMMA = Buffer.from(',');
const INCLUDE_USAGE = '"include_usage":true';

/** Where the address names the model, the body's is not touched: `model` is null. */
type BodySplice = Omit<Splice, 'model'> & { readonly model: string | null };

/** Replaces the model's name, and adds the usage option, in the received bytes. Nothing is encoded again. */
export function spliceBody({ bytes, body, members }: ReceivedRequest, splice: BodySplice): Buffer {
  const edits: Edit[] = [];
  if (splice.model !== null && body['model'] !== splice.model) {
    const model = members.find((member) => member.name === 'model');
    edits.push(model === undefined ? modelEdit(bytes, splice.model) : { ...model, text: JSON.stringify(splice.model) });
  }
  if (splice.addUsage) edits.push(usageEdit(bytes, body, members));
  if (splice.maxOutput !== null) edits.push(limitEdit(bytes, members, splice.maxOutput));
  if (edits.length === 0) return bytes;
  return applyEdits(
    bytes,
    edits.sort((a, b) => a.start - b.start),
  );
}

/** Other members put in the place of those of the same name, or before all others; every other byte as it came. */
export function spliceMembers({ bytes, members }: ReceivedRequest, values: JsonObject): Buffer {
  const inside = bytes.indexOf('{') + 1;
  const edits = Object.entries(values).map(([name, value]) => {
    const text = JSON.stringify(value);
    const known = members.find((member) => member.name === name);
    if (known !== undefined) return { start: known.start, end: known.end, text };
    return { start: inside, end: inside, text: `${JSON.stringify(name)}:${text}${members.length === 0 ? '' : ','}` };
  });
  return applyEdits(
    bytes,
    edits.sort((a, b) => a.start - b.start),
  );
}

/**
 * A body's outermost members as an address wants them: put in the place of those of the same name, or, null, left out.
 * The same buffer where all is so already.
 */
export function withMembers(bytes: Buffer, wanted: Readonly<Record<string, string | null>>): Buffer {
  const members = scanMembers(bytes, MAX_DEPTH) ?? [];
  const texts = Object.entries(wanted).flatMap(([name, value]) =>
    value === null ? [] : [[name, JSON.stringify(value)] as const],
  );
  const named = members.filter(({ name }) => Object.hasOwn(wanted, name));
  const isThere = ([name, text]: readonly [string, string]): boolean =>
    named.some((member) => member.name === name && bytes.toString('utf8', member.start, member.end) === text);
  if (named.length === texts.length && texts.every(isThere)) return bytes;
  const pieces: Buffer[] = texts.map(([name, text]) => Buffer.from(`${JSON.stringify(name)}:${text}`));
  let from = 0;
  for (const { name, end } of members) {
    if (!Object.hasOwn(wanted, name)) pieces.push(bytes.subarray(bytes.indexOf(QUOTE, from), end));
    from = end;
  }
  return Buffer.concat([
    Buffer.from('{'),
    ...pieces.flatMap((piece, index) => (index === 0 ? [piece] : [COMMA, piece])),
    Buffer.from('}'),
  ]);
}

/** The address named the model (Azure's SDKs do), and the body need not. */
function modelEdit(bytes: Buffer, model: string): Edit {
  const inside = bytes.indexOf('{') + 1;
  return { start: inside, end: inside, text: `"model":${JSON.stringify(model)},` };
}

function usageEdit(bytes: Buffer, body: JsonObject, members: readonly JsonMember[]): Edit {
  const options = members.find((member) => member.name === 'stream_options');
  const value = body['stream_options'];
  if (options === undefined) {
    const inside = bytes.indexOf('{') + 1;
    return { start: inside, end: inside, text: `"stream_options":{${INCLUDE_USAGE}},` };
  }
  if (!isJsonObject(value)) return { start: options.start, end: options.end, text: `{${INCLUDE_USAGE}}` };
  if ('include_usage' in value) {
    return { start: options.start, end: options.end, text: JSON.stringify({ ...value, include_usage: true }) };
  }
  const separator = Object.keys(value).length === 0 ? '' : ',';
  return { start: options.start + 1, end: options.start + 1, text: `${INCLUDE_USAGE}${separator}` };
}

/** The field may be there with null, which the API takes for none. */
function limitEdit(
  bytes: Buffer,
  members: readonly JsonMember[],
  { field, tokens }: NonNullable<Splice['maxOutput']>,
): Edit {
  const known = members.find((member) => member.name === field);
  if (known !== undefined) return { start: known.start, end: known.end, text: String(tokens) };
  const inside = bytes.indexOf('{') + 1;
  return { start: inside, end: inside, text: `"${field}":${tokens},` };
}

/** `edits` in the order of their places. */
export function applyEdits(bytes: Buffer, edits: readonly Edit[]): Buffer {
  const pieces: Buffer[] = [];
  let from = 0;
  for (const { start, end, text } of edits) {
    pieces.push(bytes.subarray(from, start), Buffer.from(text));
    from = end;
  }
  pieces.push(bytes.subarray(from));
  return Buffer.concat(pieces);
}
