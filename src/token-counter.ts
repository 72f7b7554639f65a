import { Worker } from 'node:worker_threads';
import { GatewayError } from './inference/index.ts';
import type { TokenCounter } from './pipeline/index.ts';
import type { CountJob, CountResult } from './token-counter-thread.ts';

/** Counts that wait or are under way. Claude Code asks for 25 at once; 256 take a second or two. */
const MAX_JOBS = 256;
/** Of text in all of them. One alone may be as long as the body limit lets it. */
const MAX_CHARACTERS = 64 * 1_048_576;
/** A million letters take 15 to 400 ms; the first count starts the thread, which takes half a second. */
const TIME_LIMIT_MS = 15_000;
/** The tokenizer's tables are 70 MB. */
const IDLE_MS = 60_000;
/** As a client is told when it asks too much. */
const RETRY_AFTER_MS = 1_000;

export type TokenCounterOptions = {
  readonly maxJobs?: number;
  readonly maxCharacters?: number;
  readonly timeLimitMs?: number;
  readonly idleMs?: number;
};

/** For tests. */
export type OwnedTokenCounter = TokenCounter & {
  readonly isRunning: () => boolean;
  readonly close: () => Promise<void>;
};

type Waiting = {
  readonly texts: readonly string[];
  readonly characters: number;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (tokens: number) => void;
  readonly reject: (error: Error) => void;
};

/**
 * Counts in a thread that starts at the first call and is let go when nothing was asked of it for a while: who counts
 * nothing pays nothing, and no count holds up the event loop.
 */
export function openTokenCounter({
  maxJobs = MAX_JOBS,
  maxCharacters = MAX_CHARACTERS,
  timeLimitMs = TIME_LIMIT_MS,
  idleMs = IDLE_MS,
}: TokenCounterOptions = {}): OwnedTokenCounter {
  const waiting = new Map<number, Waiting>();
  let thread: Worker | null = null;
  let idle: NodeJS.Timeout | null = null;
  let characters = 0;
  let lastId = 0;

  const take = (id: number): Waiting | undefined => {
    const job = waiting.get(id);
    if (job === undefined) return undefined;
    waiting.delete(id);
    clearTimeout(job.timer);
    characters -= job.characters;
    return job;
  };
  const end = (reason: () => Error): Promise<unknown> => {
    for (const id of [...waiting.keys()]) take(id)?.reject(reason());
    const ended = thread;
    thread = null;
    return ended?.terminate() ?? Promise.resolve();
  };
  const give = (id: number, texts: readonly string[]): void => {
    const job: CountJob = { id, texts };
    thread ??= start();
    thread.postMessage(job);
  };
  /** The one under way cannot be stopped without its thread: those behind it go to a new one. */
  const expire = (id: number): void => {
    const [underWay] = waiting.keys();
    take(id)?.reject(tookTooLong(timeLimitMs));
    if (id !== underWay) return;
    void thread?.terminate();
    thread = null;
    for (const [next, { texts }] of waiting) give(next, texts);
  };
  const start = (): Worker => {
    const started = new Worker(new URL('./token-counter-thread.ts', import.meta.url), { name: 'waybill tokens' });
    started.unref();
    started.on('message', ({ id, tokens }: CountResult) => {
      take(id)?.resolve(tokens);
      if (waiting.size === 0) rest();
    });
    const failed = (error: unknown): void => {
      if (thread === started) void end(() => countFailed(error));
    };
    started.once('error', failed);
    started.once('exit', failed);
    return started;
  };
  const rest = (): void => {
    idle = setTimeout(() => void end(() => countFailed(null)), idleMs);
    idle.unref();
  };
  return {
    count: (texts) =>
      new Promise((resolve, reject) => {
        let length = 0;
        for (const text of texts) length += text.length;
        const isTooMuch = waiting.size > 0 && characters + length > maxCharacters;
        if (waiting.size >= maxJobs || isTooMuch) return reject(tooMuch(waiting.size));
        if (idle !== null) clearTimeout(idle);
        const id = ++lastId;
        // What is ahead of it in the queue counts, too: a caller waits no longer than this, whoever is to blame.
        const timer = setTimeout(() => expire(id), timeLimitMs);
        waiting.set(id, { texts, characters: length, timer, resolve, reject });
        characters += length;
        give(id, texts);
      }),
    isRunning: () => thread !== null,
    close: async () => {
      if (idle !== null) clearTimeout(idle);
      await end(() => new GatewayError('shutting_down', 'The gateway is shutting down.'));
    },
  };
}

function tooMuch(jobs: number): GatewayError {
  const message = `${jobs} counts of tokens are waiting already; try again later.`;
  return new GatewayError('overloaded', message, { retryAfterMs: RETRY_AFTER_MS, metadata: { waiting: jobs } });
}

function tookTooLong(limitMs: number): GatewayError {
  const message = `The tokens could not be counted within ${limitMs / 1_000} s.`;
  return new GatewayError('overloaded', message, { retryAfterMs: RETRY_AFTER_MS, metadata: { limit_ms: limitMs } });
}

function countFailed(cause: unknown): GatewayError {
  return new GatewayError('internal_error', 'The gateway failed in an unexpected way.', { cause });
}
