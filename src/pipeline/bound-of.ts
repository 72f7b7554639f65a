import type { Deployment, Model } from '../catalog/index.ts';
import { boundCharge, pricesWithin } from '../metering/index.ts';
import type { Exchange } from './exchange.ts';
import { tierFor } from './planning/tier-for.ts';

/** An answer cut shorter than this is not worth its input. */
export const LEAST_CLAMPED_OUTPUT = 1_024;
const MOST_CLAMPED_OUTPUT = 131_072;
/** The ledger counts no further than 2^53 nanodollars: no budget is as large. */
const MOST_NANO_USD = BigInt(Number.MAX_SAFE_INTEGER);

type Asked = Pick<Exchange, 'request' | 'clampedOutput'>;

/**
 * The worst charge of this request on that deployment, at the dearest tier of service that it may be served at; null:
 * a price is not known.
 */
export function boundOf({ request, clampedOutput }: Asked, deployment: Deployment): bigint | null {
  const prices = request === null ? null : pricesWithin(deployment, tierFor(request, deployment));
  if (request === null || prices === null) return null;
  let most = 0n;
  for (const price of prices) {
    const { nanoUsd } = boundCharge({
      price,
      bodyBytes: request.bytes.length,
      maxOutputAsked: clampedOutput ?? request.maxOutput,
      modelMaxOutput: deployment.maxOutput,
      contextWindow: deployment.contextWindow,
      n: request.n,
      refersOutside: request.refersOutside,
    });
    if (nanoUsd > most) most = nanoUsd;
  }
  return most > MOST_NANO_USD ? MOST_NANO_USD : most;
}

/** That of the model's dearest deployment; null: none of them has a price. */
export function boundOfModel(asked: Asked, { deployments }: Model): bigint | null {
  let most: bigint | null = null;
  for (const deployment of deployments) {
    const bound = boundOf(asked, deployment);
    if (bound !== null && (most === null || bound > most)) most = bound;
  }
  return most;
}

/** A client's own limit is its own word, unless its dialect makes it say one. */
export function isOpenEnded(request: Exchange['request']): boolean {
  return request !== null && (request.maxOutput === null || request.limitIsMandatory === true);
}

/** Tokens per answer that the model's dearest deployment gives for the amount. */
export function outputFor(nanoUsd: bigint, exchange: Exchange, model: Model): number {
  const affords = (tokens: number): boolean =>
    (boundOfModel({ request: exchange.request, clampedOutput: tokens }, model) ?? 0n) <= nanoUsd;
  let [least, most] = [0, MOST_CLAMPED_OUTPUT];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (affords(middle)) least = middle;
    else most = middle - 1;
  }
  return least;
}

/** Soft budgets hold for their numbers' sake: a call that might cost millions must not fill what refuses nothing. */
const MOST_HELD_SOFTLY = 1_000_000_000_000n;

export function softly(bound: bigint | null): bigint {
  return bound === null ? 0n : bound > MOST_HELD_SOFTLY ? MOST_HELD_SOFTLY : bound;
}
