import { type Dialect, openFramer, readFrame, splitFrames, streamOfResponse } from '../src/dialects/index.ts';
import type { ChatRequest, ChatResponse, DialectId, StreamPart } from '../src/inference/index.ts';
import { noUsage } from '../src/inference/index.ts';
import { dialects } from '../test/support/dialects.ts';
import { agentRequest } from './agent-request.ts';
import { microseconds } from './microseconds.ts';
import { pseudoWords } from './pseudo-words.ts';

const UPSTREAMS = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'gemini-generate',
  'bedrock-converse',
  'cohere-chat',
  'ollama-chat',
] as const satisfies readonly DialectId[];
const CLIENTS = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'] as const;
const CHUNKS = 400;
const CHUNK_LETTERS = 12;

function chatOf({ id, chat }: Dialect): NonNullable<Dialect['chat']> {
  if (chat === null) throw new Error(`${id} translates no chats`);
  return chat;
}

/** A request that came in as Claude Code's, in each dialect: read, decoded, encoded, written. */
function requestRows(): readonly (readonly string[])[] {
  const request = agentRequest();
  const anthropic = dialects['anthropic-messages'];
  const bytes = Buffer.from(JSON.stringify(request));
  const address = { model: null, stream: null, framing: 'sse' } as const;
  const baseline = microseconds(() => JSON.stringify(JSON.parse(bytes.toString())));
  const row = (name: string, us: number): readonly string[] => [name, us.toFixed(0), (us / baseline).toFixed(2)];
  const received = anthropic.readRequest(bytes, address);
  const decoded = chatOf(anthropic).decodeRequest(received);
  const whole = (id: DialectId): number =>
    microseconds(() => {
      const wanted = chatOf(anthropic).decodeRequest(anthropic.readRequest(bytes, address));
      return Buffer.from(JSON.stringify(chatOf(dialects[id]).encodeRequest(wanted, targetOf(wanted)).body));
    });
  return [
    row(`JSON.parse + JSON.stringify of ${(bytes.length / 1_000).toFixed(1)} kB`, baseline),
    row(
      'read (also where bytes pass)',
      microseconds(() => anthropic.readRequest(bytes, address)),
    ),
    row(
      'decode',
      microseconds(() => chatOf(anthropic).decodeRequest(received)),
    ),
    ...UPSTREAMS.map((id) =>
      row(
        `encode: ${id}`,
        microseconds(() => chatOf(dialects[id]).encodeRequest(decoded, targetOf(decoded))),
      ),
    ),
    ...UPSTREAMS.map((id) => row(`whole: ${id}`, whole(id))),
  ];
}

function targetOf({ model, maxOutputTokens }: ChatRequest) {
  const facts = { maxOutput: null, thinking: null, takesSampling: null };
  return { model, maxOutputTokens, outputLimit: 'max_completion_tokens', facts } as const;
}

const MEAGRE: Readonly<Record<(typeof CLIENTS)[number], object>> = {
  'openai-chat': { model: 'm', messages: [{ role: 'user', content: 'Hi' }], stream_options: { include_usage: true } },
  'openai-responses': { model: 'm', input: 'Hi' },
  'anthropic-messages': { model: 'm', max_tokens: 1, messages: [{ role: 'user', content: 'Hi' }] },
  'gemini-generate': { contents: [{ parts: [{ text: 'Hi' }] }] },
};

/** A text in small deltas, as models give it. */
function answer(): readonly StreamPart[] {
  const words = pseudoWords(1);
  const response: ChatResponse = {
    id: 'r-1',
    model: 'm',
    createdS: 1_764_000_000,
    choices: [
      {
        index: 0,
        content: [{ type: 'text', text: '' }],
        finish: { unified: 'stop', raw: null },
        stopSequence: null,
        logprobs: null,
      },
    ],
    usage: { ...noUsage, inputTokens: 12, outputTokens: CHUNKS, source: 'provider' },
    serviceTier: null,
  };
  return streamOfResponse(response).flatMap((part): readonly StreamPart[] => {
    if (part.type !== 'block-start') return [part];
    const at = { choice: 0, block: 0 };
    const deltas = Array.from(
      { length: CHUNKS },
      () => ({ type: 'delta', ...at, text: words(CHUNK_LETTERS) }) as const,
    );
    return [part, ...deltas];
  });
}

function contextOf(id: keyof typeof MEAGRE | (typeof UPSTREAMS)[number]) {
  const dialect = dialects[id];
  const asked = id in MEAGRE ? MEAGRE[id as keyof typeof MEAGRE] : HI_ELSEWHERE[id as keyof typeof HI_ELSEWHERE];
  const address = { model: 'm', stream: true, framing: dialect.framing } as const;
  const received = dialect.readRequest(Buffer.from(JSON.stringify(asked)), address);
  const request = chatOf(dialect).decodeRequest(received);
  return { received, request, exchangeId: 'exchange-1', startedS: 1_764_000_000 };
}

const HI_ELSEWHERE = {
  'bedrock-converse': { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] },
  'cohere-chat': { model: 'm', messages: [{ role: 'user', content: 'Hi' }] },
  'ollama-chat': { model: 'm', messages: [{ role: 'user', content: 'Hi' }] },
} as const;

/** The frames of an upstream, each a piece of its own. */
function framesOf(id: (typeof UPSTREAMS)[number]): readonly Buffer[] {
  const encoder = chatOf(dialects[id]).encodeStream(contextOf(id));
  const framer = openFramer(dialects[id].framing);
  return [...answer().flatMap((part) => encoder.push(part)), ...encoder.end()].map(framer.frame);
}

/** Bytes of an upstream's stream to bytes of the client's: microseconds of each chunk. */
function chunkMicroseconds(upstream: (typeof UPSTREAMS)[number], client: (typeof CLIENTS)[number]): number {
  const frames = framesOf(upstream);
  const { framing } = dialects[upstream];
  const context = contextOf(client);
  const run = (): number => {
    const decoder = chatOf(dialects[upstream]).decodeStream();
    const encoder = chatOf(dialects[client]).encodeStream(context);
    const framer = openFramer('sse');
    const splitter = splitFrames(framing, 1_048_576);
    let written = 0;
    const take = (frame: Buffer): void => {
      const event = readFrame(framing, frame);
      if (event === null) return;
      for (const part of decoder.push(event)) {
        for (const out of encoder.push(part)) written += framer.frame(out).length;
      }
    };
    for (const frame of frames) splitter.push(frame, take);
    return written;
  };
  return microseconds(run) / frames.length;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ');
  return `${[head, ...rows].map(line).join('\n')}\n\n`;
}

process.stdout.write(table(['an agent request', 'µs', 'x JSON'], requestRows()));
const chunkRows = UPSTREAMS.map((upstream) => [
  upstream,
  ...CLIENTS.map((client) => (upstream === client ? '' : chunkMicroseconds(upstream, client).toFixed(1))),
]);
process.stdout.write(table(['µs per chunk', ...CLIENTS], chunkRows));
