import type { FallbackCause, Model } from '../../catalog/index.ts';
import type { Verdict } from '../../providers/index.ts';
import type { Exchange } from '../exchange.ts';
import { findModel } from '../find-model.ts';
import type { Rooms } from '../rooms.ts';

/** The models to try after this one failed so; `tried` keeps a cycle from going round. */
export function fallbackModels(
  model: Model,
  { cause }: Pick<Verdict, 'cause'>,
  tried: Set<string>,
  exchange: Exchange,
  rooms: Rooms,
): readonly Model[] {
  if (cause === 'request' || exchange.key === null || exchange.preferences.disableFallbacks) return [];
  const lists = { ...model.fallbacks, ...exchange.preferences.fallbacks };
  const { caller } = exchange.key;
  const models: Model[] = [];
  for (const name of lists[fallbackCause(cause)] ?? lists.error ?? []) {
    if (tried.has(name)) continue;
    tried.add(name);
    models.push(findModel(name, caller, rooms));
  }
  return models;
}

function fallbackCause(cause: Verdict['cause']): FallbackCause {
  return cause === 'context_window' || cause === 'content_policy' || cause === 'rate_limit' ? cause : 'error';
}
