import { isJsonObject, type JsonMember, type JsonObject, scanMembers } from '../std/index.ts';
import type { ReceivedRequest, Splice } from './dialect.ts';
import { MAX_DEPTH } from './received.ts';

/** `text` in the place of `bytes[start, end)`. */
export type Edit = { readonly start: number; readonly end: number; readonly text: string };

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
 * The same request without these outermost members: each goes with one of the commas around it, every other byte stays.
 * The very same object where it has none of them.
 */
export function withoutMembers(request: ReceivedRequest, names: readonly string[]): ReceivedRequest {
  const { bytes, body, members } = request;
  const isKept = ({ name }: JsonMember): boolean => !names.includes(name);
  if (members.every(isKept)) return request;
  // A member's piece lies between two of: the opening brace, the commas, the end of the last member.
  const starts = members.map((_, index) => {
    const before = members[index - 1];
    return bytes.indexOf(before === undefined ? '{' : ',', before?.end ?? 0) + 1;
  });
  const last = members.at(-1)?.end ?? 0;
  const pieces = members.flatMap((member, index) =>
    isKept(member) ? [COMMA, bytes.subarray(starts[index], (starts[index + 1] ?? last + 1) - 1)] : [],
  );
  const spliced = Buffer.concat([bytes.subarray(0, starts[0]), ...pieces.slice(1), bytes.subarray(last)]);
  return {
    ...request,
    bytes: spliced,
    body: Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name))),
    members: scanMembers(spliced, NO_DEEPER) ?? [],
  };
}

const COMMA = Buffer.from(',');
/** What was let in is not refused here. */
const NO_DEEPER = Number.POSITIVE_INFINITY;

/**
 * A body's outermost members as an address wants them: put in, or, null, left out. Every other byte as it is, and the
 * same buffer where all is so already.
 */
export function withMembers(bytes: Buffer, wanted: JsonObject): Buffer {
  let body = bytes;
  let members = scanMembers(body, MAX_DEPTH) ?? [];
  for (const [name, value] of Object.entries(wanted)) {
    const edit = memberEdit(body, members, name, value);
    if (edit === null) continue;
    body = applyEdits(body, [edit]);
    members = scanMembers(body, MAX_DEPTH) ?? [];
  }
  return body;
}

/** null: the member is as it is wanted already. */
function memberEdit(bytes: Buffer, members: readonly JsonMember[], name: string, value: unknown): Edit | null {
  const index = members.findIndex((member) => member.name === name);
  const member = members[index];
  const text = JSON.stringify(value);
  if (member === undefined) {
    const inside = bytes.indexOf('{') + 1;
    const put = `${JSON.stringify(name)}:${text}${members.length === 0 ? '' : ','}`;
    return value === null ? null : { start: inside, end: inside, text: put };
  }
  if (value === null) return { ...spanOf(bytes, members, index), text: '' };
  return bytes.toString('utf8', member.start, member.end) === text ? null : { ...member, text };
}

/** A member with one of the commas around it. */
function spanOf(bytes: Buffer, members: readonly JsonMember[], index: number): Pick<Edit, 'start' | 'end'> {
  const { end = 0 } = members[index] ?? {};
  const before = members[index - 1]?.end ?? null;
  if (index === members.length - 1) return { start: before ?? bytes.indexOf('{') + 1, end };
  return { start: bytes.indexOf(before === null ? '{' : ',', before ?? 0) + 1, end: bytes.indexOf(',', end) + 1 };
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
