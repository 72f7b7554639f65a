import type { Clock, NanoUsd } from '../std/index.ts';
import type { LeaseAsk } from './lease.ts';
import { addLease, isSole, isValid, type Lease, type Lessee, type LesseeEvent, openLessee } from './lessee.ts';
import type { Lessor } from './lessor.ts';
import {
  exact,
  extend,
  type Hold,
  type HoldRefusal,
  hold,
  holdOf,
  isHold,
  openPot,
  openWallet,
  type Pot,
  post,
  roomInPot,
} from './pot.ts';
import { isAttentive, refusalOf, stepLessee, sweepLessee } from './step-lessee.ts';

const ASK_WITHIN_MS = 2_000;
const FINAL_FOR_MS = 5_000;
/** While somebody waits for a lease. */
const BUSY_TICK_MS = 10;
const IDLE_TICK_MS = 1_000;

/** Why nothing was held: the pot has too little, or the books cannot be asked. */
export type NotHeld = HoldRefusal | 'unavailable';

/** What calls hold and pay from pots. At once while the pots have room here; else when others were asked. */
export type Holds = {
  /** All pots or none. */
  readonly hold: (pots: readonly Pot[], amount: NanoUsd) => Hold | HoldRefusal | Promise<Hold | NotHeld>;
  /** Raises a hold to `amount`, in all of its pots or in none. */
  readonly extend: (held: Hold, amount: NanoUsd) => HoldRefusal | null | Promise<NotHeld | null>;
  /** Takes the actual charge and gives the rest back. The second time, nothing happens. */
  readonly post: (held: Hold, charge: NanoUsd) => void;
  /** What the books say that somebody has, and no configuration. */
  readonly walletFor: (wallet: string) => Pot;
};

export type Pots = Holds & {
  /** The pot with the limit that its budget has now; `former`: what the asker had of it, if it is retired. */
  readonly potFor: (potId: string, limit: NanoUsd, endsAtMs?: number | null, former?: Pot | null) => Pot;
  /** How many are kept in memory. */
  readonly size: () => number;
  /** Gives back what is not held; what is held goes back as it is posted. */
  readonly release: () => void;
  readonly close: () => void;
};

export type PotsOptions = {
  readonly lessor: Lessor;
  readonly writer: string;
  readonly clock: Clock;
  /** What had been posted to pots before this process came; what is taken from it is removed. */
  readonly posted: Map<string, NanoUsd>;
  /** Everything that was settled before is in the books. */
  readonly drainNow: () => Promise<void>;
  readonly onFailure: (error: unknown) => void;
};

