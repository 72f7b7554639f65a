import { Worker } from 'node:worker_threads';
import { GatewayError } from '../../inference/index.ts';
import type { TokenCounter } from '../../pipeline/index.ts';
import type { CountJob, CountResult } from './token-counter-work.ts';

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

type Job = {
  readonly id: number;
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
  const queue = openQueue();
  const thread = openThread(
    ({ id, tokens }) => {
      queue.take(id)?.resolve(tokens);
      if (queue.size() === 0) rest();
    },
    (error) => rejectAll(() => countFailed(error)),
  );
  let idle: NodeJS.Timeout | null = null;
  let lastId = 0;

  const rest = (): void => {
    idle = setTimeout(() => void thread.end(), idleMs);
    idle.unref();
  };
  const rejectAll = (reason: () => Error): void => {
    for (const { id } of queue.all()) queue.take(id)?.reject(reason());
  };
  /** The one under way cannot be stopped without its thread: those behind it go to a new one. */
  const expire = (id: number): void => {
    const isUnderWay = queue.all()[0]?.id === id;
    queue.take(id)?.reject(tookTooLong(timeLimitMs));
    if (!isUnderWay) return;
    void thread.end();
    for (const job of queue.all()) thread.give(job);
  };
  return {
    count: (texts) =>
      new Promise((resolve, reject) => {
        let characters = 0;
        for (const text of texts) characters += text.length;
        const isTooMuch = queue.size() > 0 && queue.characters() + characters > maxCharacters;
        if (queue.size() >= maxJobs || isTooMuch) return reject(tooMuch(queue.size()));
        if (idle !== null) clearTimeout(idle);
        const id = ++lastId;
        // What is ahead of it in the queue counts, too: a caller waits no longer than this, whoever is to blame.
        const timer = setTimeout(() => expire(id), timeLimitMs);
        const job = { id, texts, characters, timer, resolve, reject };
        queue.add(job);
        thread.give(job);
      }),
    isRunning: thread.isRunning,
    close: async () => {
      if (idle !== null) clearTimeout(idle);
      rejectAll(() => new GatewayError('shutting_down', 'The gateway is shutting down.'));
      await thread.end();
    },
  };
}

/** The jobs in their order; a Map keeps it. */
function openQueue() {
  const jobs = new Map<number, Job>();
  let characters = 0;
  return {
    add: (job: Job): void => {
      jobs.set(job.id, job);
      characters += job.characters;
    },
    take: (id: number): Job | undefined => {
      const job = jobs.get(id);
      if (job === undefined) return undefined;
      jobs.delete(id);
      clearTimeout(job.timer);
      characters -= job.characters;
      return job;
    },
    all: (): readonly Job[] => [...jobs.values()],
    size: (): number => jobs.size,
    characters: (): number => characters,
  };
}

/** One thread at a time, started for the first job. `onFailure`: it ended unasked. */
function openThread(onResult: (result: CountResult) => void, onFailure: (error: unknown) => void) {
  let thread: Worker | null = null;
  const start = (): Worker => {
    const started = new Worker(new URL('./token-counter-thread.js', import.meta.url), { name: 'waybill tokens' });
    started.unref();
    started.on('message', onResult);
    const failed = (error: unknown): void => {
      if (thread !== started) return;
      thread = null;
      onFailure(error);
    };
    started.once('error', failed);
    started.once('exit', failed);
    return started;
  };
  return {
    give: ({ id, texts }: CountJob): void => {
      const job: CountJob = { id, texts };
      thread ??= start();
      thread.postMessage(job);
    },
    isRunning: (): boolean => thread !== null,
    end: async (): Promise<void> => {
      const ended = thread;
      thread = null;
      await ended?.terminate();
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
