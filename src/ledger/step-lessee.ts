import { type LeaseAnswer, type LeaseAsk, outstanding } from './lease.ts';
import {
  isSole,
  isValid,
  type Lease,
  type Lessee,
  type LesseeEffect,
  type LesseeEvent,
  type Waiter,
} from './lessee.ts';
import { type HoldRefusal, type Pot, roomInPot } from './pot.ts';

/** For so long others are asked for what they do not need, before a caller is refused. */
export const RECALL_WITHIN_MS = 150;
const RETRY_EVERY_MS = 12;
const RECALL_EVERY_MS = 40;
/** After a recall, this long nothing is kept that is not held. */
const RECALLED_FOR_MS = 1_000;
/** With less than so many holds left, no process keeps any in reserve. */
const SCARCE_HOLDS = 20;
/** Kept in reserve while there is plenty: so many holds, and what was spent in so many milliseconds. */
const AMPLE_HOLDS = 8;
const AMPLE_MS = 10_000;
const MEASURE_MS = 1_000;
/** While the books do not answer, they are asked again and again, and callers wait for so long. */
const ASK_AGAIN_AFTER_MS = 100;
const UNAVAILABLE_AFTER_MS = 2_000;
const IDLE_MS = 60_000;
/** What nobody has used for so long is not kept in memory. */
export const RETIRED_AFTER_MS = 5 * 60_000;
/** What others have spent of a pot in use is not older than this. */
const KNOWN_FOR_MS = 5_000;
const SWEPT_AT_ONCE = 2_000;
/** What an expiry is feared early: the processes' clocks need only agree on how long a minute is. */
const SAFE_SHARE = 0.8;

type Effects = LesseeEffect[];

/**
 * How a process comes by its leases: all that is decided, without clock or database. Changes the lessee and its pots, and
 * answers what is to be done. Messages may be lost, come twice, late or in another order; the process may be paused.
 */
export function stepLessee(lessee: Lessee, event: LesseeEvent, nowMs: number): readonly LesseeEffect[] {
  const effects: Effects = [];
  switch (event.kind) {
    case 'short':
      onLease(lessee, event.pot, (lease) => {
        lease.largest = Math.max(event.amount, Math.floor(lease.largest / 2));
        lease.waiters.push({ ticket: event.ticket, amount: event.amount, sinceMs: nowMs, shortSinceMs: null });
        lessee.waiting.add(lease);
        pump(lessee, lease, nowMs, effects);
      });
      break;
    case 'moved':
      onLease(lessee, event.pot, (lease) => pump(lessee, lease, nowMs, effects));
      break;
    case 'limit':
      onLease(lessee, event.pot, (lease) => changeLimit(lessee, lease, event.limit, nowMs, effects));
      break;
    case 'answered':
      onLease(lessee, event.answer.pot, (lease) => takeAnswer(lessee, lease, event.answer, nowMs, effects));
      break;
    case 'failed':
      onLease(lessee, event.pot, (lease) => takeFailure(lessee, lease, event.op, nowMs, effects));
      break;
    case 'renewed':
      takeRenewal(lessee, event.epoch, event.sentAtMs, nowMs, effects);
      break;
    case 'renewal-failed':
      lessee.renewing = false;
      lessee.renewAtMs = nowMs + ASK_AGAIN_AFTER_MS;
      if (!isValid(lessee, nowMs)) for (const lease of lessee.waiting) giveUpOn(lessee, lease, nowMs, effects);
      break;
    case 'recalled':
      onLease(lessee, event.pot, (lease) => {
        lease.recalledUntilMs = nowMs + RECALLED_FOR_MS;
        pump(lessee, lease, nowMs, effects);
      });
      break;
    case 'tick':
      tick(lessee, nowMs, effects);
      break;
    case 'stop':
      lessee.stopped = true;
      for (const lease of lessee.leases.values()) pump(lessee, lease, nowMs, effects);
  }
  return effects;
}

/** Whether a pot's moves matter before the next tick: somebody waits, there is little left, or it is half used up. */
export function isAttentive(lease: Lease, nowMs: number): boolean {
  return lease.waiters.length > 0 || lease.free < 0 || isTight(lease, nowMs) || roomInPot(lease.pot) * 2 < lease.level;
}

function onLease(lessee: Lessee, pot: string, run: (lease: Lease) => void): void {
  const lease = lessee.leases.get(pot);
  if (lease !== undefined) run(lease);
}

