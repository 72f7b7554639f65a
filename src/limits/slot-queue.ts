import type { DeploymentSlots, SlotRefusal } from './deployment-slots.ts';
import { FairQueue } from './fair-queue.ts';
import type { SlotTaking } from './slot-taking.ts';

/** One call that wants a place at a deployment. */
export type SlotRequest = SlotTaking & {
  /** Lower goes first. */
  readonly priority: number;
  /** The key that calls: keys take turns. */
  readonly party: string;
};

type WaitOutcome = 'granted' | 'timeout' | 'full' | 'given-up';

export type Wait = {
  /** `granted`: the slot is taken and must be released. */
  readonly outcome: Promise<WaitOutcome>;
  /** The client is gone: its place in the line goes to the next. */
  readonly giveUp: () => void;
};

export type SlotQueue = {
  /** At once, or the limit in the way. Nobody overtakes those who wait. */
  readonly reserve: (request: SlotRequest) => SlotRefusal | null;
  /** Waits in the deployment's line, at most so long. */
  readonly wait: (request: SlotRequest, waitMs: number) => Wait;
  /** Frees a slot, for the next in line. */
  readonly release: (request: SlotTaking, actualTokens: number) => void;
  readonly waiting: (deployment: string) => number;
};

export type QueueOptions = {
  readonly slots: DeploymentSlots;
  readonly nowMs: () => number;
  /** Calls that may wait at one deployment; more are refused at once. */
  readonly maxWaiting: () => number;
};

type Waiter = {
  readonly request: SlotRequest;
  readonly settle: (outcome: WaitOutcome) => void;
};

type Line = {
  readonly queue: FairQueue<Waiter>;
  /** Of this class only: what one class waits for, another one may have reserved. */
  readonly priorityClass: string;
  wakeUp: NodeJS.Timeout | null;
};

/** How soon a line is looked at again at most and at least, where a rate is what it waits for. */
const SOONEST_MS = 5;
const LATEST_MS = 1_000;

/** Lines before the deployments whose limits are reached: bounded, fair between keys, by priority. */
export function openSlotQueue(options: QueueOptions): SlotQueue {
  const lines = new Lines(options);
  options.slots.onRoom((deployment) => lines.serve(deployment));
  return {
    reserve: (request) => lines.reserve(request),
    wait: (request, waitMs) => lines.wait(request, waitMs),
    release: (request, actualTokens) => {
      options.slots.release(request, actualTokens, options.nowMs());
      lines.freed(request);
    },
    waiting: (deployment) => lines.waiting(deployment),
  };
}

/** A class, for the lines of a process with their timers. */
class Lines {
  /** Of each deployment, one for each class. */
  readonly #lines = new Map<string, Line[]>();
  readonly #options: QueueOptions;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  waiting(deployment: string): number {
    if (this.#lines.size === 0) return 0;
    let count = 0;
    for (const { queue } of this.#lines.get(deployment) ?? NO_LINES) count += queue.length;
    return count;
  }

  reserve(request: SlotRequest): SlotRefusal | null {
    const line = this.#lines.size === 0 ? undefined : this.#known(request);
    return line !== undefined && line.queue.length > 0
      ? { limit: 'parallel', waitMs: null, later: null }
      : this.#take(request);
  }

  wait(request: SlotRequest, waitMs: number): Wait {
    const { deployment, priority, party } = request;
    if (this.waiting(deployment) >= this.#options.maxWaiting()) return FULL;
    const { promise, resolve } = Promise.withResolvers<WaitOutcome>();
    const settle = (outcome: WaitOutcome): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    const waiter: Waiter = { request, settle };
    const leave = (outcome: WaitOutcome): void => {
      this.#known(request)?.queue.remove(waiter);
      settle(outcome);
      // Who stood behind may need less than the one that left.
      this.serve(deployment);
    };
    const timer = setTimeout(() => leave('timeout'), waitMs);
    this.#lineOf(request).queue.push({ item: waiter, priority, party });
    this.serve(deployment);
    return { outcome: promise, giveUp: () => leave('given-up') };
  }

  /** A place is free at the deployment, and at all that its provider counts with it. */
  freed({ deployment, circuit }: SlotTaking): void {
    if (this.#lines.size === 0) return;
    this.serve(deployment);
    for (const [other, [line]] of this.#lines) {
      if (other !== deployment && line?.queue.peek()?.request.circuit === circuit) this.serve(other);
    }
  }

  /** Lets in whoever is next, as long as there is room. */
  serve(deployment: string): void {
    const lines = this.#lines.get(deployment);
    if (lines === undefined) return;
    for (const line of lines) this.#serveLine(deployment, line);
    const left = lines.filter(({ queue }) => queue.length > 0);
    if (left.length === 0) this.#lines.delete(deployment);
    else this.#lines.set(deployment, left);
  }

  #serveLine(deployment: string, line: Line): void {
    if (line.wakeUp !== null) clearTimeout(line.wakeUp);
    line.wakeUp = null;
    for (let next = line.queue.peek(); next !== null; next = line.queue.peek()) {
      const refusal = this.#take(next.request);
      if (refusal !== null) {
        this.#wakeUp(deployment, line, refusal);
        return;
      }
      line.queue.shift();
      next.settle('granted');
    }
  }

  /** Where a rate is what the next one waits for, no call's end will tell. */
  #wakeUp(deployment: string, line: Line, { waitMs }: SlotRefusal): void {
    if (waitMs === null) return;
    const soonMs = Math.min(LATEST_MS, Math.max(SOONEST_MS, waitMs));
    line.wakeUp = setTimeout(() => this.serve(deployment), soonMs);
  }

  #take(request: SlotRequest): SlotRefusal | null {
    return this.#options.slots.reserve(request, this.#options.nowMs());
  }

  #known({ deployment, reservation }: SlotRequest): Line | undefined {
    const name = reservation?.own.name ?? '';
    return this.#lines.get(deployment)?.find(({ priorityClass }) => priorityClass === name);
  }

  #lineOf(request: SlotRequest): Line {
    const known = this.#known(request);
    if (known !== undefined) return known;
    const { deployment, reservation } = request;
    const line: Line = { queue: new FairQueue<Waiter>(), priorityClass: reservation?.own.name ?? '', wakeUp: null };
    this.#lines.set(deployment, [...(this.#lines.get(deployment) ?? NO_LINES), line]);
    return line;
  }
}

const NO_LINES: readonly Line[] = [];
const FULL: Wait = { outcome: Promise.resolve('full'), giveUp: () => undefined };
