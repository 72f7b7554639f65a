import type { JsonObject } from '../../../src/std/index.ts';
import { type Asked, type Said, SEAL, TOKENS } from '../scenario.ts';
import { object, objects, text, textOf, textsOf } from './read.ts';
import { halves, namedEvents, type ScriptedDialect } from './scripted-dialect.ts';

const CALL_ID = 'toolu_01Yx1Qh0marmalade';

function read(path: string, body: JsonObject): Omit<Asked, 'number'> {
  const messages = objects(body['messages']);
  const blocks = messages.flatMap(({ content }) => objects(content));
  const ofType = (type: string): readonly JsonObject[] => blocks.filter((block) => block['type'] === type);
  const format = object(object(body['output_config'])['format'] ?? body['output_format']);
  return {
    path,
    model: text(body['model']),
    stream: body['stream'] === true,
    tools: textsOf(objects(body['tools']).map(({ name }) => name)),
    calls: textsOf(ofType('tool_use').map(({ id }) => id)),
    results: ofType('tool_result').map((block) => ({ id: text(block['tool_use_id']), text: textOf(block['content']) })),
    seals: textsOf(ofType('thinking').map(({ signature }) => signature)),
    userText: messages
      .filter(({ role }) => role === 'user')
      .map(({ content }) => textOf(content))
      .join('\n'),
    schema: format['schema'] ?? null,
    body,
  };
}

function write(said: Said, { stream, model, number }: Asked): { type: string; body: string } {
  const head = { id: `msg_01marmalade${number}`, type: 'message', role: 'assistant', model };
  const stop = { stop_reason: said.call === null ? 'end_turn' : 'tool_use', stop_sequence: null };
  const usage = { input_tokens: TOKENS.input, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
  if (!stream) {
    const content = blocksOf(said).map(({ whole }) => whole);
    const message = { ...head, content, ...stop, usage: { ...usage, output_tokens: TOKENS.output } };
    return { type: 'application/json', body: JSON.stringify(message) };
  }
  const opening = {
    ...head,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...usage, output_tokens: 1 },
  };
  const events = [
    { type: 'message_start', message: opening },
    ...blocksOf(said).flatMap(({ start, deltas }, index) => [
      { type: 'content_block_start', index, content_block: start },
      ...(index === 0 ? [{ type: 'ping' }] : []),
      ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
      { type: 'content_block_stop', index },
    ]),
    { type: 'message_delta', delta: stop, usage: { ...usage, output_tokens: TOKENS.output } },
    { type: 'message_stop' },
  ];
  return { type: 'text/event-stream; charset=utf-8', body: namedEvents(events) };
}

type Block = { readonly whole: object; readonly start: object; readonly deltas: readonly object[] };

function blocksOf({ thought, text: answer, call }: Said): readonly Block[] {
  return [
    ...(thought === null ? [] : [thinking(thought)]),
    {
      whole: { type: 'text', text: answer },
      start: { type: 'text', text: '' },
      deltas: halves(answer).map((piece) => ({ type: 'text_delta', text: piece })),
    },
    ...(call === null ? [] : [toolUse(call)]),
  ];
}

function thinking(thought: string): Block {
  return {
    whole: { type: 'thinking', thinking: thought, signature: SEAL },
    start: { type: 'thinking', thinking: '', signature: '' },
    deltas: [
      ...halves(thought).map((piece) => ({ type: 'thinking_delta', thinking: piece })),
      { type: 'signature_delta', signature: SEAL },
    ],
  };
}

function toolUse({ name, input }: NonNullable<Said['call']>): Block {
  return {
    whole: { type: 'tool_use', id: CALL_ID, name, input },
    start: { type: 'tool_use', id: CALL_ID, name, input: {} },
    deltas: ['', ...halves(JSON.stringify(input))].map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
  };
}

export const anthropicMessages: ScriptedDialect = {
  name: 'Anthropic',
  provider: 'anthropic',
  basePath: '',
  path: /^\/v1\/messages(?:\?beta=true)?$/,
  seals: 'thought',
  speaks: 'anthropic-messages',
  callId: () => CALL_ID,
  read,
  write,
};
