import type { ChatRequest, ContentPart, Message, Tool, ToolChoice } from '../../inference/index.ts';
import type { RenamedTools } from './called-tools.ts';
import { type NameRule, noNames, type SentNames, sentToolName } from './tool-name.ts';

/** Cohere and Ollama name no rule of their own; OpenAI's is the narrowest. */
const NAMES: NameRule = { odd: /[^a-zA-Z0-9_-]/g, most: 64 };

/** A request for an upstream that has no namespaces: tools in one, and their calls, go by both names as one. */
export function withFlatTools(asked: ChatRequest): {
  readonly request: ChatRequest;
  readonly renamed: RenamedTools | null;
} {
  if (!asked.tools.some(isInNamespace) && !asked.messages.some(callsIntoNamespace)) {
    return { request: asked, renamed: null };
  }
  const names = noNames();
  for (const { name } of asked.tools.filter((tool) => !isInNamespace(tool))) names.taken.set(name, 0);
  const tools = asked.tools.map((tool) => flatTool(tool, names));
  const messages = asked.messages.map((message) => flatTurn(message, names));
  const toolChoice = flatChoice(asked.toolChoice, names.renamed);
  return { request: { ...asked, tools, messages, toolChoice }, renamed: names.renamed };
}

function isInNamespace(tool: Tool): boolean {
  return tool.type !== 'server' && tool.namespace !== null;
}

function callsIntoNamespace({ content }: Message): boolean {
  return content.some((part: ContentPart) => part.type === 'tool-call' && part.namespace !== null);
}

function flatTool(tool: Tool, names: SentNames): Tool {
  if (tool.type === 'server' || tool.namespace === null) return tool;
  const { name, namespace, type } = tool;
  return { ...tool, name: sentToolName(names, { name, namespace, kind: type }, NAMES), namespace: null };
}

function flatTurn(message: Message, names: SentNames): Message {
  if (message.role !== 'assistant') return message;
  return { ...message, content: message.content.map((part) => flatCall(part, names)) };
}

function flatCall(part: ContentPart, names: SentNames): ContentPart {
  if (part.type !== 'tool-call' || part.namespace === null) return part;
  const { name, namespace, kind } = part;
  return { ...part, name: sentToolName(names, { name, namespace, kind }, NAMES), namespace: null };
}

/** A choice names no namespace: the tool that bears the name is meant. */
function flatChoice(choice: ToolChoice | null, renamed: RenamedTools): ToolChoice | null {
  const sent = (name: string): string => Array.from(renamed).find(([, tool]) => tool.name === name)?.[0] ?? name;
  if (choice?.type === 'tool') return { ...choice, name: sent(choice.name) };
  return choice?.type === 'allowed' ? { ...choice, names: choice.names.map(sent) } : choice;
}
