import { askedPrice, type Deployment, type Price } from '../../catalog/index.ts';
import { knownOnce } from '../known-once.ts';
import type { StrategyContext } from './strategy.ts';

type Rates = Readonly<Record<'fromInputTokens' | 'request' | 'input' | 'output', number>>;

/** Whole numbers of any size are slow to reckon with: for an order, what doubles hold of them will do. */
const ratesOf = knownOnce(({ tiers }: Price): readonly Rates[] =>
  tiers.map(({ fromInputTokens, request, input, output }) => ({
    fromInputTokens,
    request: Number(request),
    input: Number(input),
    output: Number(output),
  })),
);

/** What the request is expected to cost there, picodollars; infinite where no price is known. */
export function expectedCost(
  deployment: Deployment,
  { inputTokens, outputTokens }: Pick<StrategyContext, 'inputTokens' | 'outputTokens'>,
): number {
  const price = askedPrice(deployment);
  if (price === null) return Number.POSITIVE_INFINITY;
  let cost = Number.POSITIVE_INFINITY;
  for (const { fromInputTokens, request, input, output } of ratesOf(price))
    if (fromInputTokens <= inputTokens || cost === Number.POSITIVE_INFINITY)
      cost = request + input * inputTokens + output * outputTokens;
  return cost;
}
