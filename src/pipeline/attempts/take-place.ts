import type { Deployment } from '../../catalog/index.ts';
import type { SlotRefusal, SlotRequest } from '../../limits/index.ts';
import type { Exchange } from '../exchange.ts';
import { reservationOf } from '../priority-of.ts';
import type { Rooms } from '../rooms.ts';
import type { Search } from './search.ts';

/** What a call asks of a deployment's limits: the tokens of its request, by a guess. */
export function slotOf(
  { request, preferences, key }: Exchange,
  { id, circuit, limits }: Deployment,
  { policies }: Pick<Rooms, 'policies'>,
): SlotRequest {
  const { priorities, routing } = policies();
  return {
    deployment: id,
    circuit,
    limits,
    tokens: Math.ceil((request?.bytes.length ?? 0) / 4),
    priority: preferences.queuePriority ?? routing.queue.usualPriority ?? 0,
    party: key?.id ?? '',
    reservation: reservationOf(key, priorities),
  };
}

/**
 * Takes a place at the deployment: at once, or after as long a wait as the deployment's limits say, or the search where
 * no candidate had one. False: there is none in that time, or the client has gone.
 */
export function takePlace(search: Search, slot: SlotRequest): boolean | Promise<boolean> {
  const { queue } = search.rooms;
  const refusal = queue.reserve(slot);
  if (refusal === null) return true;
  const { later } = refusal;
  return later === null ? inLine(search, slot, refusal) : later.then(() => inLine(search, slot, queue.reserve(slot)));
}

function inLine(search: Search, slot: SlotRequest, refusal: SlotRefusal | null): boolean | Promise<boolean> {
  if (refusal === null) return true;
  const { exchange, rooms, waitsUntilMs, untilMs } = search;
  const nowMs = rooms.clock.monotonicMs();
  if (refusal.waitMs !== null) search.placeAtMs = Math.min(search.placeAtMs, nowMs + refusal.waitMs);
  const waitMs = Math.min(untilMs - nowMs, Math.max(slot.limits.waitMs ?? 0, waitsUntilMs - nowMs));
  // What will not fit in that time need not stand in line.
  if (waitMs <= 0 || (refusal.waitMs ?? 0) > waitMs || exchange.reply.isGone()) return false;
  const wait = rooms.queue.wait(slot, waitMs);
  exchange.reply.whenGone(wait.giveUp);
  return wait.outcome.then((outcome) => outcome === 'granted');
}
