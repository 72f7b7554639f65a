/** Where a request goes: how one target is reached for one kind of answer. */
export type Endpoint = {
  readonly port: number;
  readonly path: string;
  readonly model: string;
  readonly headers: Readonly<Record<string, string>>;
};

/** What the paced upstream is asked to do. It travels in the prompt, the one part that every gateway forwards untouched. */
export type StreamShape = { readonly chunks: number; readonly paceMs: number };

const REQUEST_BYTES = 2_500;
const ANSWER_BYTES = 1_200;
/** Content, the chunk with the finish reason, the chunk with the usage. */
const FEWEST_CHUNKS = 3;

const PROSE =
  'A carrier takes what it is given, writes down whose it is and where it is bound, and hands it over unopened. ' +
  'The note that travels along names the sender, the receiver, the weight and the charge, and both sides keep a copy. ';

function prose(length: number): string {
  return PROSE.repeat(Math.ceil(length / PROSE.length)).slice(0, length);
}

export function streamDirective(shape: StreamShape): string {
  return `[[chunks=${shape.chunks} pace=${shape.paceMs}]]`;
}

export function readStreamDirective(body: string): StreamShape {
  const found = /\[\[chunks=(\d+) pace=(\d+)\]\]/.exec(body);
  return { chunks: Math.max(FEWEST_CHUNKS, Number(found?.[1] ?? 100)), paceMs: Number(found?.[2] ?? 20) };
}

/** A chat request of about 2.5 KB, whatever the model is called. */
function chatBody(model: string, stream: StreamShape | null): string {
  const compose = (filling: string) =>
    JSON.stringify({
      model,
      messages: [
        { role: 'system', content: 'You answer in two short paragraphs and say what you do not know.' },
        { role: 'user', content: filling },
        { role: 'assistant', content: 'Noted. What would you like to know about it?' },
        { role: 'user', content: stream === null ? 'Summarise it.' : `Summarise it. ${streamDirective(stream)}` },
      ],
      temperature: 0.2,
      max_tokens: 256,
      ...(stream === null ? {} : { stream: true, stream_options: { include_usage: true } }),
    });
  return compose(prose(REQUEST_BYTES - compose('').length));
}

/** The whole request as it goes over the wire, made once and sent many times. */
export function requestBytes(endpoint: Endpoint, stream: StreamShape | null): Buffer {
  const body = chatBody(endpoint.model, stream);
  const lines = [
    `POST ${endpoint.path} HTTP/1.1`,
    `host: 127.0.0.1:${endpoint.port}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(endpoint.headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

const usage = { prompt_tokens: 540, completion_tokens: 180, total_tokens: 720 };

/** A plain chat completion of about 1.2 KB. */
export function plainAnswer(): string {
  const compose = (content: string) =>
    JSON.stringify({
      id: 'chatcmpl-bench00000000000000000001',
      object: 'chat.completion',
      created: 1_790_000_000,
      model: 'gpt-4o-mini',
      choices: [
        { index: 0, message: { role: 'assistant', content, refusal: null }, logprobs: null, finish_reason: 'stop' },
      ],
      usage,
      system_fingerprint: 'fp_bench',
    });
  return compose(prose(ANSWER_BYTES - compose('').length));
}

function event(choices: readonly unknown[], extra: Record<string, unknown> = {}): string {
  const chunk = {
    id: 'chatcmpl-bench-stream',
    object: 'chat.completion.chunk',
    created: 1_790_000_000,
    model: 'gpt-4o-mini',
    choices,
    ...extra,
  };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

function choice(delta: Record<string, string>, finishReason: string | null): unknown {
  return { index: 0, delta, logprobs: null, finish_reason: finishReason };
}

/** The server-sent events of a stream, encoded once: about 200 bytes each. The end carries the usage and `[DONE]`. */
export const streamEvents = {
  first: Buffer.from(event([choice({ role: 'assistant', content: 'A' }, null)])),
  content: Buffer.from(event([choice({ content: ' waybill names' }, null)])),
  finish: Buffer.from(event([choice({}, 'stop')])),
  end: Buffer.from(`${event([], { usage })}data: [DONE]\n\n`),
} as const;
