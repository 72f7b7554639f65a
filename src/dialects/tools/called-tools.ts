import type { ChatResponse, ContentPart, StreamPart } from '../../inference/index.ts';
import type { RenamedTools, Steps } from '../dialect.ts';
import { CustomInput, customInput } from './custom-input.ts';

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
  return { ...part, ...called, input: called.kind === part.kind ? part.input : customInput(part.input) };
}

/** The same for a stream: a custom tool's input comes as it is written, without the JSON around it. */
export function restoringCalls(renamed: RenamedTools): Steps<StreamPart, StreamPart> {
  const wrapped = new Map<string, CustomInput>();
  return { push: (part) => restoredPart(part, renamed, wrapped), end: () => [] };
}

function restoredPart(
  part: StreamPart,
  renamed: RenamedTools,
  wrapped: Map<string, CustomInput>,
): readonly StreamPart[] {
  if (part.type === 'block-start') return [restoredStart(part, renamed, wrapped)];
  if ((part.type !== 'delta' && part.type !== 'block-end') || wrapped.size === 0) return [part];
  const { choice, block } = part;
  const key = `${choice} ${block}`;
  const input = wrapped.get(key);
  if (input === undefined) return [part];
  if (part.type === 'delta') {
    const text = input.push(part.text);
    return text === '' ? [] : [{ ...part, text }];
  }
  wrapped.delete(key);
  const text = input.end();
  return text === '' ? [part] : [{ type: 'delta', choice, block, text }, part];
}

type BlockStartPart = Extract<StreamPart, { readonly type: 'block-start' }>;

function restoredStart(part: BlockStartPart, renamed: RenamedTools, wrapped: Map<string, CustomInput>): StreamPart {
  const { content } = part;
  const called = content.type === 'tool-call' ? renamed.get(content.name) : undefined;
  if (content.type !== 'tool-call' || called === undefined) return part;
  if (called.kind !== content.kind) wrapped.set(`${part.choice} ${part.block}`, new CustomInput());
  return { ...part, content: { ...content, ...called } };
}
