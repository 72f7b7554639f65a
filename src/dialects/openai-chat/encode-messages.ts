import type { ContentPart, Message, ReasoningPart, ToolCallPart, ToolResultPart } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { warnOfUnmarkedError } from '../left-out.ts';
import { type Encoding, isKnown, ownMembers } from '../openai/encoding.ts';
import { ownOf } from '../openai/own.ts';
import { encodeParts } from './content.ts';
import { detailsOfThought, extraContent, sealDetail } from './thoughts.ts';
import { encodeToolCall } from './tool-calls.ts';

/** Results of one turn follow their calls without a gap; what they show that is no text comes behind them. */
export function encodeMessages(messages: readonly Message[], encoding: Encoding): JsonObject[] {
  const encoded: JsonObject[] = [];
  let shown: JsonObject[] = [];
  for (const message of messages) {
    if (message.role === 'tool') {
      for (const result of message.content) {
        const { body, besides } = encodeResult(result, encoding);
        encoded.push({ ...ownOf(message), ...body });
        shown.push(...besides);
      }
      continue;
    }
    if (shown.length > 0) encoded.push({ role: 'user', content: shown });
    shown = [];
    encoded.push(encodeMessage(message, encoding));
  }
  if (shown.length > 0) encoded.push({ role: 'user', content: shown });
  return encoded;
}

function encodeMessage(message: Exclude<Message, { role: 'tool' }>, encoding: Encoding): JsonObject {
  const mine = ownOf(message);
  if (message.role === 'system') {
    // OpenAI's API takes either rank for the other; most servers of its dialect know the older word only.
    const role = encoding.isOwn ? message.rank : 'system';
    return { ...mine, role, content: contentOf(message.content, encoding) };
  }
  if (message.role === 'assistant') return encodeAssistant(message, encoding);
  const named = message.name === null ? {} : { name: message.name };
  return { ...mine, role: 'user', content: contentOf(message.content, encoding), ...named };
}

/** One text alone is said as a string, which every server of this dialect takes. */
function contentOf(parts: readonly ContentPart[], encoding: Encoding): string | readonly JsonObject[] {
  const encoded = encodeParts(parts, encoding);
  const [first] = encoded;
  if (first === undefined) return '';
  const isPlain = encoded.length === 1 && first['type'] === 'text' && Object.keys(first).length === 2;
  return isPlain && typeof first['text'] === 'string' ? first['text'] : encoded;
}

type Assistant = Extract<Message, { role: 'assistant' }>;

function encodeAssistant(message: Assistant, encoding: Encoding): JsonObject {
  const mine = ownOf(message);
  const calls = message.content.filter((part) => part.type === 'tool-call');
  const said = message.content.flatMap((part) => saidIn(part) ?? []);
  const refusal = message.content.filter((part) => part.type === 'refusal').map(({ text }) => text);
  const content = said.length === 0 && calls.length + refusal.length > 0 ? null : contentOf(said, encoding);
  return {
    ...mine,
    role: 'assistant',
    content,
    ...(message.name === null ? {} : { name: message.name }),
    ...encodeThoughts(message.content, calls.length > 0, mine, encoding),
    ...(refusal.length === 0 ? {} : { refusal: refusal.join('') }),
    ...spokenBefore(message.content),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map((call) => encodeCall(call, encoding)) }),
  };
}

/** What stands in the content of an assistant's message: Mistral's thoughts do, all others have a field. */
function saidIn(part: ContentPart): ContentPart | null {
  if (part.type === 'reasoning') return ownOf(part)?.['field'] === 'thinking' ? part : null;
  if (part.type === 'audio') return part.transcript === null ? null : { type: 'text', text: part.transcript };
  return part.type === 'tool-call' || part.type === 'refusal' ? null : part;
}

/** Audio that the model spoke is referred to by its id. */
function spokenBefore(parts: readonly ContentPart[]): JsonObject {
  const audio = parts.find((part) => part.type === 'audio');
  return audio?.type === 'audio' && audio.media.kind === 'file-id' ? { audio: { id: audio.media.id } } : {};
}

