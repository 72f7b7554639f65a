import { isJsonObject, type JsonObject, parseJson } from '../std/index.ts';
import { callsIn } from './calls-seen.ts';
import { nothingSeen, type Observation, see, type WireWords } from './observation.ts';
import { textsIn } from './texts-seen.ts';

/** A plain answer that was held whole; null: it is none, for it is no JSON object. */
export function observePlain(body: Buffer, words: WireWords): Observation | null {
  const parsed = parseJson(body);
  if (!parsed.ok || !isJsonObject(parsed.value)) return null;
  const seen = nothingSeen();
  see(seen, parsed.value, words);
  seen.contentBytes = contentOf(parsed.value);
  seen.calls = callsIn(parsed.value);
  seen.texts = textsIn(parsed.value);
  return seen;
}

function contentOf({ choices }: JsonObject): number {
  if (!Array.isArray(choices)) return 0;
  return choices
    .filter(isJsonObject)
    .reduce(
      (bytes, { message, text }) => bytes + sizeOf(text) + (isJsonObject(message) ? messageBytes(message) : 0),
      0,
    );
}

/** Everything that a model wrote: text (a list of parts at Mistral's), reasoning in its spellings, tool calls, audio. */
function messageBytes(message: JsonObject): number {
  const {
    content,
    reasoning_content: thought,
    reasoning,
    refusal,
    tool_calls: calls,
    function_call: call,
    audio,
  } = message;
  // Both spellings of one thought come together from some servers: it was generated once.
  const reasoned = Math.max(sizeOf(thought), sizeOf(reasoning));
  return reasoned + [content, refusal, calls, call, audio].reduce<number>((bytes, part) => bytes + sizeOf(part), 0);
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  const isFilled = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  return isFilled ? Buffer.byteLength(JSON.stringify(value)) : 0;
}
