import { askedPrice, type Deployment, type PriceTier } from '../../catalog/index.ts';
import type { StrategyContext } from './strategy.ts';

/** What the request is expected to cost there, picodollars; infinite where no price is known. */
export function expectedCost(
  deployment: Deployment,
  { inputTokens, outputTokens }: Pick<StrategyContext, 'inputTokens' | 'outputTokens'>,
): number {
  const price = askedPrice(deployment);
  if (price === null) return Number.POSITIVE_INFINITY;
  let tier: PriceTier = price.tiers[0];
  for (const each of price.tiers) {
    if (each.fromInputTokens <= inputTokens) tier = each;
  }
  return Number(tier.request) + Number(tier.input) * inputTokens + Number(tier.output) * outputTokens;
}
