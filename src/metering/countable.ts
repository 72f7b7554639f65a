import type { ChatRequest, ContentPart, CustomTool, FunctionTool, Message, Tool } from '../inference/index.ts';
import { audioTokens, fileTokens, imageTokens, videoTokens } from './media-tokens.ts';

/** What of a request a tokenizer has to count, and what is known without one. */
export type Countable = {
  readonly texts: readonly string[];
  /** Tokens of everything that is not text. */
  readonly tokens: number;
};

// OpenAI's cookbook, "How to count tokens with tiktoken": three tokens frame a message, one more its name, and three
// begin the answer. A function has seven before it and the list twelve behind it; its schema is counted as the JSON it
// came as, which is somewhat more than the declaration that it is made into.
const MESSAGE = 3;
const NAME = 1;
const ANSWER = 3;
const TOOL = 7;
const TOOLS = 12;
/** A call or a result within a turn is framed like a turn of its own. */
const BLOCK = 3;

/**
 * Takes a request apart. Every text that it holds is in `texts`, so the count is never below that of the exact text.
 * Not counted: seals and hidden thoughts (no tokenizer of ours reads them), settings such as the temperature.
 */
export function countable({ messages, tools, output }: Pick<ChatRequest, 'messages' | 'tools' | 'output'>): Countable {
  const count = new Count();
  count.add(ANSWER);
  for (const message of messages) countMessage(message, count);
  if (tools.length > 0) count.add(TOOLS);
  for (const tool of tools) countTool(tool, count);
  if (output.type === 'json-schema') {
    count.text(JSON.stringify(output.schema));
    count.text(output.name ?? '');
    count.text(output.description ?? '');
  }
  return count;
}

/** A class, because a request of an agent has hundreds of blocks: one list grows instead of as many being joined. */
class Count implements Countable {
  readonly texts: string[] = [];
  tokens = 0;

  text(text: string): void {
    if (text !== '') this.texts.push(text);
  }

  add(tokens: number): void {
    this.tokens += tokens;
  }
}

function countMessage(message: Message, count: Count): void {
  count.add(MESSAGE);
  count.text(message.role);
  if ('name' in message && message.name !== null) {
    count.add(NAME);
    count.text(message.name);
  }
  for (const part of message.content) countPart(part, count);
}

function countPart(part: ContentPart, count: Count): void {
  if (part.type === 'tool-result') for (const inner of part.content) countPart(inner, count);
  for (const text of textsOf(part)) count.text(text);
  count.add(tokensOf(part));
  if (part.type !== 'file') return;
  const { text, tokens } = fileTokens(part);
  count.text(text);
  count.add(tokens);
}

function textsOf(part: ContentPart): readonly string[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
    case 'reasoning':
      return [part.text];
    case 'tool-call':
      return [part.name, part.input];
    case 'opaque':
      return [JSON.stringify(part.raw)];
    case 'file':
      return [part.name ?? ''];
    case 'audio':
      return [part.transcript ?? ''];
    default:
      return [];
  }
}

function tokensOf(part: ContentPart): number {
  switch (part.type) {
    case 'image':
      return imageTokens(part);
    case 'video':
      return videoTokens(part);
    case 'audio':
      // What a model spoke comes back to it as what it said.
      return part.transcript === null ? audioTokens(part) : 0;
    case 'tool-call':
    case 'tool-result':
      return BLOCK;
    default:
      return 0;
  }
}

function countTool(tool: Tool, count: Count): void {
  count.add(TOOL);
  if (tool.type === 'server') count.text(JSON.stringify(tool.raw));
  else for (const text of [tool.namespace, tool.name, tool.description, takes(tool)]) count.text(text ?? '');
}

function takes(tool: FunctionTool | CustomTool): string | null {
  if (tool.type === 'custom') return tool.grammar?.definition ?? null;
  return tool.parameters === null ? null : JSON.stringify(tool.parameters);
}
