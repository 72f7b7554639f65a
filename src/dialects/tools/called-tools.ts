import type { ChatResponse, ContentPart, StreamPart, ToolCallPart } from '../../inference/index.ts';
import { isJsonObject } from '../../std/index.ts';
import type { CalledTool, Steps } from '../dialect.ts';

/** `EncodedRequest.renamed`. */
export type RenamedTools = ReadonlyMap<string, CalledTool>;

/** An answer whose calls are of the tools that the caller named, and of their kind. */
export function restoreCalls(response: ChatResponse, renamed: RenamedTools): ChatResponse {
  const choices = response.choices.map((choice) => ({
    ...choice,
    content: choice.content.map((part) => restored(part, renamed)),
  }));
  return { ...response, choices };
}

function restored(part: ContentPart, renamed: RenamedTools): ContentPart {
  const called = part.type === 'tool-call' ? renamed.get(part.name) : undefined;
  if (part.type !== 'tool-call' || called === undefined) return part;
  return { ...part, ...called, input: called.kind === 'custom' ? freeText(part.input) : part.input };
}

/** The same for a stream. The input of a tool that takes free text is held until it is whole: it came wrapped in JSON. */
export function restoringCalls(renamed: RenamedTools): Steps<StreamPart, StreamPart> {
  const wrapped = new Map<string, string>();
  return { push: (part) => restoredPart(part, renamed, wrapped), end: () => [] };
}

function restoredPart(part: StreamPart, renamed: RenamedTools, wrapped: Map<string, string>): readonly StreamPart[] {
  if (part.type === 'block-start') return [restoredStart(part, renamed, wrapped)];
  if ((part.type !== 'delta' && part.type !== 'block-end') || wrapped.size === 0) return [part];
  const { choice, block } = part;
  const key = `${choice} ${block}`;
  const held = wrapped.get(key);
  if (held === undefined) return [part];
  if (part.type === 'delta') {
    wrapped.set(key, held + part.text);
    return [];
  }
  wrapped.delete(key);
  return [{ type: 'delta', choice, block, text: freeText(held) }, part];
}

type BlockStartPart = Extract<StreamPart, { readonly type: 'block-start' }>;

function restoredStart(part: BlockStartPart, renamed: RenamedTools, wrapped: Map<string, string>): StreamPart {
  const { content } = part;
  const called = content.type === 'tool-call' ? renamed.get(content.name) : undefined;
  if (content.type !== 'tool-call' || called === undefined) return part;
  if (called.kind === 'custom') wrapped.set(`${part.choice} ${part.block}`, '');
  return { ...part, content: { ...content, ...called } };
}

/** What stands in `{"input": …}`; all of it, if a model wrote something else. */
function freeText(input: ToolCallPart['input']): string {
  try {
    const parsed: unknown = JSON.parse(input);
    return isJsonObject(parsed) && typeof parsed['input'] === 'string' ? parsed['input'] : input;
  } catch {
    return input;
  }
}
