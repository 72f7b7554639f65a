import type { Transport, UpstreamCall, UpstreamHandle, UpstreamSink } from '../../src/providers/index.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How a deployment does for a while. */
export type Weather =
  | 'fair'
  | 'slow'
  | 'unreachable'
  | 'errors'
  | 'brown-out'
  | 'throttles'
  | 'hangs'
  | 'dies-before-content'
  | 'dies-in-content';

export type Period = { readonly fromMs: number; readonly untilMs: number; readonly weather: Weather };

export type SimulatedUpstream = {
  readonly id: string;
  /** Median time to the first content. */
  readonly medianMs: number;
  /** What is not in a period is fair. */
  readonly periods: readonly Period[];
};

export type Sent = {
  readonly call: string;
  readonly upstream: string;
  readonly atMs: number;
  readonly weather: Weather;
};

/** An upstream's host, by which the transport knows it again. */
export function hostOf(id: string): string {
  return `https://${id}.test`;
}

export function weatherAt({ periods }: SimulatedUpstream, atMs: number): Weather {
  return periods.find(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs)?.weather ?? 'fair';
}

const CHUNKS = 3;
const CHUNK_EVERY_MS = 20;
/** Tokens that each answer is billed. */
export const USAGE = { prompt_tokens: 10, completion_tokens: 5 };

/** Plays all upstreams of a world; `sent` is told of each attempt. */
export function openSimulatedTransport(
  upstreams: readonly SimulatedUpstream[],
  time: VirtualTime,
  random: () => number,
  sent: (attempt: Sent) => void,
): Transport {
  return {
    send: (call, sink) => {
      const upstream = upstreams.find(({ id }) => hostOf(id) === call.origin);
      if (upstream === undefined) throw new Error(`nobody is at ${call.origin}`);
      const body = JSON.parse(String(call.body)) as { user: string; stream?: boolean };
      const weather = weatherAt(upstream, time.nowMs);
      sent({ call: body.user, upstream: upstream.id, atMs: time.nowMs, weather });
      const spread = Math.exp(0.4 * (random() + random() + random() - 1.5));
      const delayMs = upstream.medianMs * spread * (weather === 'slow' ? 10 : 1);
      const played = new Played(call, sink, time, upstream.id);
      played.play(
        weather === 'brown-out' ? (random() < 0.5 ? 'errors' : 'fair') : weather,
        delayMs,
        body.stream === true,
      );
      return played;
    },
    openSockets: () => 0,
    close: () => Promise.resolve(),
  };
}

/** One attempt's answer as it comes over time. A class: it is the transport's handle. */
class Played implements UpstreamHandle {
  readonly #call: UpstreamCall;
  readonly #sink: UpstreamSink;
  readonly #time: VirtualTime;
  readonly #id: string;
  #over = false;
  #content = false;
  #head = false;

  constructor(call: UpstreamCall, sink: UpstreamSink, time: VirtualTime, id: string) {
    this.#call = call;
    this.#sink = sink;
    this.#time = time;
    this.#id = id;
  }

  play(weather: Weather, delayMs: number, stream: boolean): void {
    const { firstByteMs } = this.#call.timeouts;
    this.#at(firstByteMs, () => this.#content || this.#fail('first-byte-timeout'));
    if (weather === 'unreachable') this.#at(1, () => this.#fail('connect'));
    else if (weather === 'errors') this.#at(20, () => this.#refuse(503, {}));
    else if (weather === 'throttles') this.#at(20, () => this.#refuse(429, { 'retry-after': '2' }));
    else if (weather === 'dies-before-content') {
      this.#at(delayMs / 2, () =>
        this.#begin('text/event-stream', chunkOf(this.#id, { role: 'assistant', content: '' })),
      );
      this.#at(delayMs, () => this.#fail('reset'));
    } else if (weather === 'dies-in-content') {
      this.#at(delayMs, () => this.#begin('text/event-stream', chunkOf(this.#id, { content: `${this.#id}:` })));
      this.#at(delayMs + CHUNK_EVERY_MS, () => this.#fail('reset'));
    } else if (weather !== 'hangs') this.#answer(delayMs, stream);
  }

  #answer(delayMs: number, stream: boolean): void {
    if (!stream) {
      this.#at(delayMs, () => this.#begin('application/json', JSON.stringify(wholeOf(this.#id))));
      this.#at(delayMs, () => this.#end());
      return;
    }
    this.#at(delayMs / 2, () =>
      this.#begin('text/event-stream', chunkOf(this.#id, { role: 'assistant', content: '' })),
    );
    for (let nth = 0; nth < CHUNKS; nth++)
      this.#at(delayMs + nth * CHUNK_EVERY_MS, () => this.#data(chunkOf(this.#id, { content: `${this.#id}:` })));
    this.#at(delayMs + CHUNKS * CHUNK_EVERY_MS, () => {
      this.#data(lastOf(this.#id));
      this.#end();
    });
  }

  #at(ms: number, run: () => unknown): void {
    this.#time.after(ms, () => {
      if (!this.#over) run();
    });
  }

  #begin(type: string, text: string): void {
    this.#head = true;
    this.#sink.onHead(200, headersOf({ 'content-type': type }));
    this.#data(text);
  }

  #refuse(status: number, headers: Readonly<Record<string, string>>): void {
    this.#head = true;
    this.#sink.onHead(status, headersOf({ 'content-type': 'application/json', ...headers }));
    this.#data(JSON.stringify({ error: { message: 'Not now.', type: 'server_error' } }));
    this.#end();
  }

  #data(text: string): void {
    if (!this.#over) this.#sink.onData(Buffer.from(text));
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#sink.onEnd();
  }

  #fail(kind: 'connect' | 'reset' | 'first-byte-timeout' | 'aborted'): void {
    this.#over = true;
    const told = { message: kind, origin: this.#call.origin, reused: false };
    this.#sink.onFailure({ kind, ...told, afterHead: this.#head, afterData: this.#head });
  }

  abort(): void {
    if (!this.#over) this.#fail('aborted');
  }

  contentSeen(): void {
    this.#content = true;
  }

  pause(): void {}
  resume(): void {}
}

function headersOf(headers: Readonly<Record<string, string>>): Parameters<UpstreamSink['onHead']>[1] {
  return { get: (name) => headers[name] ?? null, names: () => Object.keys(headers) };
}

function wholeOf(id: string): object {
  const message = { role: 'assistant', content: `${id}:`.repeat(CHUNKS) };
  const choices = [{ index: 0, message, finish_reason: 'stop' }];
  return { id: `c-${id}`, object: 'chat.completion', created: 1, model: 'm', choices, usage: USAGE };
}

function chunkOf(id: string, delta: object): string {
  const choices = [{ index: 0, delta, finish_reason: null }];
  return `data: ${JSON.stringify({ id: `c-${id}`, object: 'chat.completion.chunk', created: 1, model: 'm', choices })}\n\n`;
}

function lastOf(id: string): string {
  const head = { id: `c-${id}`, object: 'chat.completion.chunk', created: 1, model: 'm' };
  const finish = { ...head, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: USAGE };
  return `data: ${JSON.stringify(finish)}\n\ndata: [DONE]\n\n`;
}
