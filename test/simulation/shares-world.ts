import { openShare, openSharer, type Share, type Sharer, type SharerEvent } from '../../src/limits/sharing/share.ts';
import { stepSharer } from '../../src/limits/sharing/step-sharer.ts';
import { addToWindow, countInWindow, openWindow, type SlidingWindow } from '../../src/limits/sliding-window.ts';
import { type Counters, LIVE_MS, openMemoryCounters, type ShareRound } from '../../src/store/index.ts';
import { EventQueue } from './event-queue.ts';

const MINUTE_MS = 60_000;
const TICK_MS = 1_000;
const ROUND_WITHIN_MS = 2_000;
const WAIT_MS = 150;

export type Weather = {
  readonly processes: number;
  readonly limit: number;
  /** Of a minute; null: places, held for so long by each call. */
  readonly windowMs: number | null;
  readonly heldMs: number;
  /** Calls in a second over all processes, and how unevenly they come: 0 the same to each, 1 all to one at a time. */
  readonly callsPerSecond: number;
  readonly skew: number;
  readonly amount: number;
  readonly seconds: number;
  readonly lost: number;
  readonly delayMs: number;
  readonly crashes: number;
  readonly pauses: number;
  readonly longestPauseMs: number;
  readonly jumps: number;
  readonly outages: number;
};

type Process = {
  readonly name: string;
  readonly sharer: Sharer;
  readonly share: Share;
  readonly window: SlidingWindow;
  readonly refusedAt: number[];
  running: number;
  heardMs: number;
  waiting: (() => void)[];
  alive: boolean;
  pausedUntilMs: number;
};

type Admitted = { readonly atMs: number; readonly process: string; readonly amount: number };

/** Processes that share one limit by way of counters over a network; all from one seed. */
export class SharesWorld {
  nowMs = 0;
  readonly admitted: Admitted[] = [];
  refused = 0;
  /** Most places in use at any time, of processes that live. */
  mostRunning = 0;
  readonly processes: Process[] = [];
  rounds = 0;
  /** The shares of those that died or were taken for dead, and those that were taken without an answer of the counters. */
  unfounded = 0;
  readonly #events = new EventQueue();
  readonly #weather: Weather;
  readonly #random: () => number;
  #counters: Counters;
  #storeAheadMs = 0;
  #outUntilMs = 0;

