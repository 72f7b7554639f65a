import type { ChatRequest, ContentPart, ToolCallPart, ToolResultPart, Warning } from '../../src/inference/index.ts';
import { isJsonObject, type JsonObject } from '../../src/std/index.ts';
import { flatName, inputOf } from './told.ts';

/** What a request says that every upstream must be told. */
export type Essence = {
  readonly instructions: readonly string[];
  /** Of all turns in their order, without white space. */
  readonly texts: readonly string[];
  readonly calls: readonly (readonly [name: string, input: string])[];
  /** Each with the place of its call among the calls. */
  readonly results: readonly (readonly [call: number, text: string])[];
  /** Those that may be called, with their schemas. */
  readonly tools: ReadonlyMap<string, JsonObject | null>;
};

export function essenceOf(request: ChatRequest): Essence {
  const { messages } = request;
  const parts = messages.flatMap(({ role, content }) => content.map((part: ContentPart) => ({ role, part })));
  const calls = parts.flatMap(({ part }) => (part.type === 'tool-call' ? [part] : []));
  const results = parts.flatMap(({ part }) => (part.type === 'tool-result' ? [part] : []));
  const textsOf = (isWanted: (role: string) => boolean): readonly string[] =>
    parts
      .flatMap(({ role, part }) => (part.type === 'text' && isWanted(role) ? [bare(part.text)] : []))
      .filter(Boolean);
  return {
    instructions: textsOf((role) => role === 'system'),
    texts: textsOf((role) => role !== 'system'),
    calls: calls.map((call) => [flatName(call), bare(JSON.stringify(argumentsOf(call)))]),
    results: results.map((result) => [callOf(calls, result), resultText(result)]),
    tools: new Map(
      usableTools(request).map((tool) => [flatName(tool), tool.type === 'function' ? tool.parameters : null]),
    ),
  };
}

type OwnTool = Exclude<ChatRequest['tools'][number], { readonly type: 'server' }>;

/** Dialects without such a choice are offered those tools alone. */
function usableTools({ tools, toolChoice }: ChatRequest): readonly OwnTool[] {
  return tools.flatMap((tool): OwnTool[] => (tool.type !== 'server' && isUsable(tool, toolChoice) ? [tool] : []));
}

function isUsable({ name }: OwnTool, choice: ChatRequest['toolChoice']): boolean {
  if (choice?.type === 'tool') return choice.name === name;
  return choice?.type === 'allowed' ? choice.names.includes(name) : choice?.type !== 'none';
}

function mustCall({ toolChoice }: ChatRequest): boolean {
  if (toolChoice?.type === 'allowed') return toolChoice.mode === 'required';
  return toolChoice?.type === 'required' || toolChoice?.type === 'tool';
}

/** Where an object is wanted, text that is none goes under `input`. */
function argumentsOf({ input }: ToolCallPart): unknown {
  const parsed = inputOf(input);
  return isJsonObject(parsed) ? parsed : { input: parsed };
}

function callOf(calls: readonly ToolCallPart[], { callId }: ToolResultPart): number {
  return calls.findLastIndex(({ id }) => id === callId);
}

/** An empty object says as much as no text. */
function resultText({ content }: ToolResultPart): string {
  const text = bare(content.map((part) => (part.type === 'text' ? part.text : '')).join(''));
  return text === '{}' ? '' : text;
}

function bare(text: string): string {
  return text.replace(/\s+/g, '');
}

/** Wishes that an upstream is told or a warning names; null: not wished. */
const WISHES: Readonly<Record<string, (request: ChatRequest) => unknown>> = {
  // 1 is what all have for it; a Claude that thinks has no other.
  'sampling.temperature': ({ sampling }) => (sampling.temperature === 1 ? null : sampling.temperature),
  'sampling.topP': ({ sampling }) => sampling.topP,
  'sampling.topK': ({ sampling }) => sampling.topK,
  'sampling.presencePenalty': ({ sampling }) => sampling.presencePenalty,
  'sampling.frequencyPenalty': ({ sampling }) => sampling.frequencyPenalty,
  'sampling.seed': ({ sampling }) => sampling.seed,
  'sampling.stop': ({ sampling }) => (sampling.stop.length === 0 ? null : sampling.stop),
  'sampling.n': ({ sampling }) => (sampling.n === 1 ? null : sampling.n),
  maxOutputTokens: ({ maxOutputTokens }) => maxOutputTokens,
  output: ({ output }) => (output.type === 'text' ? null : output.type),
  toolChoice: (request) => (usableTools(request).length > 0 && mustCall(request) ? 'required' : null),
};

/** Wishes that neither came through nor are named by a warning. */
export function silentlyLost(asked: ChatRequest, told: ChatRequest, warnings: readonly Warning[]): readonly string[] {
  return Object.entries(WISHES).flatMap(([name, read]) => {
    const wish = read(asked);
    if (wish === null || JSON.stringify(wish) === JSON.stringify(read(told))) return [];
    return warnings.some(({ field }) => field === name) ? [] : [name];
  });
}
