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
import type { RenamedTools } from './called-tools.ts';
import { type NameRule, noNames, type SentNames, sentToolName } from './tool-name.ts';

const INPUT_SCHEMA = {
  type: 'object',
  properties: { input: { type: 'string' } },
  required: ['input'],
  additionalProperties: false,
} as const;

type Functions = { readonly request: ChatRequest; readonly renamed: RenamedTools };
type Renaming = { readonly names: SentNames; readonly rule: NameRule };
type Named = { readonly name: string; readonly namespace: string | null };

const OPENAI_NAMES: NameRule = { odd: /[^a-zA-Z0-9_-]/g, most: 64 };
const NONE: RenamedTools = new Map();

/**
 * The same request for a dialect that has neither custom tools nor namespaces: each custom tool is a function with one
 * string `input`, its grammar told in words; a tool within a namespace bears both names in one. Calls and results of
 * the conversation so far follow. `restoreCalls` and `restoringCalls` are the way back, with what was `renamed`.
 */
export function withoutCustomTools(request: ChatRequest, rule: NameRule = OPENAI_NAMES): Functions {
  const { tools, messages, toolChoice } = request;
  if (!tools.some(isForeign) && !messages.some(holdsForeign)) return { request, renamed: NONE };
  const renaming: Renaming = { names: noNames(), rule };
  // Tools without a namespace are named first: they keep their names.
  for (const tool of tools) if (tool.type !== 'server' && tool.namespace === null) sentName(renaming, tool, tool.type);
  const functions = {
    ...request,
    tools: tools.map((tool) => (tool.type === 'server' ? tool : functionOf(tool, renaming))),
    toolChoice: choiceOf(toolChoice, tools, renaming),
    messages: messages.map((message) => messageOf(message, renaming)),
  };
  return { request: functions, renamed: renaming.names.renamed };
}

function sentName({ names, rule }: Renaming, { name, namespace }: Named, kind: 'function' | 'custom'): string {
  return sentToolName(names, { name, namespace, kind }, rule);
}

function isForeign(tool: Tool): boolean {
  return tool.type === 'custom' || (tool.type === 'function' && tool.namespace !== null);
}

function holdsForeign(message: Message): boolean {
  if (message.role === 'tool') return message.content.some(({ kind }) => kind === 'custom');
  if (message.role !== 'assistant') return false;
  return message.content.some(
    (part) => part.type === 'tool-call' && (part.kind === 'custom' || part.namespace !== null),
  );
}

function functionOf(tool: FunctionTool | CustomTool, renaming: Renaming): FunctionTool {
  const name = sentName(renaming, tool, tool.type);
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

function choiceOf(choice: ToolChoice | null, tools: readonly Tool[], renaming: Renaming): ToolChoice | null {
  const renamed = (name: string): string => {
    const tool = tools.find((each) => each.name === name);
    return tool === undefined || tool.type === 'server' ? name : sentName(renaming, tool, tool.type);
  };
  if (choice?.type === 'tool') return { ...choice, name: renamed(choice.name) };
  return choice?.type === 'allowed' ? { ...choice, names: choice.names.map(renamed) } : choice;
}

function messageOf(message: Message, renaming: Renaming): Message {
  if (message.role === 'tool') return { ...message, content: message.content.map(resultOf) };
  if (message.role !== 'assistant') return message;
  return {
    ...message,
    content: message.content.map((part) => (part.type === 'tool-call' ? callOf(part, renaming) : part)),
  };
}

function callOf(call: ToolCallPart, renaming: Renaming): ToolCallPart {
  if (call.kind === 'function' && call.namespace === null) return call;
  const input = call.kind === 'custom' ? JSON.stringify({ input: call.input }) : call.input;
  return { ...call, name: sentName(renaming, call, call.kind), namespace: null, kind: 'function', input };
}

function resultOf(result: ToolResultPart): ToolResultPart {
  return result.kind === 'function' ? result : { ...result, kind: 'function' };
}
