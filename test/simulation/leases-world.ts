import { decideLease, type LeaseAnswer, type LeaseAsk, outstanding } from '../../src/ledger/lease.ts';
import { addLease, isValid, type Lessee, type LesseeEvent, openLessee } from '../../src/ledger/lessee.ts';
import { type Hold, type HoldRefusal, hold, holdOf, isHold, openPot, openWallet, post } from '../../src/ledger/pot.ts';
import { isAttentive, stepLessee, sweepLessee } from '../../src/ledger/step-lessee.ts';
import { EventQueue } from './event-queue.ts';

const TTL_MS = 60_000;
const RELEASED_AFTER_MS = 25 * 60_000;
/** However the books' clock has jumped. */
const LONG_AFTER_MS = RELEASED_AFTER_MS + 3_600_000;
const ASK_WITHIN_MS = 2_000;

export type Weather = {
  readonly processes: number;
  readonly pots: number;
  readonly limit: number;
  readonly calls: number;
  /** Of the smallest and the largest call. */
  readonly amounts: readonly [number, number];
  /** Over so many milliseconds all calls come. */
  readonly withinMs: number;
  /** Share of messages that are lost, and that come twice. */
  readonly lost: number;
  readonly twice: number;
  readonly delayMs: number;
  /** How often processes die, are paused, and the books' clock jumps. */
  readonly crashes: number;
  readonly pauses: number;
  readonly longestPauseMs: number;
  readonly jumps: number;
  readonly limitChanges: number;
  /** Of pots that are wallets: how often one of them is granted more. Left out: they are budgets. */
  readonly grants?: number;
};

export type Refused = { readonly needed: number; readonly leastAvailable: number };

type Process = {
  readonly lessee: Lessee;
  readonly writer: string;
  readonly holds: Set<Hold>;
  /** Settled and not in the books yet. */
  journal: { readonly pot: string; readonly charge: number }[];
  readonly tickets: Map<number, (refusal: HoldRefusal | 'unavailable' | null) => void>;
  alive: boolean;
  isTicking: boolean;
  pausedUntilMs: number;
};

type BookedPot = { limit: number; posted: number; leased: number };
type BookedLease = { taken: number; flushed: number; op: number };
type Pending = { readonly pot: string; readonly needed: number; least: number };

/** Processes that lease from one set of books over a network, on a clock of their own; all from one seed. */
export class LeasesWorld {
  nowMs = 0;
  refused: Refused[] = [];
  unavailable = 0;
  served = 0;
  /** Posted by a writer that had it not leased any more, though it was never said to be dead. */
  uncovered = 0;
  readonly faults: string[] = [];
  readonly books = new Map<string, BookedPot>();
  readonly processes: Process[] = [];
  readonly #leases = new Map<string, BookedLease>();
  readonly #writers = new Map<string, { epoch: number; expiresAtMs: number }>();
  readonly #events = new EventQueue();
  readonly #pending = new Set<Pending>();
  readonly #limits = new Map<string, number>();
  readonly #released = new Set<string>();
  readonly #weather: Weather;
  readonly #random: () => number;
  #booksClockMs = 1_000_000_000;
  #isCalm = false;
  #nth = 0;
  #tickets = 0;