function tick(lessee: Lessee, nowMs: number, effects: Effects): void {
  if (nowMs >= lessee.renewAtMs) renew(lessee, effects);
  for (const lease of lessee.waiting) pump(lessee, lease, nowMs, effects);
}

/**
 * For ticks that come seldom: gives back what nobody has used for a while, and what an operation may have left behind. Of
 * very many leases each time some, so that the loop is not held up.
 */
export function sweepLessee(lessee: Lessee, nowMs: number): readonly LesseeEffect[] {
  const effects: Effects = [];
  lessee.sweeping ??= lessee.leases.values();
  for (let swept = 0; swept < SWEPT_AT_ONCE; swept++) {
    const { value: lease, done } = lessee.sweeping.next();
    if (done === true || lease === undefined) {
      lessee.sweeping = null;
      break;
    }
    if (lease.pot.held > 0 || lease.pot.posted !== lease.sweptPosted) lease.usedMs = nowMs;
    lease.sweptPosted = lease.pot.posted;
    pump(lessee, lease, nowMs, effects);
    if (mayRetire(lease, nowMs)) {
      lessee.leases.delete(lease.pot.id);
      lease.pot.retired = true;
    }
  }
  return effects;
}

/** Nothing is out, nothing is under way, and the books have all that was posted: they tell it when it is used again. */
function mayRetire(lease: Lease, nowMs: number): boolean {
  const { pot, asking, unsure, waiters, flushed } = lease;
  const isAtRest = pot.held === 0 && asking === null && !unsure && waiters.length === 0;
  return isAtRest && isUnused(lease, nowMs) && roomInPot(pot) <= 0 && pot.posted <= flushed;
}

function isUnused({ usedMs, pot }: Lease, nowMs: number): boolean {
  return nowMs - usedMs >= RETIRED_AFTER_MS && pot.held === 0;
}

function isTight(lease: Lease, nowMs: number): boolean {
  return lease.scarce || nowMs < lease.recalledUntilMs;
}

function renew(lessee: Lessee, effects: Effects): void {
  if (lessee.renewing) return;
  lessee.renewing = true;
  effects.push({ kind: 'renew' });
}

function takeRenewal(lessee: Lessee, epoch: number, sentAtMs: number, nowMs: number, effects: Effects): void {
  lessee.renewing = false;
  if (lessee.epoch !== null && lessee.epoch !== epoch) for (const lease of lessee.leases.values()) forget(lease);
  lessee.epoch = epoch;
  lessee.validUntilMs = sentAtMs + lessee.ttlMs * SAFE_SHARE;
  lessee.renewAtMs = sentAtMs + lessee.ttlMs / 3;
  for (const lease of lessee.waiting) pump(lessee, lease, nowMs, effects);
}

/** The books know nothing of this lease any more. What is held is still owed to it. */
function forget(lease: Lease): void {
  lease.pot.postedElsewhere += lease.pot.posted;
  lease.pot.posted = 0;
  lease.pot.taken = 0;
  lease.flushed = 0;
  lease.level = 0;
  lease.sincePosted = 0;
  lease.asking = null;
}

/** A lower limit counts at once: what was taken under the higher one goes back, as far as it is not held. */
function changeLimit(lessee: Lessee, lease: Lease, limit: number, nowMs: number, effects: Effects): void {
  const isLower = limit < lease.pot.limit;
  lease.pot.limit = limit;
  if (!isLower) return;
  lease.unsure = true;
  // Until the books say more, it counts as over: what is held and comes free goes back, too.
  lease.free = -1;
  pump(lessee, lease, nowMs, effects);
}

function used(pot: Pot): number {
  return pot.posted + pot.held;
}

function takeFailure(lessee: Lessee, lease: Lease, op: number, nowMs: number, effects: Effects): void {
  if (lease.asking?.op !== op) return;
  lease.asking = null;
  lease.unsure = true;
  lease.askAgainAtMs = nowMs + ASK_AGAIN_AFTER_MS;
  giveUpOn(lessee, lease, nowMs, effects);
}

/** Those that have waited long enough for books that do not answer. */
function giveUpOn(lessee: Lessee, lease: Lease, nowMs: number, effects: Effects): void {
  keepWaiters(lessee, lease, ({ ticket, sinceMs }) => {
    if (nowMs - sinceMs < UNAVAILABLE_AFTER_MS) return true;
    effects.push({ kind: 'resolve', ticket, refusal: 'unavailable' });
    return false;
  });
}

