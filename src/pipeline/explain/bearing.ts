import type { DialectId } from '../../inference/index.ts';
import { isJsonObject, type JsonMember, type JsonObject, parseJson, scanMembers } from '../../std/index.ts';

/** Where a dialect's answers have room for a member that its clients do not know. */
export type Bearing = {
  /** Which event of a stream has it, by a look at its text: true for the last one that fits. null: it has no streams. */
  readonly canBear: ((event: string) => boolean) | null;
  /** The member of such an event that is the answer; null: the event itself. */
  readonly within: string | null;
};

/**
 * The last chunk before `[DONE]`: the one with the finish reason, the one with the usage, or one without choices.
 * Quotes within a text are escaped, so what a model writes does not fit.
 */
const LAST_CHUNK = /"finish_reason"\s*:\s*"|"usage"\s*:\s*\{|"choices"\s*:\s*\[\s*\]/;
const CHUNKS: Bearing = { canBear: (event) => LAST_CHUNK.test(event), within: null };
const RESPONSE_ENDS = /"type"\s*:\s*"response\.(?:completed|incomplete|failed)"/;
const RESPONSES: Bearing = { canBear: (event) => RESPONSE_ENDS.test(event), within: 'response' };
const MESSAGE_ENDS = /"type"\s*:\s*"message_stop"/;
const MESSAGE_DELTA = /"type"\s*:\s*"message_delta"/;
const WHOLE: Bearing = { canBear: null, within: null };

/** OpenRouter's own doors, and OpenAI's beside them; of other dialects the header tells. */
const bearings: Readonly<Partial<Record<DialectId, Bearing>>> = {
  'openai-chat': CHUNKS,
  'openai-completions': CHUNKS,
  'openai-embeddings': WHOLE,
  'openai-responses': RESPONSES,
  'openai-compact': WHOLE,
  'anthropic-messages': { canBear: (event) => MESSAGE_ENDS.test(event), within: null },
};

/** Anthropic's streams tell the usage one event before their last. */
const usageBearings: typeof bearings = {
  ...bearings,
  'anthropic-messages': { canBear: (event) => MESSAGE_DELTA.test(event), within: null },
};

export function bearingOf(dialect: DialectId): Bearing | null {
  return bearings[dialect] ?? null;
}

export function usageBearingOf(dialect: DialectId): Bearing | null {
  return usageBearings[dialect] ?? null;
}

const MAX_DEPTH = 200;
/** Nothing, or what an event begins with: an object in a list is not the answer. */
const BEFORE = /(?:^|data:)\s*$/;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** An object in bytes: `bytes[start, end)`, and what it holds. */
type Place = {
  readonly start: number;
  readonly end: number;
  readonly object: JsonObject;
  readonly members: readonly JsonMember[];
};

/**
 * `member`, `"name":value`, as the last one of the object that these bytes hold (or of that member of it, `within`);
 * every other byte as it was. The same bytes where there is no such object.
 */
export function withLastMember(bytes: Buffer, member: string, within: string | null): Buffer {
  const place = placeIn(bytes, within);
  return place === null ? bytes : putLast(bytes, place, member);
}

/** That member of such an object made into another one, or put behind all others where there is none; undefined: as it is. */
export function withMember(
  bytes: Buffer,
  name: string,
  within: string | null,
  make: (before: unknown) => unknown,
): Buffer {
  const place = placeIn(bytes, within);
  if (place === null) return bytes;
  const made = make(place.object[name]);
  if (made === undefined) return bytes;
  const text = JSON.stringify(made);
  // Of a name that stands there twice, parsers take the last one.
  const known = place.members.findLast((member) => member.name === name);
  if (known === undefined) return putLast(bytes, place, `${JSON.stringify(name)}:${text}`);
  const from = bytes.subarray(0, place.start + known.start);
  return Buffer.concat([from, Buffer.from(text), bytes.subarray(place.start + known.end)]);
}

function placeIn(bytes: Buffer, within: string | null): Place | null {
  const [start, end] = [bytes.indexOf(OPEN_BRACE), bytes.lastIndexOf(CLOSE_BRACE) + 1];
  if (start === -1 || end <= start || !BEFORE.test(bytes.toString('latin1', 0, start))) return null;
  const whole = bytes.subarray(start, end);
  const parsed = parseJson(whole);
  if (!parsed.ok || !isJsonObject(parsed.value)) return null;
  const members = scanMembers(whole, MAX_DEPTH);
  if (members === null) return null;
  if (within === null) return { start, end, object: parsed.value, members };
  const inner = members.findLast(({ name }) => name === within);
  const object = parsed.value[within];
  if (inner === undefined || !isJsonObject(object)) return null;
  const innerMembers = scanMembers(whole.subarray(inner.start, inner.end), MAX_DEPTH) ?? [];
  return { start: start + inner.start, end: start + inner.end, object, members: innerMembers };
}

function putLast(bytes: Buffer, { end, members }: Place, member: string): Buffer {
  const text = members.length === 0 ? member : `,${member}`;
  return Buffer.concat([bytes.subarray(0, end - 1), Buffer.from(text), bytes.subarray(end - 1)]);
}
