import { hash } from 'node:crypto';
import type { Deployment, Model } from '../../catalog/index.ts';
import { asksForSeals, openingOf } from '../../dialects/index.ts';
import type { DeploymentId, Usage } from '../../inference/index.ts';
import type { RoutingPolicy } from '../../routing/index.ts';
import type { Exchange } from '../exchange.ts';
import type { Rooms } from '../rooms.ts';

type Remembering = Pick<Rooms, 'affinity' | 'clock'> & {
  readonly policies: () => { readonly routing: Pick<RoutingPolicy, 'affinity'> };
};

/** The deployment that has the conversation's beginning in its cache; null: none has. */
export function conversationAt(model: Model, exchange: Exchange, rooms: Remembering): DeploymentId | null {
  const { affinity, clock } = rooms;
  exchange.conversation ??= conversationOf(model, exchange, rooms);
  const { conversation } = exchange;
  if (conversation === null || conversation.key.model !== model.name) return null;
  const id = affinity.find(conversation.key, clock.monotonicMs());
  const deployment = id === null ? undefined : model.deployments.find((each) => each.id === id);
  return deployment?.id ?? null;
}

/** A conversation with a name, or with thoughts that are sealed, stays with whoever answers it. */
export function stayWith(deployment: Deployment, model: Model, exchange: Exchange, rooms: Remembering): void {
  const { conversation } = exchange;
  if (conversation === null || !conversation.isNamed || conversation.key.model !== model.name) return;
  // A model further down the list answered: the asked one is to be tried first again.
  if (!model.deployments.includes(deployment)) return;
  rooms.affinity.remember(conversation.key, deployment.id, rooms.clock.monotonicMs(), keptMsIn(rooms));
}

function keptMsIn({ policies }: Remembering): number | undefined {
  return policies().routing.affinity?.keptMs;
}

/** One without a name, known by how it begins, stays where a cache was hit; once it does, each answer renews that. */
export function stayIfCached(deployment: Deployment, usage: Usage, exchange: Exchange, rooms: Remembering): void {
  const { conversation } = exchange;
  if (conversation === null || conversation.isNamed || !cachingPays(deployment)) return;
  const nowMs = rooms.clock.monotonicMs();
  if (usage.cacheReadTokens === 0 && rooms.affinity.find(conversation.key, nowMs) !== deployment.id) return;
  rooms.affinity.remember(conversation.key, deployment.id, nowMs, keptMsIn(rooms));
}

/** null: there is nowhere else to go, the request itself says where, or it has neither a name nor a beginning. */
function conversationOf(model: Model, exchange: Exchange, rooms: Remembering): Exchange['conversation'] {
  const { key, sessionId, request, preferences } = exchange;
  if (model.deployments.length < 2 || key === null || request === null) return null;
  if (preferences.order !== null || preferences.sort !== null) return null;
  const { keyId } = key.caller;
  if (sessionId !== null) return { key: { keyId, sessionId, model: model.name }, isNamed: true };
  if (staysByKey(model, rooms)) return { key: { keyId, sessionId: '', model: model.name }, isNamed: true };
  const opening = openingOf(request);
  // A space begins no name: a client cannot give one that is another's beginning.
  if (opening === null) return null;
  const beginning = ` ${hash('sha256', opening, 'base64url')}`;
  const isNamed = asksForSeals(request.body);
  return { key: { keyId, sessionId: beginning, model: model.name }, isNamed };
}

/** No session has an empty name: it is that of all of the key's calls together. */
function staysByKey({ name }: Model, { policies }: Remembering): boolean {
  const byKey = policies().routing.affinity?.byKey ?? [];
  return byKey.includes('*') || byKey.includes(name);
}

/** Not where cached input costs what other input does. No price, and a price of nothing, speak of a server of one's own. */
function cachingPays({ price }: Deployment): boolean {
  return price === null || price.tiers.some(({ cacheRead, input }) => cacheRead < input || input === 0n);
}