function keepWaiters(lessee: Lessee, lease: Lease, keeps: (waiter: Waiter) => boolean): void {
  const left = lease.waiters.filter(keeps);
  lease.waiters.splice(0, lease.waiters.length, ...left);
  if (left.length === 0) lessee.waiting.delete(lease);
}

function takeAnswer(lessee: Lessee, lease: Lease, answer: LeaseAnswer, nowMs: number, effects: Effects): void {
  const { asking, pot } = lease;
  if (asking?.op !== answer.op) return;
  lease.asking = null;
  if (answer.epoch === null || answer.epoch !== lessee.epoch) {
    // Taken away meanwhile: nothing of it may be spent until the books know this process again.
    lessee.validUntilMs = Number.NEGATIVE_INFINITY;
    lease.unsure = true;
    renew(lessee, effects);
    return;
  }
  lease.unsure = false;
  lease.limitAnswered = asking.limit;
  if (pot.isWallet) pot.limit = answer.free + answer.posted + answer.leased;
  lease.answeredMs = nowMs;
  pot.taken = answer.taken;
  // A call that was let in before there was a budget is posted without having been held.
  pot.posted = Math.max(pot.posted, answer.flushed);
  pot.postedElsewhere = answer.posted - answer.flushed;
  lease.flushed = answer.flushed;
  // The limit may have been lowered since they were asked.
  lease.free = answer.free - Math.max(0, (asking.limit ?? pot.limit) - pot.limit);
  lease.leasedElsewhere = answer.leased - outstanding(answer);
  // Twice as much to end it, or what is given back would end it each time.
  lease.scarce = !isSole(lessee, pot) && answer.free < SCARCE_HOLDS * lease.largest * (lease.scarce ? 2 : 1);
  measure(lease, nowMs);
  if (isValid(lessee, nowMs)) {
    serveWaiters(lessee, lease, effects);
    lease.level = isSole(lessee, pot) ? 0 : Math.max(0, roomInPot(pot));
    if (lease.waiters.length > 0) sortOutShort(lessee, lease, asking, nowMs, effects);
  }
  pump(lessee, lease, nowMs, effects);
}

function measure(lease: Lease, nowMs: number): void {
  const elapsedMs = nowMs - lease.sinceMs;
  if (elapsedMs < MEASURE_MS) return;
  lease.rate = Math.max(0, (lease.pot.posted - lease.sincePosted) / elapsedMs);
  lease.sinceMs = nowMs;
  lease.sincePosted = lease.pot.posted;
}

/** Whoever fits, in the order that they came. Over the limit nobody does. */
function serveWaiters(lessee: Lessee, lease: Lease, effects: Effects): void {
  if (lease.free < 0) giveUpRoom(lease);
  if (lease.waiters.length === 0) return;
  keepWaiters(lessee, lease, ({ ticket, amount }) => {
    if (roomInPot(lease.pot) < amount) return true;
    lease.pot.held += amount;
    effects.push({ kind: 'resolve', ticket, refusal: null });
    return false;
  });
}

/** Of those that the books had too little for: refused, if nobody else has any, or has had the time to give it back. */
function sortOutShort(lessee: Lessee, lease: Lease, asking: LeaseAsk, nowMs: number, effects: Effects): void {
  const reach = Math.max(0, roomInPot(lease.pot)) + Math.max(0, lease.free);
  let isShort = false;
  keepWaiters(lessee, lease, (waiter) => {
    // Who came while the books were asked, or now fits, is asked for again.
    if (asking.asked === 0 || waiter.ticket > asking.lastTicket || waiter.amount <= reach) return true;
    waiter.shortSinceMs ??= nowMs;
    const isFinal = lease.leasedElsewhere <= 0 || nowMs - waiter.shortSinceMs >= RECALL_WITHIN_MS;
    if (isFinal) effects.push({ kind: 'resolve', ticket: waiter.ticket, refusal: refusalOf(lease, waiter.amount) });
    else isShort = true;
    return !isFinal;
  });
  if (!isShort) return;
  lease.retryAtMs = nowMs + RETRY_EVERY_MS;
  if (nowMs < lease.recallAtMs) return;
  lease.recallAtMs = nowMs + RECALL_EVERY_MS;
  effects.push({ kind: 'recall', pot: lease.pot.id });
}

