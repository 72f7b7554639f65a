import type {
  ChatRequest,
  ChatResponse,
  ContentPart,
  CustomTool,
  FunctionTool,
  Message,
  StreamPart,
  Tool,
  ToolCallPart,
  ToolChoice,
  ToolResultPart,
} from '../../inference/index.ts';
import type { Steps } from '../dialect.ts';
import { CustomInput, customInput } from './custom-input.ts';
import { type ToolNames, toolNames } from './tool-names.ts';

const INPUT_SCHEMA = {
  type: 'object',
  properties: { input: { type: 'string' } },
  required: ['input'],
  additionalProperties: false,
} as const;

/**
 * The same request for a dialect that has neither custom tools nor namespaces: each custom tool is a function with one
 * string `input`, its grammar told in words; a tool within a namespace bears both names in one. Calls and results of
 * the conversation so far follow.
 */
export function withoutCustomTools(request: ChatRequest): ChatRequest {
  const names = toolNames(request.tools);
  if (names.areOwn && !request.messages.some(holdsCustom)) return request;
  return {
    ...request,
    tools: request.tools.map((tool) => (tool.type === 'server' ? tool : functionOf(tool, names))),
    toolChoice: choiceOf(request.toolChoice, request.tools, names),
    messages: request.messages.map((message) => messageOf(message, names)),
  };
}

function holdsCustom(message: Message): boolean {
  if (message.role === 'tool') return message.content.some(({ kind }) => kind === 'custom');
  if (message.role !== 'assistant') return false;
  return message.content.some(
    (part) => part.type === 'tool-call' && (part.kind === 'custom' || part.namespace !== null),
  );
}

function functionOf(tool: FunctionTool | CustomTool, names: ToolNames): FunctionTool {
  const name = names.wireName(tool);
  const { description, cache } = tool;
  const base = { type: 'function', name, namespace: null, ...(cache === undefined ? {} : { cache }) } as const;
  if (tool.type === 'custom') return { ...base, description: described(tool), parameters: INPUT_SCHEMA, strict: null };
  const { parameters, strict, extensions } = tool;
  return { ...base, description, parameters, strict, ...(extensions === undefined ? {} : { extensions }) };
}

function described({ description, grammar }: CustomTool): string {
  const wanted =
    grammar === null
      ? '`input` is free text.'
      : `\`input\` must match this ${grammar.syntax === 'lark' ? 'Lark grammar' : 'regular expression'}:\n${grammar.definition}`;
  return description === null ? wanted : `${description}\n\n${wanted}`;
}

function choiceOf(choice: ToolChoice | null, tools: readonly Tool[], names: ToolNames): ToolChoice | null {
  const renamed = (name: string): string => {
    const tool = tools.find((each) => each.name === name);
    return tool === undefined || tool.type === 'server' ? name : names.wireName(tool);
  };
  if (choice?.type === 'tool') return { ...choice, name: renamed(choice.name) };
  return choice?.type === 'allowed' ? { ...choice, names: choice.names.map(renamed) } : choice;
}

function messageOf(message: Message, names: ToolNames): Message {
  if (message.role === 'tool') return { ...message, content: message.content.map(resultOf) };
  if (message.role !== 'assistant') return message;
  return {
    ...message,
    content: message.content.map((part) => (part.type === 'tool-call' ? callOf(part, names) : part)),
  };
}

function callOf(call: ToolCallPart, names: ToolNames): ToolCallPart {
  if (call.kind === 'function' && call.namespace === null) return call;
  const input = call.kind === 'custom' ? JSON.stringify({ input: call.input }) : call.input;
  return { ...call, name: names.wireName(call), namespace: null, kind: 'function', input };
}

function resultOf(result: ToolResultPart): ToolResultPart {
  return result.kind === 'function' ? result : { ...result, kind: 'function' };
}

/** The answer to such a request, with its calls as the client knows its tools. Calls that are so already stay. */
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
