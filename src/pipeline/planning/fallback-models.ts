import type { FallbackCause, Model } from '../../catalog/index.ts';
import { GatewayError } from '../../inference/index.ts';
import type { Verdict } from '../../providers/index.ts';
import type { Exchange } from '../exchange.ts';
import type { Rooms } from '../rooms.ts';
import { findModel } from './find-model.ts';

/** Why a model did not answer, as its fallbacks are told apart; `request`: the caller's own mistake. */
export type ModelFailure = FallbackCause | 'request';

const BY_VERDICT: Readonly<Record<Verdict['cause'], ModelFailure>> = {
  error: 'error',
  timeout: 'error',
  credential: 'error',
  rate_limit: 'rate_limit',
  context_window: 'context_window',
  content_policy: 'content_policy',
  request: 'request',
};

export function modelFailure({ cause }: Pick<Verdict, 'cause'>): ModelFailure {
  return BY_VERDICT[cause];
}

/**
 * The models to try after this one failed so, `most` of them: those that the request names for the cause, else those
 * that it names at all, else the model's own for the cause, else its general ones. A request that is wrong by itself,
 * and one that nobody can pay for, goes to those only that were named for it. `tried` keeps a cycle from going round.
 */
export function fallbackModels(
  model: Model,
  failure: ModelFailure,
  tried: Set<string>,
  most: number,
  exchange: Exchange,
  rooms: Rooms,
): readonly Model[] {
  if (exchange.key === null || exchange.preferences.disableFallbacks) return [];
  const { caller } = exchange.key;
  const models: Model[] = [];
  for (const name of namesFor(model, failure, exchange)) {
    if (models.length >= most) break;
    if (tried.has(name)) continue;
    tried.add(name);
    const found = findOrPass(name);
    if (found !== null) models.push(found);
  }
  return models;

  /** A stand-in that this caller may not use, or that is gone, is no reason to keep the model's failure from it. */
  function findOrPass(name: string): Model | null {
    try {
      return findModel(name, caller, rooms);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      rooms.log.warn('a fallback was passed over', {
        id: exchange.id,
        model: model.name,
        fallback: name,
        reason: error.message,
      });
      return null;
    }
  }
}

export function namesFor(model: Model, failure: ModelFailure, { preferences }: Exchange): readonly string[] {
  const own = preferences.fallbacks;
  if (failure === 'request') return own.error ?? [];
  if (failure === 'budget') return own.budget ?? model.fallbacks.budget ?? [];
  return own[failure] ?? own.error ?? model.fallbacks[failure] ?? model.fallbacks.error ?? [];
}
