import type { ShareAsk, ShareRoundAnswer } from '../../store/index.ts';
import type { Share, Sharer, SharerEffect, SharerEvent } from './share.ts';
import { isPressedAt, reachOf, targetOf } from './target-of.ts';

/** Clients that were refused come back after a second or two. */
const PRESSED_FOR_MS = 2_500;
/** Nothing was free: what others give back comes with their next round. */
const ASK_AGAIN_MS = 250;
const LOW_AGAIN_MS = 100;
const ROUND_WITHIN_MS = 2_000;
/** Not in use for so long, a share is given up. */
const IDLE_MS = 10_000;
const TOLD_EVERY_MS = 20_000;
const MOST_ASKS = 500;
/** A million shares are looked at in turns. */
const LOOKS_PER_TICK = 2_000;

type Effects = SharerEffect[];

/** What a process does about its shares. It sends at most one round at a time, and never waits to use what it has. */
export function stepSharer(sharer: Sharer, event: SharerEvent, nowMs: number): readonly SharerEffect[] {
  const effects: Effects = [];
  switch (event.kind) {
    case 'took':
      return took(sharer, event.share, event.amount, nowMs, effects);
    case 'short':
      fallShort(sharer, event.share, event.amount, event.weight, nowMs);
      break;
    case 'presume':
      presume(sharer, event.share, nowMs);
      return effects;
    case 'tick':
      tick(sharer, nowMs, effects);
      return effects;
    case 'answered':
      takeAnswer(sharer, event.op, event.answer, nowMs, effects);
      break;
    case 'failed':
      fail(sharer, event.op, nowMs, effects);
      return effects;
    case 'stop':
      sharer.stopped = true;
      return effects;
  }
  if (sharer.due.size > 0 && !sharer.isDown) send(sharer, nowMs, effects);
  return effects;
}

/** Whether an answer of the counters may bring what a call did not find. */
export function mayGetMore(sharer: Sharer, share: Share): boolean {
  if (sharer.isDown || sharer.stopped || share.allowed >= share.limit) return false;
  return !share.isKnown || sharer.due.has(share) || sharer.asking?.shares.includes(share) === true;
}

function took(sharer: Sharer, share: Share, amount: number, nowMs: number, effects: Effects): Effects {
  share.taken += amount;
  share.usedMs = nowMs;
  const used = share.usedAt(nowMs);
  share.peak = Math.max(share.peak, used);
  const isLow = share.allowed - used < Math.max(share.taken, share.takenBefore) / 2;
  if (!isLow || share.cap >= share.limit || nowMs < share.askAgainAtMs || sharer.isDown) return effects;
  share.askAgainAtMs = nowMs + LOW_AGAIN_MS;
  sharer.due.add(share);
  send(sharer, nowMs, effects);
  return effects;
}

function fallShort(sharer: Sharer, share: Share, amount: number, weight: number, nowMs: number): void {
  const wasPressed = isPressedAt(share, nowMs);
  share.need = Math.min(share.limit, wasPressed ? Math.max(share.need, amount) : amount);
  share.pressed = wasPressed ? Math.max(share.pressed, weight) : weight;
  share.pressedUntilMs = nowMs + PRESSED_FOR_MS;
  sharer.shares.set(share.name, share);
  sharer.watched.add(share);
  if (sharer.isDown) presume(sharer, share, nowMs);
  else if (nowMs >= share.askAgainAtMs || !share.isKnown) sharer.due.add(share);
}

function tick(sharer: Sharer, nowMs: number, effects: Effects): void {
  const { asking } = sharer;
  if (asking !== null && nowMs - asking.sinceMs >= ROUND_WITHIN_MS) fail(sharer, asking.round.op, nowMs, effects);
  for (const share of sharer.watched) look(sharer, share, nowMs);
  sharer.sweeping ??= sharer.shares.values();
  for (let looks = 0; looks < LOOKS_PER_TICK; looks++) {
    const { done, value } = sharer.sweeping.next();
    if (done === true) {
      sharer.sweeping = null;
      break;
    }
    look(sharer, value, nowMs);
  }
  // A round without asks as well: it says that this process lives.
  if (!sharer.stopped) send(sharer, nowMs, effects);
}

/** Gives back what is not needed, and says what is. */
function look(sharer: Sharer, share: Share, nowMs: number): void {
  if (share.lookedMs === nowMs) return;
  share.lookedMs = nowMs;
  share.takenBefore = share.taken;
  share.taken = 0;
  share.peakBefore = share.peak;
  share.peak = share.usedAt(nowMs);
  const isPressed = isPressedAt(share, nowMs);
  const isWanted = share.others.some(({ pressed }) => pressed > 0);
  if (!isPressed && share.pressed > 0) {
    share.pressed = 0;
    share.need = 0;
    sharer.due.add(share);
  }
  if (!isPressed && !isWanted) sharer.watched.delete(share);
  settle(sharer, share, nowMs);
  const isStale = nowMs - share.toldMs >= TOLD_EVERY_MS;
  const target = wanted(sharer, share, nowMs);
  if (isPressed || isWanted || isStale || target !== share.cap) sharer.due.add(share);
}