  constructor(weather: Weather, random: () => number) {
    this.#weather = weather;
    this.#random = random;
    this.#counters = openMemoryCounters({ monotonicMs: () => this.nowMs + this.#storeAheadMs });
    for (let at = 0; at < weather.processes; at++) this.#start();
    const endMs = weather.seconds * 1_000;
    for (let at = 0; at < weather.callsPerSecond * weather.seconds; at++) {
      this.#at(random() * endMs, () => this.#call());
    }
    this.#scatter(weather.crashes, () => this.#crash());
    this.#scatter(weather.pauses, () => {
      const process = this.#pick();
      if (process === undefined) return;
      process.pausedUntilMs = this.nowMs + random() * weather.longestPauseMs;
      this.unfounded += process.share.cap;
    });
    this.#scatter(weather.jumps, () => {
      this.#storeAheadMs += (random() - 0.5) * 240_000;
    });
    this.#scatter(weather.outages, () => {
      this.#outUntilMs = this.nowMs + random() * 20_000;
    });
  }

  async run(): Promise<void> {
    const endMs = this.#weather.seconds * 1_000;
    for (;;) {
      const next = this.#events.pop();
      if (next === undefined || next.atMs > endMs) return;
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.run();
      // Counters in memory answer within the same moment.
      await null;
      await null;
      await null;
    }
  }

  /** The most that was let in within any minute. */
  mostInAWindow(): number {
    const windowMs = this.#weather.windowMs ?? MINUTE_MS;
    let [most, sum, from] = [0, 0, 0];
    for (const { atMs, amount } of this.admitted) {
      sum += amount;
      for (let first = this.admitted[from]; first !== undefined && first.atMs <= atMs - windowMs; ) {
        sum -= first.amount;
        from++;
        first = this.admitted[from];
      }
      most = Math.max(most, sum);
    }
    return most;
  }

  /** Let in from one time to another. */
  admittedIn(fromMs: number, toMs: number): number {
    return this.admitted
      .filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
      .reduce((sum, { amount }) => sum + amount, 0);
  }

  #scatter(count: number, run: () => void): void {
    for (let at = 0; at < count; at++) this.#at(this.#random() * this.#weather.seconds * 1_000, run);
  }

  #at(atMs: number, run: () => void): void {
    this.#events.push(atMs, run);
  }

  #start(): void {
    const { limit, windowMs } = this.#weather;
    const name = `p${this.processes.length}`;
    const sharer = openSharer(name);
    const window = openWindow(windowMs ?? MINUTE_MS);
    const usedAt = (nowMs: number): number => (windowMs === null ? process.running : countInWindow(window, nowMs));
    const share = openShare(sharer, { name: 'limit', windowMs, limit, usedAt });
    const process: Process = {
      name,
      sharer,
      share,
      window,
      refusedAt: [],
      running: 0,
      heardMs: this.nowMs,
      waiting: [],
      alive: true,
      pausedUntilMs: 0,
    };
    this.processes.push(process);
    const tick = (): void => {
      if (!process.alive) return;
      this.#step(process, { kind: 'tick' });
      this.#at(this.nowMs + TICK_MS, tick);
    };
    this.#at(this.nowMs, tick);
  }

  /** What happens in a process waits while it is paused, and does not happen when it is dead. */
  #inside(process: Process, run: () => void): void {
    if (!process.alive) return;
    if (this.nowMs < process.pausedUntilMs) this.#at(process.pausedUntilMs, () => this.#inside(process, run));
    else run();
  }

  #step(process: Process, event: SharerEvent): void {
    this.#inside(process, () => {
      const { cap } = process.share;
      const effects = stepSharer(process.sharer, event, this.nowMs);
      if (!process.share.isKnown) this.unfounded += Math.max(0, process.share.cap - cap);
      for (const effect of effects) {
        if (effect.kind === 'ask') this.#ask(process, effect.round);
        else for (const go of process.waiting.splice(0)) go();
      }
    });
  }

  #send(run: () => void): void {
    if (this.#random() < this.#weather.lost || this.nowMs < this.#outUntilMs) return;
    this.#at(this.nowMs + this.#random() * this.#weather.delayMs, run);
  }

  #ask(process: Process, round: ShareRound): void {
    this.rounds++;
    this.#send(() => {
      if (this.nowMs - process.heardMs >= LIVE_MS) this.unfounded += round.asks[0]?.keep ?? process.share.cap;
      process.heardMs = this.nowMs;
      void this.#counters.exchange(round).then((answer) => {
        this.#send(() => this.#step(process, { kind: 'answered', op: round.op, answer }));
      });
    });
    this.#at(this.nowMs + ROUND_WITHIN_MS, () => this.#step(process, { kind: 'failed', op: round.op }));
  }

  #pick(): Process | undefined {
    const living = this.processes.filter(({ alive }) => alive);
    const busiest = Math.floor(this.nowMs / 30_000);
    const spread = this.#random() < this.#weather.skew ? 0 : Math.floor(this.#random() * living.length);
    return living[(busiest + spread) % living.length];
  }

  #call(): void {
    const process = this.#pick();
    if (process !== undefined) this.#inside(process, () => this.#admit(process, false));
  }

  #admit(process: Process, isRetry: boolean): void {
    const { share, window } = process;
    const { amount, windowMs, heldMs } = this.#weather;
    if (share.usedAt(this.nowMs) + amount <= share.allowed) {
      this.admitted.push({ atMs: this.nowMs, process: process.name, amount });
      if (windowMs === null) this.#run(process, heldMs);
      else addToWindow(window, amount, this.nowMs);
      this.#step(process, { kind: 'took', share, amount });
      return;
    }
    this.#step(process, { kind: 'short', share, amount, weight: 1 });
    if (isRetry) {
      this.refused++;
      process.refusedAt.push(this.nowMs);
      return;
    }
    let isOver = false;
    const again = (): void => {
      if (!isOver) this.#inside(process, () => this.#admit(process, true));
      isOver = true;
    };
    process.waiting.push(again);
    this.#at(this.nowMs + WAIT_MS, () => {
      if (!isOver) this.#step(process, { kind: 'presume', share });
      again();
    });
  }

  #run(process: Process, heldMs: number): void {
    process.running++;
    const all = this.processes.reduce((sum, { running, alive }) => sum + (alive ? running : 0), 0);
    this.mostRunning = Math.max(this.mostRunning, all);
    this.#at(this.nowMs + heldMs * (0.5 + this.#random()), () => {
      process.running--;
    });
  }

  #crash(): void {
    const living = this.processes.filter(({ alive }) => alive);
    const process = living[Math.floor(this.#random() * living.length)];
    if (process === undefined) return;
    process.alive = false;
    this.unfounded += process.share.cap;
    this.#start();
  }
}
