import type { DialectId } from '../../inference/index.ts';
import { isJsonObject, type JsonMember, parseJson, scanMembers } from '../../std/index.ts';

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
const MESSAGE_ENDS = /"type"\s*:\s*"message_stop"/;

/** OpenRouter's own doors, and OpenAI's beside them; of other dialects the header tells. */
const bearings: Readonly<Partial<Record<DialectId, Bearing>>> = {
  'openai-chat': CHUNKS,
  'openai-completions': CHUNKS,
  'openai-embeddings': { canBear: null, within: null },
  'openai-responses': { canBear: (event) => RESPONSE_ENDS.test(event), within: 'response' },
  'openai-compact': { canBear: null, within: null },
  'anthropic-messages': { canBear: (event) => MESSAGE_ENDS.test(event), within: null },
};

export function bearingOf(dialect: DialectId): Bearing | null {
  return bearings[dialect] ?? null;
}

const MAX_DEPTH = 200;
/** Nothing, or what an event begins with: an object in a list is not the answer. */
const BEFORE = /(?:^|data:)\s*$/;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * `member`, `"name":value`, as the last one of the object that these bytes hold (or of that member of it, `within`);
 * every other byte as it was. The same bytes where there is no such object.
 */
export function withLastMember(bytes: Buffer, member: string, within: string | null): Buffer {
  const [start, end] = [bytes.indexOf(OPEN_BRACE), bytes.lastIndexOf(CLOSE_BRACE) + 1];
  if (start === -1 || end <= start || !BEFORE.test(bytes.toString('latin1', 0, start))) return bytes;
  const object = bytes.subarray(start, end);
  const parsed = parseJson(object);
  if (!parsed.ok || !isJsonObject(parsed.value)) return bytes;
  const members = scanMembers(object, MAX_DEPTH);
  if (members === null) return bytes;
  if (within === null) return putBefore(bytes, end - 1, member, members);
  const inner = members.find(({ name }) => name === within);
  if (inner === undefined || object[inner.start] !== OPEN_BRACE) return bytes;
  const innerMembers = scanMembers(object.subarray(inner.start, inner.end), MAX_DEPTH) ?? [];
  return putBefore(bytes, start + inner.end - 1, member, innerMembers);
}

function putBefore(bytes: Buffer, at: number, member: string, members: readonly JsonMember[]): Buffer {
  const text = members.length === 0 ? member : `,${member}`;
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(text), bytes.subarray(at)]);
}
