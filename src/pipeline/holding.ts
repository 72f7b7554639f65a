import type { Deployment, Model } from '../catalog/index.ts';
import { GatewayError } from '../inference/index.ts';
import { type Hold, type HoldRefusal, isHold, type NotHeld, type Pot } from '../ledger/index.ts';
import { budgetExceeded } from '../limits/index.ts';
import { boundCharge } from '../metering/index.ts';
import type { Exchange } from './exchange.ts';
import type { Rooms } from './rooms.ts';

/** What one exchange holds in its budgets. */
export type Holding = {
  /** The bound of the model's dearest deployment; null: it is held already. Throws or rejects with 402 or 503. */
  readonly hold: (model: Model, pots: readonly Pot[]) => Promise<void> | null;
  /** Raises what is held to the deployment's bound. False: there is no room for it, or it has no price. */
  readonly extendTo: (deployment: Deployment) => boolean | Promise<boolean>;
  readonly post: (cost: bigint) => void;
  /** Nanodollars; null: nothing is held. */
  readonly amount: () => number | null;
};

/** An answer cut shorter than this is not worth its input. */
const LEAST_CLAMPED_OUTPUT = 1_024;
const MOST_CLAMPED_OUTPUT = 131_072;

/** `onRefused` runs before a refusal is thrown. */
export function openHolding(exchange: Exchange, rooms: Rooms, onRefused: () => void): Holding {
  let held: Hold | null = null;
  let posted = false;
  return {
    hold: (model, pots) => {
      const outcome = rooms.holds.hold(pots, boundOfModel(model));
      if (outcome instanceof Promise || !isHold(outcome)) return holdSomehow(model, pots, outcome);
      held = outcome;
      return null;
    },
    extendTo: (deployment) => {
      if (held === null) return true;
      const bound = boundOf(exchange, deployment);
      if (bound === null) return false;
      const refusal = rooms.holds.extend(held, bound);
      return refusal instanceof Promise ? refusal.then((late) => late === null) : refusal === null;
    },
    post: (cost) => {
      posted = true;
      if (held !== null) rooms.holds.post(held, cost);
    },
    amount: () => held?.amount ?? null,
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
    if (outcome === 'unavailable') throw refused(booksUnavailable());
    if (!isHold(outcome)) throw refused(budgetExceeded(outcome, null));
    held = outcome;
    if (exchange.clampedOutput !== null) {
      exchange.headers.push('x-waybill-max-output-tokens', String(exchange.clampedOutput));
    }
    // The client went away meanwhile, and its exchange is settled.
    if (posted) rooms.holds.post(outcome, 0n);
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
    if (known.length === 0) throw refused(priceUnknown(model));
    return largest(known);
  }

  function refused(error: GatewayError): GatewayError {
    onRefused();
    return error;
  }
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

/** The worst charge of this request on that deployment; null: it has no price. */
export function boundOf(
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
