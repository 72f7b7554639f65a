import type { Counters } from '../../store/index.ts';
import { openShare, openSharer, type Share, type SharerEvent } from './share.ts';
import { mayGetMore, stepSharer } from './step-sharer.ts';

const TICK_MS = 1_000;
/** A call waits so long for the counters, and then goes by what this process knows. */
const WAIT_MS = 150;

export type SharingFacts = {
  readonly kind: Counters['kind'];
  /** Processes that were heard of in the last seconds. */
  readonly live: number;
  /** They do not answer: every process goes on with the share that it had. */
  readonly isDown: boolean;
};

/** This process's parts of all limits that it counts together with others. */
export type Sharing = {
  readonly open: (share: Pick<Share, 'name' | 'windowMs' | 'limit' | 'usedAt'>) => Share;
  readonly took: (share: Share, amount: number) => void;
  /**
   * A call did not fit. Resolves when the counters have been asked for more, within 150 ms; null: that is no use now.
   * `weight` is that of its priority, among processes that want the same.
   */
  readonly short: (share: Share, amount: number, weight: number) => Promise<void> | null;
  /** Hears when a share may have become larger. */
  readonly onChange: (listener: (shares: readonly Share[]) => void) => void;
  readonly facts: () => SharingFacts;
  /** No call is under way any more. */
  readonly close: () => Promise<void>;
};

export type SharingOptions = {
  readonly counters: Counters;
  readonly process: string;
  readonly monotonicMs: () => number;
  /** Once for each outage; null: it is over. */
  readonly onOutage: (error: unknown) => void;
};

/** `stepSharer` decides, and here it is done. */
export function openSharing({ counters, process, monotonicMs, onOutage }: SharingOptions): Sharing {
  const sharer = openSharer(process);
  const waiting = new Map<Share, Set<() => void>>();
  const listeners: ((shares: readonly Share[]) => void)[] = [];
  let isOutTold = false;

  const changed = (shares: readonly Share[]): void => {
    for (const share of shares) {
      for (const go of waiting.get(share) ?? []) go();
      waiting.delete(share);
    }
    for (const listener of listeners) listener(shares);
  };
  const step = (event: SharerEvent): void => {
    for (const effect of stepSharer(sharer, event, monotonicMs())) {
      if (effect.kind === 'changed') changed(effect.shares);
      else void ask(effect.round);
    }
  };
  const ask = async (round: Parameters<Counters['exchange']>[0]): Promise<void> => {
    try {
      const answer = await counters.exchange(round);
      step({ kind: 'answered', op: round.op, answer });
      if (isOutTold) onOutage(null);
      isOutTold = false;
    } catch (error) {
      step({ kind: 'failed', op: round.op });
      if (!isOutTold && !sharer.stopped) onOutage(error);
      isOutTold = true;
    }
  };
  const wait = (share: Share): Promise<void> =>
    new Promise((resolve) => {
      const go = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.get(share)?.delete(go);
        step({ kind: 'presume', share });
        resolve();
      }, WAIT_MS);
      const others = waiting.get(share) ?? new Set();
      waiting.set(share, others.add(go));
    });

  const ticking = setInterval(() => step({ kind: 'tick' }), TICK_MS);
  ticking.unref();
  step({ kind: 'tick' });
  return {
    open: (share) => openShare(sharer, share),
    took: (share, amount) => step({ kind: 'took', share, amount }),
    short: (share, amount, weight) => {
      const { allowed } = share;
      step({ kind: 'short', share, amount, weight });
      if (share.allowed > allowed) return Promise.resolve();
      return mayGetMore(sharer, share) ? wait(share) : null;
    },
    onChange: (listener) => void listeners.push(listener),
    facts: () => ({ kind: counters.kind, live: sharer.live, isDown: sharer.isDown }),
    close: async () => {
      clearInterval(ticking);
      step({ kind: 'stop' });
      // Who does not say good-bye is taken for dead in five seconds.
      await counters.leave(process).catch(() => undefined);
    },
  };
}
