import type { DeploymentLimits, DeploymentSlots, SlotRefusal } from './deployment-slots.ts';
import { FairQueue } from './fair-queue.ts';

/** One call that wants a place at a deployment. */
export type SlotRequest = {
  readonly deployment: string;
  readonly limits: DeploymentLimits;
  readonly tokens: number;
  /** Lower goes first. */
  readonly priority: number;
  /** The key that calls: keys take turns. */
  readonly party: string;
};

export type Wait = {
  /** `granted`: the slot is taken and must be released. */
  readonly outcome: Promise<'granted' | 'timeout' | 'full' | 'given-up'>;
  /** The client is gone: its place in the line goes to the next. */
  readonly giveUp: () => void;
};

export type SlotQueue = {
  /** At once, or the limit in the way. Nobody overtakes those who wait. */
  readonly reserve: (request: SlotRequest) => SlotRefusal | null;
  /** Waits in the deployment's line, at most so long. */
  readonly wait: (request: SlotRequest, waitMs: number) => Wait;
  /** Frees a slot, for the next in line. */
  readonly release: (request: Pick<SlotRequest, 'deployment' | 'limits' | 'tokens'>, actualTokens: number) => void;
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
  readonly settle: (outcome: Awaited<Wait['outcome']>) => void;
};

type Line = { readonly queue: FairQueue<Waiter>; wakeUp: NodeJS.Timeout | null };

/** How soon a line is looked at again at most and at least, where a rate is what it waits for. */
const SOONEST_MS = 5;
const LATEST_MS = 1_000;

/** Lines before the deployments whose limits are reached: bounded, fair between keys, by priority. */
export function openSlotQueue({ slots, nowMs, maxWaiting }: QueueOptions): SlotQueue {
  const lines = new Map<string, Line>();
  const lineOf = (deployment: string): Line => {
    const known = lines.get(deployment);
    if (known !== undefined) return known;
    const line = { queue: new FairQueue<Waiter>(), wakeUp: null };
    lines.set(deployment, line);
    return line;
  };
  const take = ({ deployment, limits, tokens }: SlotRequest): SlotRefusal | null =>
    slots.reserve(deployment, limits, tokens, nowMs());

  const close = (deployment: string, line: Line): void => {
    if (line.wakeUp !== null) clearTimeout(line.wakeUp);
    line.wakeUp = null;
    if (line.queue.length === 0) lines.delete(deployment);
  };
  const serve = (deployment: string): void => {
    const line = lines.get(deployment);
    if (line === undefined) return;
    if (line.wakeUp !== null) clearTimeout(line.wakeUp);
    line.wakeUp = null;
    for (let next = line.queue.peek(); next !== null; next = line.queue.peek()) {
      const refusal = take(next.request);
      if (refusal !== null) {
        if (refusal.waitMs !== null) wakeUpIn(deployment, line, refusal.waitMs);
        return;
      }
      line.queue.shift();
      next.settle('granted');
    }
    close(deployment, line);
  };
  const wakeUpIn = (deployment: string, line: Line, waitMs: number): void => {
    line.wakeUp = setTimeout(() => serve(deployment), Math.min(LATEST_MS, Math.max(SOONEST_MS, waitMs)));
  };

  return {
    reserve: (request) =>
      lines.size > 0 && (lines.get(request.deployment)?.queue.length ?? 0) > 0
        ? { limit: 'parallel', waitMs: null }
        : take(request),
    wait: (request, waitMs) => {
      const { deployment, priority, party } = request;
      const line = lineOf(deployment);
      if (line.queue.length >= maxWaiting()) return { outcome: Promise.resolve('full'), giveUp: () => undefined };
      const { promise, resolve } = Promise.withResolvers<Awaited<Wait['outcome']>>();
      const waiter: Waiter = {
        request,
        settle: (outcome) => {
          clearTimeout(timer);
          resolve(outcome);
        },
      };
      const leave = (outcome: 'timeout' | 'given-up'): void => {
        line.queue.remove(waiter);
        waiter.settle(outcome);
        // Who stood behind may need less than the one that left.
        serve(deployment);
      };
      const timer = setTimeout(() => leave('timeout'), waitMs);
      line.queue.push({ item: waiter, priority, party });
      serve(deployment);
      return { outcome: promise, giveUp: () => leave('given-up') };
    },
    release: ({ deployment, limits, tokens }, actualTokens) => {
      slots.release(deployment, limits, tokens, actualTokens, nowMs());
      if (lines.size > 0) serve(deployment);
    },
    waiting: (deployment) => lines.get(deployment)?.queue.length ?? 0,
  };
}
