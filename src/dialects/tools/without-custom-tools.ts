import type {
  ChatRequest,
  ContentPart,
  CustomTool,
  FunctionTool,
  Message,
  ServerTool,
  Tool,
  ToolCallPart,
  ToolChoice,
  ToolResultPart,
  Warning,
} from '../../inference/index.ts';
import type { CalledTool, RenamedTools } from '../dialect.ts';
import { isSendable, type NameRule, sentToolNames } from './tool-name.ts';

type Named = Pick<CalledTool, 'name' | 'namespace'>;

/** A request whose tools, calls and results are functions. */
export type FunctionsRequest = Omit<ChatRequest, 'tools'> & { readonly tools: readonly (FunctionTool | ServerTool)[] };

/** A request as a dialect can say it, and what was made of its tools. */
export type SendableTools<Request> = {
  readonly request: Request;
  /** For `EncodedRequest`: there only if it tells anything. */
  readonly renaming: { readonly renamed?: RenamedTools };
  readonly warnings: readonly Warning[];
};

/**
 * The same request for a dialect that has neither custom tools nor namespaces: each custom tool is a function with one
 * string `input`, its grammar told in words; a tool within a namespace bears both names in one, and names are as the
 * rule wants them. Calls, results and the choice follow. `restoreCalls` and `restoringCalls` are the way back. A
 * request that is so already stays the same object.
 */
export function withoutCustomTools(request: ChatRequest, rule: NameRule): SendableTools<FunctionsRequest> {
  if (isPlain(request, rule)) return unchanged(request);
  const sending = openSending(request, rule, false);
  const hasGrammar = request.tools.some((tool) => tool.type === 'custom' && tool.grammar !== null);
  const tools = request.tools.map((tool) => (tool.type === 'server' ? tool : functionOf(tool, sending)));
  return changed(request, tools, sending, hasGrammar ? [GRAMMAR_IN_WORDS] : []);
}

/** The same for a dialect that has custom tools, and no namespaces. */
export function withoutNamespaces(request: ChatRequest, rule: NameRule): SendableTools<ChatRequest> {
  if (isPlain(request, rule)) return unchanged(request);
  const sending = openSending(request, rule, true);
  const tools = request.tools.map((tool) =>
    tool.type === 'server' ? tool : { ...tool, name: sentName(tool, tool.type, sending), namespace: null },
  );
  return changed(request, tools, sending, []);
}

const GRAMMAR_IN_WORDS: Warning = {
  field: 'tools.format',
  message: 'The upstream knows no grammars: they stand in the descriptions of their tools.',
};

function isPlain(request: ChatRequest, rule: NameRule): request is ChatRequest & FunctionsRequest {
  return (
    request.tools.every((tool) => tool.type === 'server' || (tool.type === 'function' && isSendable(tool, rule))) &&
    request.messages.every((message) => message.content.every((part) => isPlainPart(part, rule)))
  );
}

function isPlainPart(part: ContentPart, rule: NameRule): boolean {
  if (part.type === 'tool-call') return part.kind === 'function' && isSendable(part, rule);
  return part.type !== 'tool-result' || part.kind === 'function';
}

function unchanged<Request>(request: Request): SendableTools<Request> {
  return { request, renaming: {}, warnings: [] };
}

/** `tools`: with their names already, so that those of the history come after them. */
function changed<Sent extends Tool>(
  request: ChatRequest,
  tools: readonly Sent[],
  sending: Sending,
  warnings: readonly Warning[],
): SendableTools<Omit<ChatRequest, 'tools'> & { readonly tools: readonly Sent[] }> {
  const toolChoice = choiceOf(request.toolChoice, sending);
  const messages = request.messages.map((message) => messageOf(message, sending));
  const { renamed } = sending;
  return {
    request: { ...request, tools, toolChoice, messages },
    renaming: renamed.size === 0 ? {} : { renamed },
    warnings,
  };
}

type Sending = {
  readonly keepsCustom: boolean;
  readonly nameOf: (tool: Named) => string;
  readonly ownTools: readonly (FunctionTool | CustomTool)[];
  readonly renamed: Map<string, CalledTool>;
};

function openSending({ tools }: ChatRequest, rule: NameRule, keepsCustom: boolean): Sending {
  const ownTools = tools.filter((tool) => tool.type !== 'server');
  return { keepsCustom, nameOf: sentToolNames(ownTools, rule), ownTools, renamed: new Map() };
}

/** What is called otherwise upstream, or as another kind, is remembered. */
function sentName(tool: Named, kind: CalledTool['kind'], { keepsCustom, nameOf, renamed }: Sending): string {
  const { name, namespace } = tool;
  const sent = nameOf(tool);
  const isChanged = sent !== name || namespace !== null || (kind === 'custom' && !keepsCustom);
  if (isChanged && !renamed.has(sent)) renamed.set(sent, { name, namespace, kind });
  return sent;
}

const INPUT_SCHEMA = { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] } as const;

function functionOf(tool: FunctionTool | CustomTool, sending: Sending): FunctionTool {
  const name = sentName(tool, tool.type, sending);
  if (tool.type === 'function') return { ...tool, name, namespace: null };
  const cache = tool.cache === undefined ? {} : { cache: tool.cache };
  const described = { description: describe(tool), parameters: INPUT_SCHEMA, strict: null };
  return { type: 'function', name, namespace: null, ...described, ...cache };
}

function describe({ description, grammar }: CustomTool): string {
  const wanted =
    grammar === null
      ? '`input` is free text.'
      : `\`input\` must match this ${grammar.syntax === 'lark' ? 'Lark grammar' : 'regular expression'}:\n${grammar.definition}`;
  return description === null || description === '' ? wanted : `${description}\n\n${wanted}`;
}

function choiceOf(choice: ToolChoice | null, sending: Sending): ToolChoice | null {
  if (choice?.type === 'tool') return { ...choice, name: namesMeant(choice.name, sending)[0] ?? choice.name };
  if (choice?.type !== 'allowed') return choice;
  return { ...choice, names: choice.names.flatMap((name) => namesMeant(name, sending)) };
}

/** A choice names no namespace: the tools that bear the name are meant, one without a namespace before all others. */
function namesMeant(name: string, { ownTools, nameOf }: Sending): readonly string[] {
  const bearers = ownTools.filter((tool) => tool.name === name);
  if (bearers.length === 0) return [name];
  return bearers.toSorted((a, b) => Number(a.namespace !== null) - Number(b.namespace !== null)).map(nameOf);
}

function messageOf(message: Message, sending: Sending): Message {
  if (message.role === 'tool')
    return { ...message, content: message.content.map((result) => resultOf(result, sending)) };
  if (message.role !== 'assistant') return message;
  const content = message.content.map((part) => (part.type === 'tool-call' ? callOf(part, sending) : part));
  return { ...message, content };
}

function callOf(call: ToolCallPart, sending: Sending): ToolCallPart {
  const name = sentName(call, call.kind, sending);
  const renamed = { ...call, name, namespace: null };
  if (call.kind === 'function' || sending.keepsCustom) return renamed;
  return { ...renamed, kind: 'function', input: JSON.stringify({ input: call.input }) };
}

function resultOf(result: ToolResultPart, sending: Sending): ToolResultPart {
  const name = result.name === null ? null : (namesMeant(result.name, sending)[0] ?? null);
  return { ...result, name, kind: sending.keepsCustom ? result.kind : 'function' };
}