function wanted(sharer: Sharer, share: Share, nowMs: number): number {
  const isIdle = nowMs - share.usedMs >= IDLE_MS && !isPressedAt(share, nowMs) && share.usedAt(nowMs) === 0;
  return isIdle ? 0 : targetOf(share, sharer, nowMs);
}

/** How much of the share may be used now. */
function settle(sharer: Sharer, share: Share, nowMs: number): void {
  share.allowed = Math.min(share.cap, share.limit, targetOf(share, sharer, nowMs));
  share.reach = reachOf(share);
}

function send(sharer: Sharer, nowMs: number, effects: Effects): void {
  if (sharer.asking !== null) return;
  const asks: ShareAsk[] = [];
  const shares: Share[] = [];
  for (const share of sharer.due) {
    if (asks.length >= MOST_ASKS) break;
    sharer.due.delete(share);
    asks.push(askOf(sharer, share, nowMs));
    shares.push(share);
  }
  sharer.op++;
  const round = { process: sharer.process, op: sharer.op, asks };
  sharer.asking = { round, shares, sinceMs: nowMs };
  effects.push({ kind: 'ask', round });
}

/** What is given back is not used any more from here on, whatever becomes of the message. */
function askOf(sharer: Sharer, share: Share, nowMs: number): ShareAsk {
  const want = wanted(sharer, share, nowMs);
  const used = share.usedAt(nowMs);
  const keep = Math.max(used, Math.min(share.cap, want));
  share.cap = keep;
  share.allowed = Math.min(share.allowed, keep);
  const isPressed = isPressedAt(share, nowMs);
  return {
    name: share.name,
    limit: share.limit,
    windowMs: share.windowMs,
    keep,
    want,
    used,
    pressed: isPressed ? share.pressed : 0,
    need: isPressed ? share.need : 0,
  };
}

function takeAnswer(sharer: Sharer, op: number, answer: ShareRoundAnswer, nowMs: number, effects: Effects): void {
  const { asking } = sharer;
  if (asking?.round.op !== op) return;
  // This process may have been taken for dead since then, and what was granted may be another's.
  if (nowMs - asking.sinceMs >= ROUND_WITHIN_MS) {
    fail(sharer, op, nowMs, effects);
    return;
  }
  sharer.asking = null;
  sharer.isDown = false;
  sharer.live = Math.max(1, answer.live);
  sharer.aheadMs = answer.nowMs - nowMs;
  for (const [at, { cap, others }] of answer.answers.entries()) {
    const share = asking.shares[at];
    if (share !== undefined) grant(sharer, share, cap, others, nowMs);
  }
  for (const name of answer.pressed) {
    const share = sharer.shares.get(name);
    // Once at once, and from then on with each tick.
    if (share === undefined || sharer.watched.has(share)) continue;
    sharer.watched.add(share);
    sharer.due.add(share);
  }
  // Those who came meanwhile are asked for now, and wait for that.
  const changed = asking.shares.filter((share) => !sharer.due.has(share));
  effects.push({ kind: 'changed', shares: changed });
}

function grant(sharer: Sharer, share: Share, cap: number, others: Share['others'], nowMs: number): void {
  const isFirst = !share.isKnown;
  share.cap = cap;
  share.others = others;
  share.isKnown = true;
  share.toldMs = nowMs;
  settle(sharer, share, nowMs);
  const isPressed = isPressedAt(share, nowMs);
  if (isPressed || others.some(({ pressed }) => pressed > 0)) sharer.watched.add(share);
  const isShort = isPressed && share.allowed < share.usedAt(nowMs) + share.need;
  const free = share.limit - others.reduce((sum, other) => sum + other.cap, cap);
  // Now it is known who else has some: what was asked for may have been too modest.
  if (isShort && isFirst && free > 0) sharer.due.add(share);
  else if (isShort) share.askAgainAtMs = nowMs + ASK_AGAIN_MS;
  if (cap > 0 || isPressed || share.usedAt(nowMs) > 0) return;
  share.isKnown = false;
  share.others = [];
  sharer.shares.delete(share.name);
  sharer.watched.delete(share);
}

/** Each goes on with what it has; who has nothing yet takes an even part of what there is, one at least. */
function fail(sharer: Sharer, op: number, nowMs: number, effects: Effects): void {
  const { asking } = sharer;
  if (asking?.round.op !== op) return;
  sharer.asking = null;
  sharer.isDown = true;
  for (const share of asking.shares) {
    sharer.due.add(share);
    presume(sharer, share, nowMs);
  }
  effects.push({ kind: 'changed', shares: asking.shares });
}

function presume(sharer: Sharer, share: Share, nowMs: number): void {
  if (share.isKnown) return;
  sharer.shares.set(share.name, share);
  share.cap = Math.max(share.cap, Math.min(share.limit, Math.max(1, Math.floor(share.limit / sharer.live))));
  share.allowed = Math.min(share.cap, share.limit);
  share.reach = share.allowed;
  share.usedMs = nowMs;
}
