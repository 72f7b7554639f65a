import type { JsonObject } from '../../../src/std/index.ts';
import { type Asked, type Said, SEAL, TOKENS } from '../scenario.ts';
import { object, objects, text, textOf, textsOf } from './read.ts';
import { halves, namedEvents, type ScriptedDialect } from './scripted-dialect.ts';

const CALL_ID = 'call_Rz7marmalade';

function read(path: string, body: JsonObject): Omit<Asked, 'number'> {
  const items = objects(body['input']);
  const ofType = (type: string): readonly JsonObject[] => items.filter((item) => item['type'] === type);
  const format = object(object(body['text'])['format']);
  return {
    path,
    model: text(body['model']),
    stream: body['stream'] === true,
    tools: textsOf(objects(body['tools']).map(({ name }) => name)),
    calls: textsOf(ofType('function_call').map((item) => item['call_id'])),
    results: ofType('function_call_output').map((item) => ({
      id: text(item['call_id']),
      text: textOf(item['output']),
    })),
    seals: textsOf(ofType('reasoning').map((item) => item['encrypted_content'])),
    userText: items
      .filter(({ role }) => role === 'user')
      .map(({ content }) => textOf(content))
      .join('\n'),
    schema: format['schema'] ?? null,
    body,
  };
}

function write(said: Said, { stream, model, number }: Asked): { type: string; body: string } {
  const items = itemsOf(said, number);
  const response = {
    id: `resp_marmalade${number}`,
    object: 'response',
    created_at: 1_800_000_000,
    model,
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    parallel_tool_calls: true,
    tool_choice: 'auto',
    tools: [],
    store: false,
  };
  const completed = { ...response, status: 'completed', output: items.map(({ whole }) => whole), usage: USAGE };
  if (!stream) return { type: 'application/json', body: JSON.stringify(completed) };
  const started = { ...response, status: 'in_progress', output: [], usage: null };
  const events = [
    { type: 'response.created', response: started },
    { type: 'response.in_progress', response: started },
    ...items.flatMap(({ begun, whole, events: within }, index) => [
      { type: 'response.output_item.added', output_index: index, item: begun },
      ...within.map((event) => ({ ...event, output_index: index, item_id: begun['id'] })),
      { type: 'response.output_item.done', output_index: index, item: whole },
    ]),
    { type: 'response.completed', response: completed },
  ].map((event, number) => ({ ...event, sequence_number: number }));
  return { type: 'text/event-stream; charset=utf-8', body: namedEvents(events) };
}

const USAGE = {
  input_tokens: TOKENS.input,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: TOKENS.output,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: TOKENS.input + TOKENS.output,
};

type Item = { readonly begun: JsonObject; readonly whole: JsonObject; readonly events: readonly JsonObject[] };

function itemsOf({ thought, text: answer, call }: Said, number: number): readonly Item[] {
  return [
    ...(thought === null ? [] : [reasoning(thought)]),
    message(answer, number),
    ...(call === null ? [] : [functionCall(call)]),
  ];
}

function reasoning(thought: string): Item {
  const item = { id: 'rs_marmalade', type: 'reasoning' };
  const at = { summary_index: 0 };
  return {
    begun: { ...item, summary: [], encrypted_content: '' },
    whole: { ...item, summary: [{ type: 'summary_text', text: thought }], encrypted_content: SEAL },
    events: [
      { type: 'response.reasoning_summary_part.added', ...at, part: { type: 'summary_text', text: '' } },
      ...halves(thought).map((delta) => ({ type: 'response.reasoning_summary_text.delta', ...at, delta })),
      { type: 'response.reasoning_summary_text.done', ...at, text: thought },
      { type: 'response.reasoning_summary_part.done', ...at, part: { type: 'summary_text', text: thought } },
    ],
  };
}

function message(answer: string, number: number): Item {
  const item = { id: `msg_marmalade${number}`, type: 'message', role: 'assistant' };
  const part = (said: string): JsonObject => ({ type: 'output_text', annotations: [], logprobs: [], text: said });
  const at = { content_index: 0 };
  return {
    begun: { ...item, status: 'in_progress', content: [] },
    whole: { ...item, status: 'completed', content: [part(answer)] },
    events: [
      { type: 'response.content_part.added', ...at, part: part('') },
      ...halves(answer).map((delta) => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })),
      { type: 'response.output_text.done', ...at, text: answer, logprobs: [] },
      { type: 'response.content_part.done', ...at, part: part(answer) },
    ],
  };
}

function functionCall({ name, input }: NonNullable<Said['call']>): Item {
  const item = { id: 'fc_marmalade', type: 'function_call', call_id: CALL_ID, name };
  const whole = JSON.stringify(input);
  return {
    begun: { ...item, arguments: '', status: 'in_progress' },
    whole: { ...item, arguments: whole, status: 'completed' },
    events: [
      ...halves(whole).map((delta) => ({ type: 'response.function_call_arguments.delta', delta })),
      { type: 'response.function_call_arguments.done', arguments: whole },
    ],
  };
}

export const openAiResponses: ScriptedDialect = {
  name: 'OpenAI Responses',
  provider: 'openai',
  basePath: '/v1',
  path: /^\/v1\/responses$/,
  seals: 'thought',
  speaks: 'openai-responses',
  callId: () => CALL_ID,
  read,
  write,
};
