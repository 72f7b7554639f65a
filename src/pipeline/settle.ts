import type { Deployment, Model, Price } from '../catalog/index.ts';
import { encodePriceTiers } from '../catalog/index.ts';
import { type FinishReason, type GatewayError, noUsage, type Usage } from '../inference/index.ts';
import { costOf, priceServed, type ServedPrice } from '../metering/index.ts';
import type { AnswerQuality } from '../routing/index.ts';
import { maskKeys } from '../std/index.ts';
import { type ExchangeEvent, encodeHold, encodePrice, encodeSettle, type HoldRecord } from '../telemetry/index.ts';
import { boundOf } from './bound-of.ts';
import { CallerBudgets } from './caller-budgets.ts';
import { DeploymentBudgets, type NotExtended } from './deployment-budgets.ts';
import type { Exchange } from './exchange.ts';
import { planRecords } from './explain/plan-records.ts';
import { isByok } from './planning/is-byok.ts';
import { tierFor } from './planning/tier-for.ts';
import type { Rooms } from './rooms.ts';

/** How an exchange ended, as the relay saw it. */
export type Ending = {
  readonly outcome: ExchangeEvent['outcome'];
  readonly status: number;
  readonly error: GatewayError | null;
  /** null: nothing was produced, nothing is charged. */
  readonly usage: Usage | null;
  readonly deployment: Deployment | null;
  /** As the upstream called it; null: it did not say. */
  readonly serviceTier?: string | null;
  /** Of an answer that came whole. */
  readonly quality?: AnswerQuality;
  readonly upstreamId: string | null;
  readonly answeredModel: string | null;
  readonly finishReason: FinishReason | null;
  /** Monotonic; null: no content came. */
  readonly firstByteAtMs: number | null;
  readonly responseBytes: number;
};

/** `charge` in nanodollars; an error says that the journal could not be written. */
export type Settled = (charge: bigint, error: Error | null) => void;

/**
 * The money and the limits of one exchange: let in, held, and at the end posted or given back, exactly once on
 * success, error and disconnect alike.
 */
export type Settlement = {
  /** Throws 429, or rejects with it; null: let in at once. */
  readonly admit: () => Promise<void> | null;
  /**
   * Holds the bound of the model's dearest deployment, or says why not (402, 503): another model may be cheaper. At once,
   * as long as the budgets have room in this process.
   */
  readonly hold: (model: Model) => GatewayError | null | Promise<GatewayError | null>;
  /** Gives the caller's request back to its limit, for a call that was let in and is refused. */
  readonly giveBack: () => void;
  /**
   * Before an attempt on a deployment: raises the hold if it is dearer, to the sum of it and of those that it goes out
   * beside, and takes from the budgets and the rate limits of the deployment and its provider. A refusal passes it over.
   */
  readonly extendTo: (
    deployment: Deployment,
    beside: readonly Deployment[],
  ) => NotExtended | null | Promise<NotExtended | null>;
  /** HOLD is on disk when `then` runs. */
  readonly journalHold: (deployment: Deployment, then: (error: Error | null) => void) => void;
  /** SETTLE is on disk when `then` runs, unless it is given an error; the second call does nothing and runs nothing. */
  readonly settle: (ending: Ending, then: Settled) => void;
  readonly isSettled: () => boolean;
  /** Why a call that no deployment was left for really failed: their limits may have been in the way. */
  readonly explained: (error: GatewayError) => GatewayError;
};

export function openSettlement(exchange: Exchange, rooms: Rooms): Settlement {
  let settled = false;
  const caller = new CallerBudgets(exchange, rooms);
  const deployments = new DeploymentBudgets(exchange, rooms);
  const potsCharged = (deployment: Deployment | null) => [...caller.pots(), ...deployments.potsOf(deployment)];

  return {
    admit: () => caller.admit(),
    hold: (model) => caller.hold(model),
    giveBack: () => caller.giveBack(),
    extendTo: (deployment, beside) => {
      const bound = boundOf(exchange, deployment);
      const sum = bound === null ? null : bound + boundOfAll(exchange, beside);
      const extended = caller.extendTo(sum);
      if (extended instanceof Promise) return extended.then((late) => late ?? deployments.hold(deployment, bound));
      return extended ?? deployments.hold(deployment, bound);
    },
    journalHold: (deployment, then) => {
      recordPrice(deployment.price, rooms);
      const held = caller.heldNanoUsd() ?? boundOf(exchange, deployment) ?? 0n;
      rooms.journal.append(encodeHold(holdRecord(exchange, deployment, held, potsCharged(deployment), rooms)), then);
    },
    settle: (ending, then) => {
      if (settled) return;
      settled = true;
      const served = servedAt(exchange, ending);
      exchange.charged = chargedFor(ending, served);
      const charge = exchange.charged?.nanoUsd ?? 0n;
      recordPrice(served.price, rooms);
      const pots = potsCharged(ending.deployment);
      const close = (error: Error | null): void => {
        caller.settle(charge, ending.usage);
        deployments.settle(ending.deployment, charge, ending.usage);
        then(charge, error);
      };
      // Nobody's: a flood of wrong keys must not fill the books.
      if (exchange.key === null) return close(null);
      const event = eventOf(exchange, ending, served, charge, rooms);
      // Not before it is on disk: what a call gives back may be another process's at once, and if this one died without
      // its settle the whole hold would be charged.
      rooms.journal.append(encodeSettle(event, pots), close);
      rooms.publish(event);
    },
    isSettled: () => settled,
    explained: (error) => (error.code === 'no_deployment' ? (deployments.refusal ?? error) : error),
  };
}

