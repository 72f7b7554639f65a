import type { Deployment, Model, Price } from '../catalog/index.ts';
import { encodePriceTiers } from '../catalog/index.ts';
import { type FinishReason, GatewayError, noUsage, type Usage } from '../inference/index.ts';
import { type Hold, type HoldRefusal, isHold, type NotHeld, type Pot } from '../ledger/index.ts';
import { type Admission, budgetExceeded } from '../limits/index.ts';
import { boundCharge, costOf } from '../metering/index.ts';
import { type ExchangeEvent, encodeHold, encodePrice, encodeSettle, type HoldRecord } from '../telemetry/index.ts';
import type { Exchange } from './exchange.ts';
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

/** An answer cut shorter than this is not worth its input. */
const LEAST_CLAMPED_OUTPUT = 1_024;
const MOST_CLAMPED_OUTPUT = 131_072;

export function openSettlement(exchange: Exchange, rooms: Rooms): Settlement {
  let admission: Admission | null = null;
  let held: Hold | null = null;
  let settled = false;

  const settlement: Settlement = {
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
      if (pots.length === 0) return null;
      const outcome = rooms.holds.hold(pots, boundOfModel(model));
      if (!(outcome instanceof Promise) && isHold(outcome)) {
        held = outcome;
        return null;
      }
      return holdSomehow(model, pots, outcome);
    },
    extendTo: (deployment) => {
      if (held === null) return true;
      const bound = boundOf(exchange, deployment);
      if (bound === null) return false;
      const refusal = rooms.holds.extend(held, bound);
      return refusal instanceof Promise ? refusal.then((late) => late === null) : refusal === null;
    },
    journalHold: (deployment, then) => {
      recordPrice(deployment.price, rooms);
      rooms.journal.append(encodeHold(holdRecord(exchange, deployment, held, rooms)), then);
    },
    settle: (ending, then) => {
      if (settled) return;
      settled = true;
      const cost = costOfEnding(ending);
      if (held !== null) rooms.holds.post(held, cost);
      // Nobody's: a flood of wrong keys must not fill the books.
      if (exchange.key === null) return then(cost, null);
      const event = eventOf(exchange, ending, cost, rooms);
      rooms.journal.append(encodeSettle(event), (error) => then(cost, error));
      rooms.publish(event);
    },
    isSettled: () => settled,
  };

  /** What does not fit is tried once more for each pot, with a shorter answer. */
  async function holdSomehow(
    model: Model,
    pots: readonly Pot[],
    first: HoldRefusal | Promise<Hold | NotHeld>,
  ): Promise<void> {
    let outcome = await first;
    for (let tries = 0; tries < pots.length && outcome !== 'unavailable' && !isHold(outcome); tries++) {
      if (!clampTo(outcome, model)) break;
      outcome = await rooms.holds.hold(pots, boundOfModel(model));
    }
    if (outcome === 'unavailable') throw giveBack(booksUnavailable());
    if (!isHold(outcome)) throw giveBack(budgetExceeded(outcome, null));
    held = outcome;
    if (exchange.clampedOutput !== null) {
      exchange.headers.push('x-waybill-max-output-tokens', String(exchange.clampedOutput));
    }
    // The client went away meanwhile, and its exchange is settled.
    if (settled) rooms.holds.post(outcome, 0n);
  }

  /** The client set no output limit: it gets the one that half of what is free buys, if that is worth having. */
  function clampTo({ limit, used, held: taken }: HoldRefusal, model: Model): boolean {
    const tokens = mayClamp(exchange.request) ? affordableOutput(exchange, model, limit - used - taken) : 0;
    if (tokens < LEAST_CLAMPED_OUTPUT) return false;
    exchange.clampedOutput = tokens;
    return true;
  }

  function boundOfModel(model: Model): bigint {
    const bounds = model.deployments.map((deployment) => boundOf(exchange, deployment));
    const known = bounds.filter((bound) => bound !== null);
    if (known.length === 0) throw giveBack(priceUnknown(model));
    return largest(known);
  }

  function giveBack(error: GatewayError): GatewayError {
    admission?.giveBack(rooms.clock.monotonicMs());
    return error;
  }
  return settlement;
}

function largest(amounts: readonly bigint[]): bigint {
  let most = 0n;
  for (const amount of amounts) {
    if (amount > most) most = amount;
  }
  return most;
}

/** A client's own limit is its own word, unless its dialect makes it say one. */
function mayClamp(request: Exchange['request']): boolean {
  return request !== null && (request.maxOutput === null || request.limitIsMandatory === true);
}

/** Tokens per answer that the dearest deployment gives for half of what is free, nanodollars. */
function affordableOutput(exchange: Exchange, model: Model, free: number): number {
  const half = BigInt(Math.max(0, Math.floor(free / 2)));
  const affords = (tokens: number): boolean =>
    model.deployments.every(
      (deployment) => (boundOf({ ...exchange, clampedOutput: tokens }, deployment) ?? 0n) <= half,
    );
  let [least, most] = [0, MOST_CLAMPED_OUTPUT];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (affords(middle)) least = middle;
    else most = middle - 1;
  }
  return least;
}

function costOfEnding({ deployment, usage }: Ending): bigint {
  return deployment === null || deployment.price === null || usage === null ? 0n : costOf(deployment.price, usage);
}

/** The worst charge of this request on that deployment; null: it has no price. */
function boundOf(
  { request, clampedOutput }: Pick<Exchange, 'request' | 'clampedOutput'>,
  deployment: Deployment,
): bigint | null {
  if (request === null || deployment.price === null) return null;
  const bound = boundCharge({
    price: deployment.price,
    bodyBytes: request.bytes.length,
    maxOutputAsked: clampedOutput ?? request.maxOutput,
    modelMaxOutput: deployment.maxOutput,
    contextWindow: deployment.contextWindow,
    n: request.n,
    refersOutside: request.refersOutside,
  });
  return bound.nanoUsd;
}

function booksUnavailable(): GatewayError {
  return new GatewayError(
    'ledger_unavailable',
    'The books cannot be asked whether the budget allows this call; no call may start without that.',
  );
}

function priceUnknown(model: Model): GatewayError {
  const [first] = model.deployments;
  const name = first === undefined ? model.name : first.upstreamModel;
  return new GatewayError(
    'price_unknown',
    `The model '${model.name}' has no price, and this key has a hard budget. A price would be: ` +
      `models: { "${model.name}": { deployments: [{ use: ${first?.credential ?? 'credential'}/${name}, price: { input: 0.50, output: 1.50 } }] } } (USD per million tokens), or price: free.`,
    { param: 'model' },
  );
}

const journaledPrices = new Set<string>();

/** Once per process and version: the books must be able to recompute every cost. */
function recordPrice(price: Price | null, rooms: Rooms): void {
  if (price === null || journaledPrices.has(price.version)) return;
  journaledPrices.add(price.version);
  const { version, source } = price;
  rooms.journal.append(encodePrice({ version, source, tiers: encodePriceTiers(price) }), () => undefined);
}

function holdRecord(exchange: Exchange, deployment: Deployment, held: Hold | null, rooms: Rooms): HoldRecord {
  const { request, key } = exchange;
  return {
    id: exchange.id,
    holdNanoUsd: String(held?.amount ?? boundOf(exchange, deployment) ?? 0n),
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
