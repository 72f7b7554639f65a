import type { JsonObject } from '../../../src/std/index.ts';
import { EVENT_STREAM, eventStream, REGION } from '../../support/bedrock-upstream.ts';
import { type Asked, type Said, SEAL, TOKENS } from '../scenario.ts';
import { object, objects, text, textOf, textsOf } from './read.ts';
import { halves, type ScriptedDialect } from './scripted-dialect.ts';

const CALL_ID = 'tooluse_Yx1Qh0marmalade';
const ROLE = { role: 'assistant' };
const METRICS = { metrics: { latencyMs: 972 } };
const USAGE = {
  usage: {
    inputTokens: TOKENS.input,
    outputTokens: TOKENS.output,
    totalTokens: TOKENS.input + TOKENS.output,
  },
};

function read(path: string, body: JsonObject): Omit<Asked, 'number'> {
  const messages = objects(body['messages']);
  const blocks = messages.flatMap(({ content }) => objects(content));
  const within = (name: string): readonly JsonObject[] =>
    blocks.filter((block) => block[name] !== undefined).map((block) => object(block[name]));
  const tools = objects(object(body['toolConfig'])['tools']).map((tool) => object(tool['toolSpec']));
  return {
    path,
    model: decodeURIComponent(path.split('/')[2] ?? ''),
    stream: path.endsWith('/converse-stream'),
    tools: textsOf(tools.map(({ name }) => name)),
    calls: textsOf(within('toolUse').map(({ toolUseId }) => toolUseId)),
    results: within('toolResult').map((result) => ({
      id: text(result['toolUseId']),
      text: textOf(result['content']) + JSON.stringify(result['content']),
    })),
    seals: textsOf(within('reasoningContent').map((thought) => object(thought['reasoningText'])['signature'])),
    userText: messages
      .filter(({ role }) => role === 'user')
      .map(({ content }) => textOf(content))
      .join('\n'),
    schema: null,
    body,
  };
}

function write(said: Said, { stream }: Asked): { type: string; body: string | Buffer } {
  const blocks = blocksOf(said);
  const stop = { stopReason: said.call === null ? 'end_turn' : 'tool_use' };
  if (!stream) {
    const output = { message: { ...ROLE, content: blocks.map(({ whole }) => whole) } };
    return { type: 'application/json', body: JSON.stringify({ output, ...stop, ...USAGE, ...METRICS }) };
  }
  const body = eventStream([
    ['messageStart', ROLE],
    ...blocks.flatMap(({ start, deltas }, contentBlockIndex) => [
      ...(start === null ? [] : [['contentBlockStart', { contentBlockIndex, start }] as const]),
      ...deltas.map((delta) => ['contentBlockDelta', { contentBlockIndex, delta }] as const),
      ['contentBlockStop', { contentBlockIndex }] as const,
    ]),
    ['messageStop', stop],
    ['metadata', { ...USAGE, ...METRICS }],
  ]);
  return { type: EVENT_STREAM, body };
}

/** Only calls have a beginning of their own. */
type Block = { readonly whole: object; readonly start: object | null; readonly deltas: readonly object[] };

function blocksOf({ thought, text: answer, call }: Said): readonly Block[] {
  return [
    ...(thought === null ? [] : [reasoning(thought)]),
    { whole: { text: answer }, start: null, deltas: halves(answer).map((piece) => ({ text: piece })) },
    ...(call === null ? [] : [toolUse(call)]),
  ];
}

function reasoning(thought: string): Block {
  return {
    whole: { reasoningContent: { reasoningText: { text: thought, signature: SEAL } } },
    start: null,
    deltas: [...halves(thought).map((piece) => ({ text: piece })), { signature: SEAL }].map((reasoningContent) => ({
      reasoningContent,
    })),
  };
}

function toolUse({ name, input }: NonNullable<Said['call']>): Block {
  const toolUseId = CALL_ID;
  return {
    whole: { toolUse: { toolUseId, name, input } },
    start: { toolUse: { toolUseId, name } },
    deltas: halves(JSON.stringify(input)).map((piece) => ({ toolUse: { input: piece } })),
  };
}

export const bedrockConverse: ScriptedDialect = {
  name: 'Bedrock',
  provider: 'bedrock',
  settings: { region: REGION },
  basePath: '',
  path: /^\/model\/[^/]+\/converse(?:-stream)?$/,
  seals: 'thought',
  speaks: 'bedrock-converse',
  callId: () => CALL_ID,
  read,
  write,
};