/** This process's pots, and what it has leased of each: `stepLessee` decides, and here it is done. */
export async function openPots(options: PotsOptions): Promise<Pots> {
  const { lessor, writer, clock } = options;
  const lessee = openLessee({ writer, sole: lessor.sole, ttlMs: lessor.ttlMs });
  const sentAtMs = clock.monotonicMs();
  stepLessee(lessee, { kind: 'renewed', epoch: await lessor.renew(writer), sentAtMs }, clock.monotonicMs());
  const running = run(lessee, options);
  const { step } = running;
  const moved = (pots: readonly Pot[]): void => {
    const nowMs = clock.monotonicMs();
    for (const pot of pots) {
      const lease = lessee.leases.get(pot.id);
      if (lease !== undefined && isAttentive(lease, nowMs)) step({ kind: 'moved', pot: pot.id });
    }
  };
  /** Without a wait: there is room, or there is none and nobody to ask. */
  const holdNow = (pots: readonly Pot[], asked: number): Hold | HoldRefusal | null => {
    if (!isValid(lessee, clock.monotonicMs())) return null;
    const outcome = hold(pots, BigInt(asked));
    if (isHold(outcome)) return outcome;
    const lease = lessee.leases.get(outcome.pot);
    return lease !== undefined && isFinal(lessee, lease, clock.monotonicMs()) ? refusalOf(lease, asked) : null;
  };
  const holdWaiting = waitingHold({ holdNow, moved, wait: running.wait });
  const potFor: Pots['potFor'] = (potId, limit, endsAtMs = null, former = null) => {
    const known = lessee.leases.get(potId)?.pot ?? openLease(lessee, { potId, limit, endsAtMs, former }, options);
    if (known.limit !== Number(limit)) step({ kind: 'limit', pot: potId, limit: exact(limit) });
    return known;
  };
  const walletFor: Pots['walletFor'] = (wallet) =>
    lessee.leases.get(wallet)?.pot ?? openWalletLease(lessee, wallet, options);
  const again = (pot: Pot): Pot =>
    pot.isWallet ? walletFor(pot.id) : potFor(pot.id, BigInt(pot.limit), pot.endsAtMs, pot);
  const inUse = (pots: readonly Pot[]): readonly Pot[] =>
    pots.some(({ retired }) => retired) ? pots.map((pot) => (pot.retired ? again(pot) : pot)) : pots;
  const holdAll: Holds['hold'] = (given, amount) => {
    const pots = inUse(given);
    const asked = exact(amount);
    const outcome = holdNow(pots, asked);
    if (outcome === null) return holdWaiting(pots, asked);
    if (isHold(outcome)) moved(pots);
    return outcome;
  };
  return {
    hold: holdAll,
    extend: (held, amount) => {
      const more = exact(amount) - held.amount;
      if (more <= 0 || held.resolved) return null;
      // Nothing was held in it for minutes: whoever took nothing from a budget cannot have more of it now.
      if (held.pots.some(({ retired }) => retired)) return Promise.resolve('unavailable');
      if (isValid(lessee, clock.monotonicMs()) && extend(held, amount) === null) return null;
      return extendWaiting(held, more, holdWaiting, moved);
    },
    post: (held, charge) => {
      if (held.resolved) return;
      post(held, charge);
      moved(held.pots);
    },
    potFor,
    walletFor,
    size: () => lessee.leases.size,
    release: () => step({ kind: 'stop' }),
    close: running.close,
  };
}

type Waiting = {
  readonly holdNow: (pots: readonly Pot[], asked: number) => Hold | HoldRefusal | null;
  readonly moved: (pots: readonly Pot[]) => void;
  readonly wait: Running['wait'];
};

/** One pot after the other, each as soon as there is room; what was got goes back when one of them refuses. */
function waitingHold({ holdNow, moved, wait }: Waiting) {
  return async (pots: readonly Pot[], asked: number): Promise<Hold | NotHeld> => {
    const got: Pot[] = [];
    let rest = pots;
    for (;;) {
      const outcome = rest.length === 0 ? holdOf([], asked) : holdNow(rest, asked);
      if (outcome !== null && isHold(outcome)) return holdOf(pots, asked);
      const short = rest.find((pot) => roomInPot(pot) < asked) ?? rest[0];
      const refusal = outcome ?? (short === undefined ? 'unavailable' : await wait(short, asked));
      if (refusal !== null) {
        post(holdOf(got, asked), 0n);
        moved(got);
        return refusal;
      }
      if (short !== undefined) got.push(short);
      rest = rest.filter((pot) => pot !== short);
    }
  };
}

type Wanted = {
  readonly potId: string;
  readonly limit: NanoUsd;
  readonly endsAtMs: number | null;
  readonly former: Pot | null;
};

function openLease(lessee: Lessee, { potId, limit, endsAtMs, former }: Wanted, { posted, clock }: PotsOptions): Pot {
  const postedBefore = former === null ? (posted.get(potId) ?? 0n) : BigInt(former.posted + former.postedElsewhere);
  posted.delete(potId);
  return addLease(lessee, openPot(potId, limit, postedBefore, 0, endsAtMs), clock.monotonicMs()).pot;
}

function openWalletLease(lessee: Lessee, wallet: string, { posted, clock }: PotsOptions): Pot {
  const postedBefore = posted.get(wallet) ?? 0n;
  posted.delete(wallet);
  return addLease(lessee, openWallet(wallet, postedBefore), clock.monotonicMs()).pot;
}

/** What the books last said still holds: nobody else gives anything back, but for corrections, which can wait. */
function isFinal(lessee: Lessee, lease: Lease, nowMs: number): boolean {
  const { limitAnswered, pot, unsure, asking, waiters, answeredMs } = lease;
  if (nowMs - answeredMs > FINAL_FOR_MS) return false;
  return isSole(lessee, pot) && limitAnswered === pot.limit && !unsure && asking === null && waiters.length === 0;
}

