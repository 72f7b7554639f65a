import type {
  ChatRequest,
  ChatResponse,
  ContentPart,
  CustomTool,
  FunctionTool,
  StreamPart,
  ToolCallPart,
} from '../../inference/index.ts';
import type { Steps } from '../dialect.ts';
import { CustomInput, customInput } from './custom-input.ts';
import { type ToolNames, toolNames } from './tool-names.ts';

/**
 * The answer to a request that went out without custom tools, with its calls as the client knows its tools. Calls that
 * are so already stay.
 */
export function restoreCustomTools(response: ChatResponse, { tools }: ChatRequest): ChatResponse {
  const names = toolNames(tools);
  if (names.areOwn) return response;
  const choices = response.choices.map((choice) => ({
    ...choice,
    content: choice.content.map((part) => restored(part, names)),
  }));
  return { ...response, choices };
}

function restored(part: ContentPart, names: ToolNames): ContentPart {
  const tool = part.type === 'tool-call' ? clientTool(part, names) : null;
  if (part.type !== 'tool-call' || tool === null) return part;
  const kind = tool.type;
  return {
    ...part,
    name: tool.name,
    namespace: tool.namespace,
    kind,
    input: kind === 'custom' ? customInput(part.input) : part.input,
  };
}

type Called = Pick<ToolCallPart, 'name' | 'kind' | 'namespace'>;

function clientTool({ name, kind, namespace }: Called, names: ToolNames): FunctionTool | CustomTool | null {
  return kind === 'function' && namespace === null ? (names.toolOf(name) ?? null) : null;
}

/** The same for a stream: a custom tool's input comes as it is written, without the JSON around it. */
export function restoringCustomTools({ tools }: ChatRequest): Steps<StreamPart, StreamPart> {
  const names = toolNames(tools);
  const inputs = new Map<string, CustomInput>();
  return {
    push: names.areOwn ? (part) => [part] : (part) => restoredPart(part, names, inputs),
    end: () => [],
  };
}

function restoredPart(part: StreamPart, names: ToolNames, inputs: Map<string, CustomInput>): readonly StreamPart[] {
  if (part.type === 'block-start') return [restoredStart(part, names, inputs)];
  if (part.type !== 'delta' && part.type !== 'block-end') return [part];
  const { choice, block } = part;
  const key = `${choice}/${block}`;
  const input = inputs.get(key);
  if (input === undefined) return [part];
  if (part.type === 'delta') {
    const text = input.push(part.text);
    return text === '' ? [] : [{ ...part, text }];
  }
  inputs.delete(key);
  const text = input.end();
  return text === '' ? [part] : [{ type: 'delta', choice, block, text }, part];
}

type StartPart = Extract<StreamPart, { readonly type: 'block-start' }>;

function restoredStart(part: StartPart, names: ToolNames, inputs: Map<string, CustomInput>): StreamPart {
  const { content } = part;
  const tool = content.type === 'tool-call' ? clientTool(content, names) : null;
  if (content.type !== 'tool-call' || tool === null) return part;
  if (tool.type === 'custom') inputs.set(`${part.choice}/${part.block}`, new CustomInput());
  return { ...part, content: { ...content, name: tool.name, namespace: tool.namespace, kind: tool.type } };
}
