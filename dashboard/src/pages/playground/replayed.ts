import type { Json } from '../../code/snippets.ts';
import {
  type Conversation,
  newConversation,
  newStep,
  type Prompt,
  type Round,
  type Step,
  type ToolCall,
} from './conversation.ts';
import { parameterKinds, parameters } from './request-body.ts';

type Members = Readonly<Record<string, Json>>;

/** `isWhole`: nothing of the request is missing on the page. */
export type Replayed = { readonly conversation: Conversation; readonly isWhole: boolean };

/** A logged call, in OpenAI's dialect, as a conversation that can be gone on from; what it was answered stands last. */
export function replayedOf(request: unknown, answer: unknown, model: string): Replayed | null {
  const body = membersOf(request);
  if (body === null || !Array.isArray(body['messages'])) return null;
  const system: string[] = [];
  const rounds: Round[] = [];
  let isWhole = true;
  for (const each of body['messages']) {
    const message = membersOf(each) ?? {};
    const role = message['role'];
    if (role === 'system' || role === 'developer') system.push(promptOf(message['content']).text);
    else if (role === 'user') rounds.push({ prompt: promptOf(message['content']), answers: [[]] });
    else if (role === 'tool') withLast(rounds, (steps) => answered(steps, message));
    else withLast(rounds, (steps) => [...steps, stepOf(message)]);
    isWhole = isWhole && isShown(message['content']);
  }
  const choices = membersOf(answer)?.['choices'];
  const said = membersOf(membersOf(Array.isArray(choices) ? choices[0] : null)?.['message']);
  if (said !== null) withLast(rounds, (steps) => [...steps, stepOf(said)]);
  const conversation = {
    ...newConversation,
    lanes: [model],
    system: system.join('\n\n'),
    rounds,
    parameters: typedOf(body),
  };
  return { conversation, isWhole };
}

/** An answer before anybody asked has a place as well. */
function withLast(rounds: Round[], change: (steps: readonly Step[]) => readonly Step[]): void {
  const last = rounds.pop() ?? { prompt: { text: '', images: [] }, answers: [[]] };
  rounds.push({ ...last, answers: [change(last.answers[0] ?? [])] });
}

function stepOf({ content, tool_calls: calls, reasoning_content: thoughts, reasoning }: Members): Step {
  const thought = thoughts ?? reasoning;
  return {
    ...newStep,
    state: 'done',
    text: promptOf(content).text,
    reasoning: typeof thought === 'string' ? thought : '',
    toolCalls: Array.isArray(calls) ? calls.flatMap(callOf) : [],
  };
}

function answered(steps: readonly Step[], { tool_call_id: id, content }: Members): readonly Step[] {
  const last = steps.at(-1);
  if (last === undefined || typeof id !== 'string') return steps;
  return [...steps.slice(0, -1), { ...last, results: { ...last.results, [id]: promptOf(content).text } }];
}

function callOf(call: Json): readonly ToolCall[] {
  const { id, function: asked } = membersOf(call) ?? {};
  const { name, arguments: given } = membersOf(asked) ?? {};
  if (typeof name !== 'string') return [];
  return [{ id: String(id), name, arguments: typeof given === 'string' ? given : JSON.stringify(given ?? {}) }];
}

function promptOf(content: Json | undefined): Prompt {
  if (typeof content === 'string') return { text: content, images: [] };
  const parts = (Array.isArray(content) ? content : []).map((part) => membersOf(part) ?? {});
  return {
    text: parts.flatMap(({ text }) => (typeof text === 'string' ? [text] : [])).join('\n'),
    images: parts.flatMap((part) => {
      const url = membersOf(part['image_url'])?.['url'];
      return typeof url === 'string' ? [url] : [];
    }),
  };
}

function isShown(content: Json | undefined): boolean {
  if (!Array.isArray(content)) return true;
  return content.every((part) => ['text', 'image_url'].includes(String(membersOf(part)?.['type'])));
}

const OF_THE_PAGE = new Set(['model', 'messages', 'stream', 'stream_options', 'further']);

/** As a person would have typed them; what the page has no field for is `further`. */
function typedOf(body: Members): Conversation['parameters'] {
  const typed = Object.fromEntries(
    parameters.flatMap((name) => {
      const value = name === 'further' ? undefined : body[name];
      if (value === undefined || value === null) return [];
      return [[name, parameterKinds[name] === 'json' && typeof value !== 'string' ? pretty(value) : String(value)]];
    }),
  );
  const others = Object.entries(body).filter(([name]) => !OF_THE_PAGE.has(name) && !(name in parameterKinds));
  return others.length === 0 ? typed : { ...typed, further: pretty(Object.fromEntries(others)) };
}

function pretty(value: Json): string {
  return JSON.stringify(value, null, 2);
}

function membersOf(value: unknown): Members | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : null;
}
