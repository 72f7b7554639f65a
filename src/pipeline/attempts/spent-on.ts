import type { Deployment } from '../../catalog/index.ts';
import { costOf, estimateUsage, type Observation, priceServed } from '../../metering/index.ts';
import type { Exchange } from '../exchange.ts';
import { tierFor } from '../planning/tier-for.ts';

type Produced = Pick<Observation, 'usage' | 'contentBytes' | 'serviceTier'>;

/** What an answer that goes to nobody has cost the operator, nanodollars; estimated unless it names its usage. */
export function spentOn({ request }: Pick<Exchange, 'request'>, deployment: Deployment, produced: Produced): bigint {
  const { price } = priceServed(deployment, produced.serviceTier, tierFor(request, deployment));
  if (price === null) return 0n;
  const requestBytes = request?.bytes.length ?? 0;
  return costOf(price, produced.usage ?? estimateUsage(requestBytes, produced.contentBytes, deployment.contextWindow));
}