async function extendWaiting(
  held: Hold,
  more: number,
  holdWaiting: (pots: readonly Pot[], asked: number) => Promise<Hold | NotHeld>,
  moved: (pots: readonly Pot[]) => void,
): Promise<NotHeld | null> {
  const outcome = await holdWaiting(held.pots, more);
  if (outcome === 'unavailable' || !isHold(outcome)) return outcome;
  if (held.resolved) {
    post(outcome, 0n);
    moved(held.pots);
  } else held.amount += more;
  return null;
}

type Running = {
  readonly step: (event: LesseeEvent) => void;
  /** null: held in the pot. */
  readonly wait: (pot: Pot, amount: number) => Promise<NotHeld | null>;
  readonly close: () => void;
};

/** Carries out what the lessee wants, and tells it what came of it. */
function run(lessee: Lessee, options: PotsOptions): Running {
  const { lessor, writer, clock, onFailure } = options;
  const tickets = new Map<number, (refusal: NotHeld | null) => void>();
  let lastTicket = 0;
  let closed = false;
  let busy: NodeJS.Timeout | null = null;

  const step = (event: LesseeEvent): void => perform(stepLessee(lessee, event, clock.monotonicMs()));
  const ask = openAsking(lessor, step, (error) => closed || onFailure(error));
  const perform = (effects: ReturnType<typeof stepLessee>): void => {
    for (const effect of effects) {
      if (effect.kind === 'ask') {
        ask(effect.ask);
      } else if (effect.kind === 'renew') void renew();
      else if (effect.kind === 'recall') lessor.recall(writer, effect.pot).catch(onFailure);
      else {
        tickets.get(effect.ticket)?.(effect.refusal);
        tickets.delete(effect.ticket);
      }
    }
    if (lessee.waiting.size > 0 && !closed) busy ??= setTimeout(tickBusy, BUSY_TICK_MS);
  };
  const tickBusy = (): void => {
    busy = null;
    step({ kind: 'tick' });
  };
  const renew = async (): Promise<void> => {
    const sentAtMs = clock.monotonicMs();
    try {
      const epoch = await within(lessor.renew(writer), ASK_WITHIN_MS);
      // Its leases were taken away: what it has settled must be in the books before it takes new ones.
      if (epoch !== lessee.epoch) await options.drainNow();
      step({ kind: 'renewed', epoch, sentAtMs });
    } catch (error) {
      if (!closed) onFailure(error);
      step({ kind: 'renewal-failed' });
    }
  };
  const listen = async (): Promise<void> => {
    while (!closed) for (const pot of await lessor.nextRecalls(writer)) step({ kind: 'recalled', pot });
  };
  const idle = setInterval(() => {
    step({ kind: 'tick' });
    perform(sweepLessee(lessee, clock.monotonicMs()));
  }, IDLE_TICK_MS);
  idle.unref();
  // It ends with the store: there is nobody to ask any more.
  listen().catch(() => undefined);
  return {
    step,
    wait: (pot, amount) =>
      new Promise((resolve) => {
        const ticket = ++lastTicket;
        tickets.set(ticket, resolve);
        step({ kind: 'short', pot: pot.id, amount, ticket });
      }),
    close: () => {
      closed = true;
      clearInterval(idle);
      if (busy !== null) clearTimeout(busy);
    },
  };
}

/** What is asked in one turn of the loop goes out together: on SQLite it is one transaction. */
function openAsking(
  lessor: Lessor,
  step: (event: LesseeEvent) => void,
  onFailure: (error: unknown) => void,
): (ask: LeaseAsk) => void {
  let asks: LeaseAsk[] = [];
  const send = async (): Promise<void> => {
    const sent = asks;
    asks = [];
    try {
      for (const answer of await within(lessor.ask(sent), ASK_WITHIN_MS)) step({ kind: 'answered', answer });
    } catch (error) {
      onFailure(error);
      for (const { pot, op } of sent) step({ kind: 'failed', pot, op });
    }
  };
  return (ask) => {
    if (asks.length === 0) queueMicrotask(send);
    asks.push(ask);
  };
}

function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the books did not answer within ${ms} ms`)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
