import type {
  ChatRequest,
  CustomTool,
  FunctionTool,
  Message,
  Tool,
  ToolCallPart,
  ToolChoice,
  ToolResultPart,
} from '../../inference/index.ts';
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
