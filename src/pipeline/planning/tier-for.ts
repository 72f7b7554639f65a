import type { Deployment } from '../../catalog/index.ts';
import { tierWishedIn } from '../../dialects/index.ts';
import type { TierWish } from '../../inference/index.ts';
import type { Exchange } from '../exchange.ts';

/** The tier of service at which the request goes to a deployment: the one that the plan chose it for, else its own word. */
export function tierFor(request: Exchange['request'], { tier }: Pick<Deployment, 'tier'>): TierWish {
  if (tier !== undefined) return tier;
  return request === null ? 'usual' : tierWishedIn(request.body);
}
