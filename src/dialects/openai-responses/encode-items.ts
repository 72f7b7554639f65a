import type { ContentPart, Message, ReasoningPart, ToolCallPart, ToolResultPart } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { warnOfUnmarkedError } from '../left-out.ts';
import { ownOf } from '../openai-responses-items/own.ts';
import { encodeThoughts } from '../openai-responses-items/reasoning-item.ts';
import { makerOf } from '../openai-responses-items/seals.ts';
import { isMadeUp } from '../openai-responses-items/web-search.ts';
import { encodeInput, encodeSaid, isMarkedFor } from './encode-content.ts';
import { type Encoding, leaveOut } from './encoding.ts';

/** `instructions` takes the first message that came from there; all others keep their place among the items. */
export function encodeMessages(encoding: Encoding): JsonObject {
  const [first, ...others] = encoding.request.messages;
  const instructions = first === undefined ? null : instructionsOf(first);
  const messages = instructions === null ? encoding.request.messages : others;
  const input = messages.flatMap((message) => encodeMessage(message, encoding));
  return instructions === null ? { input } : { instructions, input };
}

function instructionsOf(message: Message): string | null {
  if (message.role !== 'system' || ownOf(message)?.['place'] !== 'instructions') return null;
  return message.content.map(({ text }) => text).join('\n\n');
}

function encodeMessage(message: Message, encoding: Encoding): readonly JsonObject[] {
  if (message.role === 'tool') return message.content.map((result) => encodeResult(result, encoding));
  if (message.role === 'assistant') return encodeTurn(message.content, encoding);
  const content = encodeInput(message.content, encoding);
  const role = message.role === 'system' ? message.rank : message.role;
  if (message.role === 'user' && message.name !== null)
    leaveOut(encoding, 'messages.name', 'The Responses API has no names for those who speak.');
  return content.length === 0 ? [] : [{ type: 'message', role, content, ...ownOf(message) }];
}

/** A turn's parts in their order: thoughts, messages and calls are items of their own. */
function encodeTurn(parts: readonly ContentPart[], encoding: Encoding): readonly JsonObject[] {
  const items: JsonObject[] = [];
  let thoughts: ReasoningPart[] = [];
  let said: JsonObject[] = [];
  for (const part of parts) {
    const mine = ownOf(part);
    if (part.type === 'reasoning') {
      said = [];
      thoughts.push(part);
      if (part.seal === null && mine === null) continue;
      items.push(...encodeThought(thoughts, encoding));
      thoughts = [];
      continue;
    }
    items.push(...encodeThought(thoughts, encoding));
    thoughts = [];
    const content = encodeSaid(part);
    if (content !== null) {
      if (said.length > 0 && mine?.['item'] === undefined) said.push(content);
      else {
        said = [content];
        items.push({
          type: 'message',
          role: 'assistant',
          content: said,
          ...(mine?.['item'] as JsonObject | undefined),
        });
      }
      continue;
    }
    said = [];
    const item = encodeMade(part, encoding);
    if (item !== null) items.push(item);
  }
  items.push(...encodeThought(thoughts, encoding));
  return items;
}

function encodeMade(part: ContentPart, encoding: Encoding): JsonObject | null {
  if (part.type === 'tool-call') return encodeCall(part);
  if (part.type === 'opaque' && part.dialect === 'openai-responses') return isMadeUp(part.raw) ? null : part.raw;
  const name = part.type === 'opaque' ? part.name : part.type;
  leaveOut(encoding, `messages.content.${name}`, `The Responses API has no place for '${name}' that a model made.`);
  return null;
}

/**
 * A thought goes back to the maker that sealed it, or by its id to the server that keeps it. Without either, and sealed
 * by another, it is left out: the API refuses the whole request for it.
 */
function encodeThought(parts: readonly ReasoningPart[], { target }: Encoding): readonly JsonObject[] {
  const last = parts.at(-1);
  if (last === undefined) return [];
  const { seal } = last;
  const mine = ownOf(last);
  const isTheirs = seal !== null && (seal.format === makerOf(target.model) || seal.format === 'unknown');
  if (!isTheirs && typeof mine?.['id'] !== 'string') return [];
  const { summary, content } = encodeThoughts(parts);
  return [
    {
      type: 'reasoning',
      ...(isTheirs && seal.id !== null ? { id: seal.id } : {}),
      summary,
      ...(content.length === 0 ? {} : { content }),
      ...(isTheirs ? { encrypted_content: seal.value } : {}),
      ...mine,
    },
  ];
}

function encodeCall(part: ToolCallPart): JsonObject {
  const { id, name, kind, namespace, input } = part;
  const type = kind === 'custom' ? 'custom_tool_call' : 'function_call';
  return {
    type,
    call_id: id,
    name,
    ...(namespace === null ? {} : { namespace }),
    ...(kind === 'custom' ? { input } : { arguments: input }),
    ...ownOf(part),
  };
}

/** An error has no flag here (`status` says how far a result has come). One text is a string, which every server takes. */
function encodeResult(part: ToolResultPart, encoding: Encoding): JsonObject {
  warnOfUnmarkedError(part, encoding.warnings);
  const { callId, kind } = part;
  const content = markedContent(part);
  const type = kind === 'custom' ? 'custom_tool_call_output' : 'function_call_output';
  const output = onlyText(content, encoding) ?? encodeInput(content, encoding);
  return { type, call_id: callId, output: output.length === 0 ? '' : output, ...ownOf(part) };
}

/** A mark on the result itself stands on the last of what it shows. */
function markedContent({ content, cache }: ToolResultPart): readonly ContentPart[] {
  const last = content.at(-1);
  return cache === undefined || last === undefined ? content : [...content.slice(0, -1), { ...last, cache }];
}

function onlyText(content: readonly ContentPart[], { target }: Encoding): string | null {
  const [first] = content;
  if (first === undefined) return '';
  const isPlain = first.type === 'text' && ownOf(first) === null && !isMarkedFor(target, first);
  return content.length === 1 && isPlain ? first.text : null;
}