/** `held` is what all processes hold or have leased: what is free is limit - used - held. */
export function refusalOf({ pot, free }: Lease, asked: number): HoldRefusal {
  const spent = pot.posted + pot.postedElsewhere;
  const mine = Math.max(0, roomInPot(pot));
  const held = Math.max(0, pot.limit - spent - Math.max(0, free) - mine);
  return { pot: pot.id, limit: pot.limit, used: spent, held, asked };
}

/** Serves who waits, and starts the one operation that is due. */
function pump(lessee: Lessee, lease: Lease, nowMs: number, effects: Effects): void {
  const isUsable = isValid(lessee, nowMs);
  if (isUsable) serveWaiters(lessee, lease, effects);
  if (lease.asking !== null) return;
  if (!isUsable) {
    if (lease.waiters.length > 0 && nowMs >= lessee.renewAtMs) renew(lessee, effects);
    return;
  }
  if (nowMs < lease.askAgainAtMs) return;
  const ask = dueAsk(lessee, lease, nowMs);
  if (ask === null) return;
  lease.asking = ask;
  effects.push({ kind: 'ask', ask });
}

function dueAsk(lessee: Lessee, lease: Lease, nowMs: number): LeaseAsk | null {
  const { pot, waiters } = lease;
  if (waiters.length > 0) {
    if (nowMs < lease.retryAtMs && waiters.every(({ shortSinceMs }) => shortSinceMs !== null)) return null;
    return askForWaiters(lessee, lease, nowMs);
  }
  const room = roomInPot(pot);
  if (isUnused(lease, nowMs) && nowMs - lease.answeredMs >= KNOWN_FOR_MS && (room > 0 || pot.posted > lease.flushed)) {
    giveUpRoom(lease);
    return askOf(lessee, lease, { sole: false });
  }
  if (isSole(lessee, pot)) return lease.unsure ? askOf(lessee, lease, {}) : null;
  const isIdle = nowMs - lease.usedMs >= IDLE_MS && pot.held === 0;
  if (lease.unsure || (room > 0 && (lessee.stopped || isIdle || isTight(lease, nowMs)))) {
    if (lessee.stopped || isIdle || isTight(lease, nowMs)) giveUpRoom(lease);
    return askOf(lessee, lease, {});
  }
  if (lessee.stopped || isIdle) return null;
  const isStale = lease.usedMs > lease.answeredMs && nowMs - lease.answeredMs >= KNOWN_FOR_MS;
  const lacking = room * 2 < lease.level ? ampleOf(lease) - room : 0;
  return lacking > 0 || isStale ? askOf(lessee, lease, { ample: Math.max(0, lacking) }) : null;
}

/** The own room goes back with it: two that have half of what each needs would else both be refused. */
function askForWaiters(lessee: Lessee, lease: Lease, nowMs: number): LeaseAsk {
  giveUpRoom(lease);
  const hole = used(lease.pot) - lease.pot.taken;
  let need = Number.POSITIVE_INFINITY;
  let asked = 0;
  let lastTicket = 0;
  for (const { amount, ticket } of lease.waiters) {
    need = Math.min(need, amount);
    asked += amount;
    lastTicket = Math.max(lastTicket, ticket);
  }
  const ample = isTight(lease, nowMs) || lessee.stopped ? 0 : ampleOf(lease);
  return askOf(lessee, lease, { need: need + hole, asked: asked + hole, ample: ample + hole, lastTicket });
}

/** The books hear of it with the next operation. */
function giveUpRoom(lease: Lease): void {
  lease.level = 0;
  if (roomInPot(lease.pot) <= 0) return;
  lease.pot.taken = used(lease.pot);
  lease.unsure = true;
}

function ampleOf({ largest, pot, rate }: Lease): number {
  return Math.ceil(Math.max(AMPLE_HOLDS * largest, pot.held) + rate * AMPLE_MS);
}

function askOf(
  lessee: Lessee,
  { pot }: Lease,
  wanted: Partial<Pick<LeaseAsk, 'need' | 'asked' | 'ample' | 'lastTicket' | 'sole'>>,
): LeaseAsk {
  const { writer } = lessee;
  lessee.lastOp++;
  return {
    pot: pot.id,
    writer,
    op: lessee.lastOp,
    limit: pot.isWallet ? null : pot.limit,
    keep: pot.taken,
    need: 0,
    asked: 0,
    ample: 0,
    lastTicket: 0,
    sole: isSole(lessee, pot),
    endsAtMs: pot.endsAtMs,
    ...wanted,
  };
}