  constructor(weather: Weather, random: () => number) {
    this.#weather = weather;
    this.#random = random;
    for (let at = 0; at < weather.pots; at++) this.#limits.set(`pot${at}`, weather.limit);
    for (let at = 0; at < weather.processes; at++) this.#start();
    for (let at = 0; at < weather.calls; at++) this.#at(random() * weather.withinMs, () => this.#call());
    this.#scatter(weather.crashes, () => this.#crash());
    this.#scatter(weather.pauses, () => this.#pause());
    this.#scatter(weather.jumps, () => {
      this.#booksClockMs += (random() - 0.5) * 1_200_000;
    });
    this.#scatter(weather.limitChanges, () => this.#changeLimit());
    if (weather.grants !== undefined)
      for (const [pot, limit] of this.#limits) this.books.set(pot, { limit, posted: 0, leased: 0 });
    this.#scatter(weather.grants ?? 0, () => this.#grant());
    this.#every(200, () => this.#flushAll());
    this.#every(1_000, () => this.#janitor());
  }

  /** Everything comes to its end: nobody dies or is late any more, and all give back. */
  run(): void {
    this.#runUntil(this.#weather.withinMs + 15_000);
    this.#isCalm = true;
    this.#runUntil(this.nowMs + this.#weather.longestPauseMs + 5_000);
    for (const process of this.processes) if (process.alive) this.#step(process, { kind: 'stop' });
    this.#runUntil(this.nowMs + 10_000);
    this.#booksClockMs += LONG_AFTER_MS;
    for (const { alive, writer } of this.processes) {
      const known = this.#writers.get(writer);
      if (alive && known !== undefined) known.expiresAtMs += LONG_AFTER_MS;
    }
    this.#runUntil(this.nowMs + 2_000);
  }

  /** The books are the first to know, and nobody is told. */
  #grant(): void {
    const pot = `pot${Math.floor(this.#random() * this.#weather.pots)}`;
    const booked = this.books.get(pot);
    if (booked === undefined) return;
    booked.limit += Math.floor(this.#random() * this.#weather.limit);
    this.#limits.set(pot, booked.limit);
  }

  #scatter(count: number, run: () => void): void {
    for (let at = 0; at < count; at++) this.#at(this.#random() * this.#weather.withinMs, run);
  }

  #at(atMs: number, run: () => void): void {
    this.#events.push(atMs, run);
  }

  #every(ms: number, run: () => void): void {
    const again = (): void => {
      run();
      this.#at(this.nowMs + ms, again);
    };
    this.#at(ms * this.#random(), again);
  }

  #runUntil(endMs: number): void {
    while (this.#events.nextAtMs() <= endMs) {
      const next = this.#events.pop();
      if (next === undefined) break;
      this.#booksClockMs += Math.max(0, next.atMs - this.nowMs);
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.run();
      this.#check();
    }
  }

  #check(): void {
    for (const [pot, { limit, posted, leased }] of this.books) {
      if (leased < 0) this.faults.push(`${pot}: less than nothing is leased`);
      const excess = this.#weather.limitChanges > 0 ? Number.POSITIVE_INFINITY : this.uncovered;
      if (posted + leased > limit + excess) this.faults.push(`${pot}: ${posted} + ${leased} of ${limit}`);
    }
    for (const pending of this.#pending) pending.least = Math.min(pending.least, this.available(pending.pot));
  }

  /** What nobody has posted, settled or held, nor is about to be told that he may hold it. */
  available(pot: string): number {
    let used = this.books.get(pot)?.posted ?? 0;
    for (const { journal, lessee, alive, writer } of this.processes) {
      const lease = lessee.leases.get(pot);
      let own = lease?.pot.held ?? 0;
      for (const { pot: of, charge } of journal) if (of === pot) own += charge;
      const lent = this.#leases.get(`${writer} ${pot}`);
      const isUnderWay = !alive || (lease?.asking?.asked ?? 0) > 0;
      used += isUnderWay && lent !== undefined ? Math.max(own, outstanding(lent)) : own;
    }
    return (this.#limits.get(pot) ?? 0) - used;
  }

  #start(): void {
    const writer = `w${this.processes.length}`;
    const process: Process = {
      lessee: openLessee({ writer, sole: false, ttlMs: TTL_MS }),
      writer,
      holds: new Set(),
      journal: [],
      tickets: new Map(),
      alive: true,
      isTicking: false,
      pausedUntilMs: 0,
    };
    this.processes.push(process);
    this.#renewNow(process);
    this.#every(1_000, () => {
      this.#step(process, { kind: 'tick' });
      this.#inside(process, () => this.#perform(process, sweepLessee(process.lessee, this.nowMs)));
    });
  }

  /** What happens in a process waits while it is paused, and does not happen when it is dead. */
  #inside(process: Process, run: () => void): void {
    if (!process.alive) return;
    if (this.nowMs < process.pausedUntilMs) this.#at(process.pausedUntilMs, () => this.#inside(process, run));
    else run();
  }

  #step(process: Process, event: LesseeEvent): void {
    this.#inside(process, () => this.#perform(process, stepLessee(process.lessee, event, this.nowMs)));
  }

  #perform(process: Process, effects: ReturnType<typeof stepLessee>): void {
    for (const effect of effects) {
      if (effect.kind === 'ask') this.#ask(process, effect.ask);
      else if (effect.kind === 'renew') this.#renew(process);
      else if (effect.kind === 'recall') {
        for (const other of this.processes) {
          if (other !== process) this.#send(() => this.#step(other, { kind: 'recalled', pot: effect.pot }));
        }
      } else {
        process.tickets.get(effect.ticket)?.(effect.refusal);
        process.tickets.delete(effect.ticket);
      }
    }
    if (process.isTicking || process.lessee.waiting.size === 0) return;
    process.isTicking = true;
    this.#at(this.nowMs + 10, () => {
      process.isTicking = false;
      this.#step(process, { kind: 'tick' });
    });
  }

  #send(run: () => void): void {
    const { lost, twice, delayMs } = this.#weather;
    if (!this.#isCalm && this.#random() < lost) return;
    this.#at(this.nowMs + this.#random() * delayMs, run);
    if (!this.#isCalm && this.#random() < twice) this.#at(this.nowMs + this.#random() * 5_000, run);
  }

  #ask(process: Process, ask: LeaseAsk): void {
    this.#send(() => {
      const answer = this.#answer(ask);
      this.#send(() => this.#step(process, { kind: 'answered', answer }));
    });
    this.#at(this.nowMs + ASK_WITHIN_MS, () => this.#step(process, { kind: 'failed', pot: ask.pot, op: ask.op }));
  }

  #answer(ask: LeaseAsk): LeaseAnswer {
    const { pot, op, writer } = ask;
    const limit = ask.limit ?? this.books.get(pot)?.limit ?? 0;
    const known = this.#writers.get(writer);
    if (known === undefined)
      return { pot, op, epoch: null, given: 0, taken: 0, flushed: 0, posted: 0, leased: 0, free: 0 };
    const booked = this.books.get(pot) ?? { limit, posted: 0, leased: 0 };
    const lease = this.#leases.get(`${writer} ${pot}`) ?? { taken: 0, flushed: 0, op: 0 };
    const live = [...this.#writers.values()].filter(({ expiresAtMs }) => expiresAtMs > this.#booksClockMs).length;
    const decided = decideLease(booked, lease, live, { ...ask, limit });
    this.books.set(pot, { limit, posted: booked.posted, leased: decided.leased });
    this.#leases.set(`${writer} ${pot}`, { ...lease, taken: decided.taken, op: Math.max(op, lease.op) });
    return { pot, op, epoch: known.epoch, ...decided };
  }

  #renew(process: Process): void {
    const sentAtMs = this.nowMs;
    let isAnswered = false;
    this.#send(() => {
      const epoch = this.#register(process);
      this.#send(() =>
        this.#inside(process, () => {
          isAnswered = true;
          // What the driver does: all that was settled is booked before new leases are taken.
          if (epoch !== process.lessee.epoch) this.#flush(process);
          this.#step(process, { kind: 'renewed', epoch, sentAtMs });
        }),
      );
    });
    this.#at(this.nowMs + ASK_WITHIN_MS, () => {
      if (!isAnswered) this.#step(process, { kind: 'renewal-failed' });
    });
  }

  #renewNow(process: Process): void {
    this.#step(process, { kind: 'renewed', epoch: this.#register(process), sentAtMs: this.nowMs });
  }

  #register({ writer }: Process): number {
    const epoch = this.#writers.get(writer)?.epoch ?? this.#nth++;
    this.#writers.set(writer, { epoch, expiresAtMs: this.#booksClockMs + TTL_MS });
    return epoch;
  }

  #call(): void {
    const living = this.processes.filter(({ alive }) => alive);
    // Now one has most of the calls, now another: what one has taken in store is missed by the others.
    const busiest = Math.floor(this.nowMs / (this.#weather.withinMs / 4));
    const process = living[Math.floor(busiest + this.#random() ** 3 * living.length) % living.length];
    const pot = `pot${Math.floor(this.#random() * this.#weather.pots)}`;
    const [least, most] = this.#weather.amounts;
    const amount = least + Math.floor(this.#random() * (most - least + 1));
    const share = this.#random();
    const lastsMs = this.#random() * 400;
    if (process !== undefined) this.#inside(process, () => this.#begin(process, pot, amount, share, lastsMs));
  }

  #begin(process: Process, potId: string, amount: number, share: number, lastsMs: number): void {
    const { lessee } = process;
    const limit = this.#limits.get(potId) ?? 0;
    const isWallet = this.#weather.grants !== undefined;
    const opened = isWallet ? openWallet(potId, 0n) : openPot(potId, BigInt(limit), 0n, 0);
    const lease = lessee.leases.get(potId) ?? addLease(lessee, opened, this.nowMs);
    if (!isWallet && lease.pot.limit !== limit) this.#step(process, { kind: 'limit', pot: potId, limit });
    const settle = (held: Hold): void => {
      process.holds.add(held);
      this.served++;
      const isAlone = this.#weather.processes === 1 && this.#weather.limitChanges > 0;
      if (isAlone && lease.pot.limit === this.#limits.get(potId) && this.available(potId) < 0)
        this.faults.push(`${potId}: held ${held.amount} over a limit that was lowered`);
      this.#at(this.nowMs + lastsMs, () => this.#inside(process, () => this.#settle(process, held, potId, share)));
    };
    const outcome = isValid(lessee, this.nowMs) ? hold([lease.pot], BigInt(amount)) : null;
    if (outcome !== null && isHold(outcome)) {
      settle(outcome);
      if (isAttentive(lease, this.nowMs)) this.#step(process, { kind: 'moved', pot: potId });
      return;
    }
    const ticket = ++this.#tickets;
    const pending: Pending = { pot: potId, needed: amount, least: this.available(potId) };
    this.#pending.add(pending);
    process.tickets.set(ticket, (refusal) => {
      this.#pending.delete(pending);
      if (refusal === null) settle(holdOf([lease.pot], amount));
      else if (refusal === 'unavailable') this.unavailable++;
      else this.refused.push({ needed: amount, leastAvailable: Math.min(pending.least, this.available(potId)) });
    });
    this.#step(process, { kind: 'short', pot: potId, amount, ticket });
  }

  #settle(process: Process, held: Hold, pot: string, share: number): void {
    if (!process.holds.delete(held)) return;
    const charge = Math.floor(held.amount * share);
    post(held, BigInt(charge));
    process.journal.push({ pot, charge });
    const lease = process.lessee.leases.get(pot);
    if (lease !== undefined && isAttentive(lease, this.nowMs)) this.#step(process, { kind: 'moved', pot });
  }

  #flushAll(): void {
    for (const process of this.processes) this.#flush(process);
  }

  #flush(process: Process): void {
    for (const { pot, charge } of process.journal.splice(0)) {
      const booked = this.books.get(pot);
      if (booked === undefined) continue;
      const lease = this.#leases.get(`${process.writer} ${pot}`);
      const out = lease === undefined ? 0 : outstanding(lease);
      const covered = Math.min(charge, out);
      booked.posted += charge;
      booked.leased -= covered;
      if (lease !== undefined) lease.flushed += charge;
      if (charge === covered) continue;
      this.uncovered += charge - covered;
      if (!this.#released.has(process.writer)) this.faults.push(`${process.writer} posted what it had not leased`);
    }
  }

  #crash(): void {
    const living = this.processes.filter(({ alive }) => alive);
    const process = living[Math.floor(this.#random() * living.length)];
    if (process === undefined) return;
    process.alive = false;
    for (const ticket of process.tickets.values()) ticket('unavailable');
    process.tickets.clear();
    const comesBackMs = this.#random() < 0.3 ? Number.POSITIVE_INFINITY : this.#random() * 10_000;
    if (comesBackMs < Number.POSITIVE_INFINITY) this.#at(this.nowMs + comesBackMs, () => this.#recover(process));
    this.#start();
  }

  /** The journal is replayed, what was held is charged, and only then the leases go back. */
  #recover(process: Process): void {
    for (const { pots, amount } of process.holds) {
      for (const { id } of pots) process.journal.push({ pot: id, charge: amount });
    }
    process.holds.clear();
    this.#flush(process);
    this.#release(process.writer);
  }

  #release(writer: string): void {
    for (const [name, lease] of this.#leases) {
      const [of, pot = ''] = name.split(' ');
      const booked = this.books.get(pot);
      if (of !== writer || booked === undefined) continue;
      booked.leased -= outstanding(lease);
      this.#leases.delete(name);
    }
    this.#writers.delete(writer);
    this.#released.add(writer);
  }

  #janitor(): void {
    for (const [writer, { expiresAtMs }] of this.#writers) {
      if (expiresAtMs + RELEASED_AFTER_MS < this.#booksClockMs) this.#release(writer);
    }
  }

  #pause(): void {
    const process = this.processes[Math.floor(this.#random() * this.processes.length)];
    if (process === undefined) return;
    process.pausedUntilMs = this.nowMs + this.#random() * this.#weather.longestPauseMs;
  }

  #changeLimit(): void {
    const pot = `pot${Math.floor(this.#random() * this.#weather.pots)}`;
    this.#limits.set(pot, Math.floor(this.#weather.limit * (0.2 + 1.6 * this.#random())));
  }

  /** Of the processes that live: what is held though nothing is under way. */
  stillHeld(): number {
    let sum = 0;
    for (const { alive, lessee } of this.processes) {
      if (alive) for (const { pot } of lessee.leases.values()) sum += pot.held;
    }
    return sum;
  }

  stillLeased(): number {
    return [...this.books.values()].reduce((sum, { leased }) => sum + leased, 0);
  }
}
