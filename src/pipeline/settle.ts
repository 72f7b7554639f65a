import type { Deployment, Model, Price } from '../catalog/index.ts';
import { encodePriceTiers } from '../catalog/index.ts';
import { type FinishReason, type GatewayError, noUsage, type Usage } from '../inference/index.ts';
import type { Admission } from '../limits/index.ts';
import { costOf } from '../metering/index.ts';
import { type ExchangeEvent, encodeHold, encodePrice, encodeSettle, type HoldRecord } from '../telemetry/index.ts';
import type { Exchange } from './exchange.ts';
import { boundOf, openHolding } from './holding.ts';
import type { Rooms } from './rooms.ts';

/** How an exchange ended, as the relay saw it. */
export type Ending = {
  readonly outcome: ExchangeEvent['outcome'];
  readonly status: number;
  readonly error: GatewayError | null;
  /** null: nothing was produced, nothing is charged. */
  readonly usage: Usage | null;
  readonly deployment: Deployment | null;
  readonly upstreamId: string | null;
  readonly answeredModel: string | null;
  readonly finishReason: FinishReason | null;
  /** Monotonic; null: no content came. */
  readonly firstByteAtMs: number | null;
  readonly responseBytes: number;
};

/** `cost` in nanodollars; an error says that the journal could not be written. */
export type Settled = (cost: bigint, error: Error | null) => void;

/**
 * The money and the limits of one exchange: let in, held, and at the end posted or given back, exactly once on
 * success, error and disconnect alike.
 */
export type Settlement = {
  /** Throws 402 or 429. */
  readonly admit: () => void;
  /** Holds the bound of the model's dearest deployment; null: it is held already. Throws or rejects with 402 or 503. */
  readonly hold: (model: Model) => Promise<void> | null;
  /** Before an attempt on a deployment: raises the hold if it is dearer. False passes it over. */
  readonly extendTo: (deployment: Deployment) => boolean | Promise<boolean>;
  /** HOLD is on disk when `then` runs. */
  readonly journalHold: (deployment: Deployment, then: (error: Error | null) => void) => void;
  /** SETTLE is on disk when `then` runs, unless it is given an error; the second call does nothing and runs nothing. */
  readonly settle: (ending: Ending, then: Settled) => void;
  readonly isSettled: () => boolean;
};

export function openSettlement(exchange: Exchange, rooms: Rooms): Settlement {
  let admission: Admission | null = null;
  let settled = false;
  const holding = openHolding(exchange, rooms, () => admission?.giveBack(rooms.clock.monotonicMs()));

  return {
    admit: () => {
      const key = exchange.key;
      if (key === null || key.caller.kind === 'master') return;
      const limits = { keyId: key.caller.keyId, rpm: key.rpmLimit, maxBudgetNanoUsd: key.maxBudgetNanoUsd };
      admission = rooms.admissions.admit(limits, rooms.clock.monotonicMs());
      if (admission.requests === null) return;
      const { limit, remaining } = admission.requests;
      exchange.headers.push('x-ratelimit-limit-requests', String(limit));
      exchange.headers.push('x-ratelimit-remaining-requests', String(remaining));
    },
    hold: (model) => {
      const pots = admission?.pots ?? [];
      return pots.length === 0 ? null : holding.hold(model, pots);
    },
    extendTo: holding.extendTo,
    journalHold: (deployment, then) => {
      recordPrice(deployment.price, rooms);
      rooms.journal.append(encodeHold(holdRecord(exchange, deployment, holding.amount(), rooms)), then);
    },
    settle: (ending, then) => {
      if (settled) return;
      settled = true;
      const cost = costOfEnding(ending);
      holding.post(cost);
      // Nobody's: a flood of wrong keys must not fill the books.
      if (exchange.key === null) return then(cost, null);
      const event = eventOf(exchange, ending, cost, rooms);
      rooms.journal.append(encodeSettle(event), (error) => then(cost, error));
      rooms.publish(event);
    },
    isSettled: () => settled,
  };
}

function costOfEnding({ deployment, usage }: Ending): bigint {
  return deployment === null || deployment.price === null || usage === null ? 0n : costOf(deployment.price, usage);
}

const journaledPrices = new Set<string>();

/** Once per process and version: the books must be able to recompute every cost. */
function recordPrice(price: Price | null, rooms: Rooms): void {
  if (price === null || journaledPrices.has(price.version)) return;
  journaledPrices.add(price.version);
  const { version, source } = price;
  rooms.journal.append(encodePrice({ version, source, tiers: encodePriceTiers(price) }), () => undefined);
}

function holdRecord(exchange: Exchange, deployment: Deployment, held: number | null, rooms: Rooms): HoldRecord {
  const { request, key } = exchange;
  return {
    id: exchange.id,
    holdNanoUsd: String(held ?? boundOf(exchange, deployment) ?? 0n),
    dialect: exchange.dialect.id,
    path: exchange.path,
    streamed: request?.stream ?? false,
    keyId: key?.caller.keyId ?? null,
    keyHash: key?.caller.keyHash ?? null,
    keyAlias: key?.caller.keyAlias ?? null,
    userId: key?.caller.userId ?? null,
    teamId: key?.caller.teamId ?? null,
    requestedModel: request?.model ?? null,
    deployment: deployment.id,
    provider: deployment.provider,
    upstreamModel: deployment.upstreamModel,
    priceVersion: deployment.price?.version ?? null,
    sandbox: rooms.isSandbox(deployment),
    startedAtMs: exchange.startedAtMs,
    requestBytes: request?.bytes.length ?? 0,
  };
}

function eventOf(exchange: Exchange, ending: Ending, cost: bigint, rooms: Rooms): ExchangeEvent {
  const { request, key } = exchange;
  const { deployment, error } = ending;
  const costText = cost.toString();
  return {
    id: exchange.id,
    dialect: exchange.dialect.id,
    path: exchange.path,
    streamed: request?.stream ?? false,
    outcome: ending.outcome,
    status: ending.status,
    errorCode: error?.code ?? null,
    errorMessage: error?.message ?? null,
    keyId: key?.caller.keyId ?? null,
    keyHash: key?.caller.keyHash ?? null,
    keyAlias: key?.caller.keyAlias ?? null,
    userId: key?.caller.userId ?? null,
    teamId: key?.caller.teamId ?? null,
    endUser: request?.endUser ?? null,
    clientIp: exchange.clientIp,
    userAgent: exchange.userAgent,
    clientRequestId: exchange.clientRequestId,
    sessionId: exchange.sessionId,
    requestedModel: request?.model ?? null,
    answeredModel: ending.answeredModel,
    upstreamId: ending.upstreamId,
    deployment: deployment?.id ?? null,
    provider: deployment?.provider ?? null,
    upstreamModel: deployment?.upstreamModel ?? null,
    attempts: exchange.attempts,
    passThrough: exchange.passThrough,
    usage: ending.usage ?? noUsage,
    finishReason: ending.finishReason,
    costNanoUsd: costText,
    chargeNanoUsd: costText,
    priceVersion: deployment?.price?.version ?? null,
    priced: deployment === null || deployment.price !== null,
    sandbox: deployment !== null && rooms.isSandbox(deployment),
    startedAtMs: exchange.startedAtMs,
    firstByteMs: ending.firstByteAtMs === null ? null : round(ending.firstByteAtMs - exchange.startedMs),
    durationMs: round(rooms.clock.monotonicMs() - exchange.startedMs),
    requestBytes: request?.bytes.length ?? 0,
    responseBytes: ending.responseBytes,
  };
}

/** Microseconds are as fine as the clock is honest. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
