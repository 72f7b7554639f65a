import type { Model } from '../../catalog/index.ts';
import type { GatewayError } from '../../inference/index.ts';
import { Allowance, type DeadlineLeft } from '../../routing/index.ts';
import type { Exchange } from '../exchange.ts';
import type { Rooms } from '../rooms.ts';
import type { Settlement } from '../settle.ts';
import type { Failure } from './attempt-error.ts';
import type { AttemptSink } from './attempt-sink.ts';

/** One call's search for an answer: what all of its attempts share. */
export type Search = {
  readonly exchange: Exchange;
  readonly settlement: Settlement;
  readonly rooms: Rooms;
  readonly allowance: Allowance;
  /** When its deadline passes, monotonic; Infinity: it has none. */
  readonly untilMs: number;
  /** Until when a call may stand in line for a place, monotonic; 0: not at all. */
  waitsUntilMs: number;
  /** When the first of the rates in the way lets a call through again, monotonic; Infinity: none is in the way. */
  placeAtMs: number;
  /** In their order. */
  readonly failures: Failure[];
  /** Why a candidate could not be asked at all: its dialect cannot say what the request says. The first one. */
  objection: GatewayError | null;
  /** Attempts under way, to be abandoned when the client goes. */
  readonly live: Set<AttemptSink>;
  /** Names of the models that were looked at, and of those of which a deployment was called. */
  readonly met: Set<string>;
  readonly called: Set<string>;
};

export function openSearch(exchange: Exchange, asked: Model, settlement: Settlement, rooms: Rooms): Search {
  const { routing } = rooms.policies();
  const untilMs = routing.deadlineMs === null ? Number.POSITIVE_INFINITY : exchange.startedMs + routing.deadlineMs;
  const budget = rooms.retryBudgets.of(asked.name, routing.retryBudget);
  const limits = { maxAttempts: routing.maxAttempts, untilMs };
  return {
    exchange,
    settlement,
    rooms,
    allowance: new Allowance(limits, budget, rooms.clock.monotonicMs()),
    untilMs,
    waitsUntilMs: 0,
    placeAtMs: Number.POSITIVE_INFINITY,
    failures: [],
    objection: null,
    live: new Set(),
    met: new Set(),
    called: new Set(),
  };
}

export function deadlineLeft({ untilMs, rooms }: Search, nowMs: number): DeadlineLeft | null {
  const { deadlineMs } = rooms.policies().routing;
  return deadlineMs === null ? null : { leftMs: untilMs - nowMs, deadlineMs };
}
