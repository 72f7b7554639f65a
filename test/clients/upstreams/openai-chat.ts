import type { JsonObject } from '../../../src/std/index.ts';
import { type Asked, type Said, TOKENS } from '../scenario.ts';
import { object, objects, text, textOf, textsOf } from './read.ts';
import { halves, type ScriptedDialect } from './scripted-dialect.ts';

const CALL_ID = 'call_Yx1Qh0marmalade';
const USAGE = {
  prompt_tokens: TOKENS.input,
  completion_tokens: TOKENS.output,
  total_tokens: TOKENS.input + TOKENS.output,
};

function read(path: string, body: JsonObject): Omit<Asked, 'number'> {
  const messages = objects(body['messages']);
  const format = object(body['response_format']);
  return {
    path,
    model: text(body['model']),
    stream: body['stream'] === true,
    tools: textsOf(objects(body['tools']).map((tool) => object(tool['function'])['name'])),
    calls: textsOf(messages.flatMap((message) => objects(message['tool_calls']).map((call) => call['id']))),
    results: messages
      .filter(({ role }) => role === 'tool')
      .map((message) => ({ id: text(message['tool_call_id']), text: textOf(message['content']) })),
    seals: [],
    userText: messages
      .filter(({ role }) => role === 'user')
      .map(({ content }) => textOf(content))
      .join('\n'),
    schema: object(format['json_schema'])['schema'] ?? null,
    body,
  };
}

/** Thoughts go under the name that most servers of open models use; OpenAI itself shows none. */
function write(said: Said, { stream, model, number }: Asked): { type: string; body: string } {
  const head = { id: `chatcmpl-${number}`, created: 1_800_000_000, model };
  const finish = said.call === null ? 'stop' : 'tool_calls';
  if (!stream) {
    const message = {
      role: 'assistant',
      content: said.text,
      ...(said.call === null ? {} : { tool_calls: [whole(said.call)] }),
    };
    const choices = [{ index: 0, message, finish_reason: finish }];
    return {
      type: 'application/json',
      body: JSON.stringify({ ...head, object: 'chat.completion', choices, usage: USAGE }),
    };
  }
  const deltas: object[] = [
    { role: 'assistant', content: '' },
    ...(said.thought === null ? [] : halves(said.thought).map((piece) => ({ reasoning_content: piece }))),
    ...halves(said.text).map((piece) => ({ content: piece })),
    ...(said.call === null ? [] : callDeltas(said.call)),
  ];
  const events = [
    ...deltas.map((delta) => ({ choices: [{ index: 0, delta, finish_reason: null }] })),
    { choices: [{ index: 0, delta: {}, finish_reason: finish }] },
    { choices: [], usage: USAGE },
  ].map((event) => `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...event })}\n\n`);
  return { type: 'text/event-stream; charset=utf-8', body: `${events.join('')}data: [DONE]\n\n` };
}

function whole({ name, input }: NonNullable<Said['call']>): object {
  return { id: CALL_ID, type: 'function', function: { name, arguments: JSON.stringify(input) } };
}

function callDeltas({ name, input }: NonNullable<Said['call']>): readonly object[] {
  return [
    { tool_calls: [{ index: 0, id: CALL_ID, type: 'function', function: { name, arguments: '' } }] },
    ...halves(JSON.stringify(input)).map((piece) => ({ tool_calls: [{ index: 0, function: { arguments: piece } }] })),
  ];
}

export const openAiChat: ScriptedDialect = {
  name: 'OpenAI chat',
  provider: 'openai-compatible',
  basePath: '/v1',
  path: /^\/v1\/chat\/completions$/,
  seals: null,
  speaks: 'openai-chat',
  callId: () => CALL_ID,
  read,
  write,
};
