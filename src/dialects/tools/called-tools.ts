import type { ChatResponse, ContentPart, StreamPart, Tool } from '../../inference/index.ts';
import type { CalledTool, RenamedTools, Steps } from '../dialect.ts';
import { CustomInput, customInput } from './custom-input.ts';
import { flatToolName } from './tool-name.ts';

/** What a caller knows of the tools: those that went upstream under other names, and those that it declared. */
export type KnownTools = { readonly renamed: RenamedTools; readonly declared: readonly Tool[] };

/** An answer whose calls are of the tools that the caller named, and of their kind. */
export function restoreCalls(response: ChatResponse, known: KnownTools): ChatResponse {
  const choices = response.choices.map((choice) => ({
    ...choice,
    content: choice.content.map((part) => restored(part, known)),
  }));
  return { ...response, choices };
}

function restored(part: ContentPart, known: KnownTools): ContentPart {
  const called = part.type === 'tool-call' ? calledBy(part, known) : undefined;
  if (part.type !== 'tool-call' || called === undefined) return part;
  return { ...part, ...called, input: called.kind === part.kind ? part.input : customInput(part.input) };
}

/** The same for a stream: a custom tool's input comes as it is written, without the JSON around it. */
export function restoringCalls(known: KnownTools): Steps<StreamPart, StreamPart> {
  const wrapped = new Map<string, CustomInput>();
  return { push: (part) => restoredPart(part, known, wrapped), end: () => [] };
}

function restoredPart(part: StreamPart, known: KnownTools, wrapped: Map<string, CustomInput>): readonly StreamPart[] {
  if (part.type === 'block-start') return [restoredStart(part, known, wrapped)];
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

function restoredStart(part: BlockStartPart, known: KnownTools, wrapped: Map<string, CustomInput>): StreamPart {
  const { content } = part;
  const called = content.type === 'tool-call' ? calledBy(content, known) : undefined;
  if (content.type !== 'tool-call' || called === undefined) return part;
  if (called.kind !== content.kind) wrapped.set(`${part.choice} ${part.block}`, new CustomInput());
  return { ...part, content: { ...content, ...called } };
}

/** The caller's own tool; undefined: it is the one that the call names. */
function calledBy(call: CalledTool, { renamed, declared }: KnownTools): CalledTool | undefined {
  const own = renamed.get(call.name);
  return own !== undefined || call.namespace === null ? own : withoutNamespace(call, declared);
}

/**
 * OpenAI's models sort tools into namespaces that a caller may know nothing of: then the tool is the one that it
 * declared under both names in one, or under the bare name.
 */
function withoutNamespace({ name, namespace, kind }: CalledTool, declared: readonly Tool[]): CalledTool | undefined {
  const known = declared.filter((tool) => tool.type !== 'server');
  if (known.some((tool) => tool.name === name && tool.namespace === namespace)) return undefined;
  const both = flatToolName({ name, namespace });
  const found = [both, name].find((each) => known.some((tool) => tool.name === each && tool.namespace === null));
  return found === undefined ? undefined : { name: found, namespace: null, kind };
}
