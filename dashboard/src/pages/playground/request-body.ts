import type { Json } from '../../code/snippets.ts';
import type { Conversation, Place, Prompt, Step } from './conversation.ts';

export type Body = Readonly<Record<string, Json>>;

/** How a parameter is typed, and how that is read. */
type Kind = 'number' | 'text' | 'json';

/** Every field of a request that the page offers, in the order in which they are sent. `further` is an object of any others. */
export const parameterKinds = {
  temperature: 'number',
  top_p: 'number',
  max_tokens: 'number',
  seed: 'number',
  frequency_penalty: 'number',
  presence_penalty: 'number',
  reasoning_effort: 'text',
  response_format: 'json',
  tools: 'json',
  tool_choice: 'json',
  further: 'json',
} as const satisfies Readonly<Record<string, Kind>>;

export type Parameter = keyof typeof parameterKinds;
export const parameters = Object.keys(parameterKinds) as readonly Parameter[];

/** What is wrong with a parameter as it was typed; null: nothing. */
export function faultOf(parameter: Parameter, typed: string): Kind | null {
  return typed.trim() === '' || readAs(parameter, typed) !== undefined ? null : parameterKinds[parameter];
}

function readAs(parameter: Parameter, typed: string): Json | undefined {
  const kind = parameterKinds[parameter];
  if (kind === 'text') return typed;
  try {
    const value = JSON.parse(typed) as Json;
    if (kind === 'number') return typeof value === 'number' ? value : undefined;
    if (parameter === 'tools') return Array.isArray(value) ? value : undefined;
    if (parameter === 'tool_choice') return value;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    // The words of `tool_choice` are written without quotes by most people.
    return parameter === 'tool_choice' && /^\w+$/.test(typed) ? typed : undefined;
  }
}

/** The request that asks the model of a lane to go on from its round. */
export function bodyOf(conversation: Conversation, { round, lane }: Place): Body {
  const before = conversation.rounds.slice(0, round + 1);
  const messages: Json[] = conversation.system === '' ? [] : [{ role: 'system', content: conversation.system }];
  for (const { prompt, answers } of before) {
    messages.push({ role: 'user', content: contentOf(prompt) }, ...(answers[lane] ?? []).flatMap(messagesOf));
  }
  return {
    model: conversation.lanes[lane] ?? '',
    messages,
    ...parametersOf(conversation.parameters),
    stream: true,
    stream_options: { include_usage: true },
  };
}

function parametersOf(typed: Conversation['parameters']): Body {
  const values: Record<string, Json> = {};
  for (const parameter of parameters) {
    const text = typed[parameter] ?? '';
    const value = text.trim() === '' ? undefined : readAs(parameter, text);
    if (value === undefined) continue;
    if (parameter === 'further') Object.assign(values, value);
    else values[parameter] = value;
  }
  return values;
}

function contentOf({ text, images }: Prompt): Json {
  if (images.length === 0) return text;
  return [
    ...(text === '' ? [] : [{ type: 'text', text }]),
    ...images.map((url) => ({ type: 'image_url', image_url: { url } })),
  ];
}

function messagesOf(step: Step): readonly Json[] {
  // What was refused, or is asked for right now, has said nothing.
  if (step.text === '' && step.toolCalls.length === 0) return [];
  if (step.toolCalls.length === 0) return [{ role: 'assistant', content: step.text }];
  const calls = step.toolCalls.map(({ id, name, arguments: given }) => ({
    id,
    type: 'function',
    function: { name, arguments: given },
  }));
  return [
    { role: 'assistant', content: step.text === '' ? null : step.text, tool_calls: calls },
    // A call without a result is refused by providers: what was not answered was answered with nothing.
    ...step.toolCalls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: step.results[id] ?? '' })),
  ];
}