function encodeCall(call: ToolCallPart, encoding: Encoding): JsonObject {
  const encoded = { ...encodeToolCall(call), ...ownMembers(call, encoding) };
  const { seal } = call;
  const isWanted = ownOf(call) === null && isKnown('extra_content', encoding);
  return isWanted && seal?.format === 'google-gemini-v1' ? { ...encoded, extra_content: extraContent(seal) } : encoded;
}

type ThoughtField = 'reasoning_content' | 'reasoning' | 'reasoning_details';

/**
 * Thoughts of earlier turns, where the client has them. Those of other dialects go where the upstream is known to take
 * them; else an unsealed thought of a turn with calls goes as `reasoning_content`, for DeepSeek, Moonshot and Z.ai
 * demand or want it there. It is left out of other turns, where DeepSeek's older models refuse it, and so is what is
 * sealed: the makers that seal have no place for it in this dialect.
 */
function encodeThoughts(
  parts: readonly ContentPart[],
  hasCalls: boolean,
  mine: JsonObject | null,
  encoding: Encoding,
): JsonObject {
  const texts = { reasoning_content: '', reasoning: '' };
  const details: JsonObject[] = [];
  for (const part of parts) {
    if (part.type === 'reasoning') {
      const field = fieldOf(part, hasCalls, encoding);
      if (field === 'reasoning_details') details.push(...detailsOfThought(part, details.length));
      else if (field !== null) texts[field] += part.text;
      continue;
    }
    if ((part.type !== 'tool-call' && part.type !== 'text') || part.seal === undefined) continue;
    const had = ownOf(part);
    const holder = part.type === 'tool-call' ? had : mine;
    const isWanted = had === null ? isKnown('reasoning_details', encoding) : holder?.['extra_content'] === undefined;
    if (isWanted) details.push(sealDetail(part.seal, part.type === 'tool-call' ? part.id : null, details.length));
  }
  const isDemanded = hasCalls && isKnown('reasoning_content', encoding) && mine === null;
  return {
    ...(texts.reasoning === '' ? {} : { reasoning: texts.reasoning }),
    ...(texts.reasoning_content === '' && !isDemanded ? {} : { reasoning_content: texts.reasoning_content }),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
  };
}

function fieldOf(part: ReasoningPart, hasCalls: boolean, encoding: Encoding): ThoughtField | null {
  const field = ownOf(part)?.['field'];
  if (field === 'reasoning_content' || field === 'reasoning' || field === 'reasoning_details') return field;
  if (field !== undefined) return null;
  if (isKnown('reasoning_details', encoding)) return 'reasoning_details';
  if (part.text === '' || isKnown('extra_content', encoding)) return null;
  if (isKnown('reasoning_content', encoding)) return 'reasoning_content';
  return hasCalls && part.seal === null ? 'reasoning_content' : null;
}

type EncodedResult = { readonly body: JsonObject; readonly besides: readonly JsonObject[] };

/** OpenAI takes text only in a tool's message; a client of this dialect that puts an image there knows its upstream. */
function encodeResult(result: ToolResultPart, encoding: Encoding): EncodedResult {
  const { callId, name, content } = result;
  warnOfUnmarkedError(result, encoding.warnings);
  const head = { role: 'tool', tool_call_id: callId, ...(name === null ? {} : { name }) };
  if (ownOf(result) !== null) return { body: { ...head, content: contentOf(content, encoding) }, besides: [] };
  const shown = content.filter((part) => part.type !== 'text');
  const besides = encodeParts(shown, encoding);
  const body = {
    ...head,
    content: contentOf(
      content.filter((part) => part.type === 'text'),
      encoding,
    ),
  };
  if (besides.length === 0) return { body, besides };
  return { body, besides: [{ type: 'text', text: `The tool call ${callId} returned this:` }, ...besides] };
}