function boundOfAll(exchange: Exchange, deployments: readonly Deployment[]): bigint {
  return deployments.reduce((sum, deployment) => sum + (boundOf(exchange, deployment) ?? 0n), 0n);
}

/** What the answer costs: that is what its caller is charged. */
function chargedFor({ deployment, usage }: Ending, { price }: ServedPrice): Exchange['charged'] {
  if (deployment === null || usage === null) return null;
  return { nanoUsd: price === null ? 0n : costOf(price, usage), usage, price };
}

/** The price at which the answer costs what its caller is charged. */
function servedAt({ request }: Exchange, { deployment, usage, serviceTier = null }: Ending): ServedPrice {
  const price = deployment?.price ?? null;
  if (deployment === null || usage === null) return { price, isKnown: price !== null };
  return priceServed(deployment, serviceTier, tierFor(request, deployment));
}

const journaledPrices = new Set<string>();

/** Once per process and version: the books must be able to recompute every cost. */
function recordPrice(price: Price | null, rooms: Rooms): void {
  if (price === null || journaledPrices.has(price.version)) return;
  journaledPrices.add(price.version);
  const { version, source } = price;
  rooms.journal.append(encodePrice({ version, source, tiers: encodePriceTiers(price) }), () => undefined);
}

function holdRecord(
  exchange: Exchange,
  deployment: Deployment,
  heldNanoUsd: bigint,
  pots: readonly string[],
  rooms: Rooms,
): HoldRecord {
  const { request, key } = exchange;
  return {
    id: exchange.id,
    pots,
    holdNanoUsd: String(heldNanoUsd),
    dialect: exchange.dialect.id,
    path: exchange.path,
    streamed: request?.stream ?? false,
    keyId: key?.caller.keyId ?? null,
    keyHash: key?.caller.keyHash ?? null,
    keyAlias: key?.caller.keyAlias ?? null,
    userId: key?.caller.userId ?? null,
    teamId: key?.caller.teamId ?? null,
    projectId: key?.caller.projectId ?? null,
    organizationId: key?.caller.organizationId ?? null,
    endUser: exchange.madeFor?.customer ?? null,
    tags: exchange.madeFor?.tags ?? NO_TAGS,
    requestedModel: toldModel(exchange),
    deployment: deployment.id,
    provider: deployment.provider,
    upstreamModel: deployment.upstreamModel,
    priceVersion: deployment.price?.version ?? null,
    sandbox: rooms.isSandbox(deployment),
    ...(isByok(exchange, deployment, rooms) ? { byok: true } : {}),
    startedAtMs: exchange.startedAtMs,
    requestBytes: request?.bytes.length ?? 0,
  };
}

function toldModel({ request }: Exchange): string | null {
  return request === null ? null : maskKeys(request.model);
}

function eventOf(exchange: Exchange, ending: Ending, served: ServedPrice, charge: bigint, rooms: Rooms): ExchangeEvent {
  const { request, key } = exchange;
  const { deployment, error } = ending;
  return {
    id: exchange.id,
    dialect: exchange.dialect.id,
    path: exchange.path,
    streamed: request?.stream ?? false,
    outcome: ending.outcome,
    status: ending.status,
    errorCode: error?.code ?? null,
    errorMessage: error === null ? null : maskKeys(error.message),
    keyId: key?.caller.keyId ?? null,
    keyHash: key?.caller.keyHash ?? null,
    keyAlias: key?.caller.keyAlias ?? null,
    userId: key?.caller.userId ?? null,
    teamId: key?.caller.teamId ?? null,
    projectId: key?.caller.projectId ?? null,
    organizationId: key?.caller.organizationId ?? null,
    endUser: exchange.madeFor?.customer ?? null,
    tags: exchange.madeFor?.tags ?? NO_TAGS,
    clientIp: exchange.clientIp,
    userAgent: exchange.userAgent,
    clientRequestId: exchange.clientRequestId,
    sessionId: exchange.sessionId,
    requestedModel: toldModel(exchange),
    answeredModel: ending.answeredModel,
    upstreamId: ending.upstreamId,
    deployment: deployment?.id ?? null,
    provider: deployment?.provider ?? null,
    upstreamModel: deployment?.upstreamModel ?? null,
    plans: planRecords(exchange),
    attempts: exchange.attempts,
    passThrough: exchange.passThrough,
    usage: ending.usage ?? noUsage,
    finishReason: ending.finishReason,
    costNanoUsd: (charge + exchange.costBesideNanoUsd).toString(),
    chargeNanoUsd: charge.toString(),
    priceVersion: served.price?.version ?? null,
    priced: deployment === null || served.isKnown,
    sandbox: deployment !== null && rooms.isSandbox(deployment),
    byok: deployment !== null && isByok(exchange, deployment, rooms),
    startedAtMs: exchange.startedAtMs,
    firstByteMs: ending.firstByteAtMs === null ? null : round(ending.firstByteAtMs - exchange.startedMs),
    durationMs: round(rooms.clock.monotonicMs() - exchange.startedMs),
    requestBytes: request?.bytes.length ?? 0,
    responseBytes: ending.responseBytes,
  };
}

const NO_TAGS: readonly string[] = [];

/** Microseconds are as fine as the clock is honest. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
