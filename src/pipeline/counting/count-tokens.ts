import type { Deployment } from '../../catalog/index.ts';
import type { Caller, ChatRequest } from '../../inference/index.ts';
import { countable } from '../../metering/index.ts';
import { findModel } from '../planning/find-model.ts';
import type { Rooms } from '../rooms.ts';
import { type CountAsked, countAtProvider } from './count-at-provider.ts';

export type CountOptions = CountAsked & {
  readonly caller: Caller;
  /** The model's own provider is asked first, if it counts. */
  readonly asksProvider: boolean;
};

export type Counted = {
  readonly tokens: number;
  readonly by: 'provider' | 'gateway';
  /** Of whose model they are; null: the model has none that could be called. */
  readonly deployment: Deployment | null;
};

/**
 * How many tokens a request has, for a caller who may use its model. Nothing is held, charged or recorded. Throws a
 * GatewayError (403, 404, 503).
 */
export async function countTokens(
  request: ChatRequest,
  { caller, asksProvider, ...asked }: CountOptions,
  rooms: Pick<Rooms, 'policies' | 'transportOf' | 'tokenCounter'>,
): Promise<Counted> {
  const [deployment = null] = findModel(request.model, caller, rooms).deployments;
  const theirs = asksProvider && deployment !== null ? await countAtProvider(request, deployment, asked, rooms) : null;
  if (theirs !== null) return { tokens: theirs, by: 'provider', deployment };
  const { texts, tokens } = countable(request);
  const ofTexts = texts.length === 0 ? 0 : await rooms.tokenCounter.count(texts);
  return { tokens: tokens + ofTexts, by: 'gateway', deployment };
}
