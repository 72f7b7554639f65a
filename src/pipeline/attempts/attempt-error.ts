import type { Deployment, Model } from '../../catalog/index.ts';
import { GatewayError } from '../../inference/index.ts';
import type { Verdict } from '../../providers/index.ts';
import type { Plan } from '../../routing/index.ts';
import type { Exchange } from '../exchange.ts';
import type { Rooms } from '../rooms.ts';
import type { Refusal } from './answer.ts';
import { UpstreamRefusal } from './upstream-refusal.ts';

/** How an attempt failed. */
export type Failure = {
  readonly verdict: Verdict;
  readonly refusal: Refusal | null;
  readonly message: string;
  readonly deployment: Deployment;
};

/** What the caller is told when no candidate answered: the last failure. */
export function errorOf(
  { verdict, refusal, message, deployment }: Failure,
  { dialect }: Exchange,
  rooms: Rooms,
): GatewayError {
  if (verdict.cause === 'credential') {
    return new GatewayError(
      'upstream_credential',
      "The upstream did not accept the operator's credential; ask the operator of this gateway.",
    );
  }
  const endpoint = rooms.policies().endpointOf(deployment, dialect.id);
  if (refusal !== null) {
    const refused = new UpstreamRefusal(refusal, deployment, verdict);
    const isReadable = refusal.isMade !== true || dialect.words !== null;
    return endpoint?.dialect === dialect.id && isReadable ? refused : refused.told();
  }
  return new GatewayError(verdict.code, message, { retryAfterMs: verdict.retryAfterMs ?? undefined });
}

/** What the caller is told where every deployment rests; null: not each of them does. */
export function restingError(
  model: Model,
  { candidates, excluded }: Plan,
  rooms: Pick<Rooms, 'clock' | 'health'>,
): GatewayError | null {
  const resting = excluded.filter(({ by }) => by === 'cooldown');
  if (candidates.length > 0 || resting.length === 0) return null;
  const nowMs = rooms.clock.monotonicMs();
  const standings = resting.map(({ deployment }) => rooms.health.standing(deployment, nowMs));
  const retryAfterMs = Math.max(0, Math.min(...standings.map(({ untilMs }) => untilMs)) - nowMs);
  const isLimited = standings.some(({ cause }) => cause === 'rate_limit');
  const why = isLimited ? 'its provider limits the rate' : 'it failed too often';
  return new GatewayError(
    isLimited ? 'rate_limit_exceeded' : 'no_deployment',
    `Every deployment of '${model.name}' rests because ${why}; the first is back in ${Math.ceil(retryAfterMs)} ms.`,
    { retryAfterMs },
  );
}

/** What the caller is told when there was nobody to try. */
export function noDeployment(model: Model): GatewayError {
  return new GatewayError(
    'no_deployment',
    `No deployment of '${model.name}' can take this call now: each is at a limit of its own, or beyond the budget.`,
    { metadata: { deployments: model.deployments.map((deployment) => deployment.id) } },
  );
}
