import type { ServiceTier } from '../../inference/index.ts';
import type { Deployment } from '../model.ts';
import type { Price } from '../price.ts';

const TIERS: readonly ServiceTier[] = ['flex', 'priority'];

const made = new WeakMap<Deployment, readonly Deployment[]>();

/**
 * The deployment at each tier of service that it has a price for: called by its names with the tier behind them as well
 * (`openai/flex`), and of a circuit of its own, for what a tier refuses says nothing of the others. The same objects
 * each time.
 */
export function atItsTiers(deployment: Deployment): readonly Deployment[] {
  const known = made.get(deployment);
  if (known !== undefined) return known;
  const tiers = TIERS.filter((tier) => deployment.tierPrices?.[tier] !== undefined);
  const offers = tiers.map((tier) => Object.freeze({ ...deployment, ...atTier(deployment, tier) }));
  made.set(deployment, offers);
  return offers;
}

function atTier({ names, circuit }: Deployment, tier: ServiceTier) {
  return { tier, names: [...names, ...names.map((name) => `${name}/${tier}`)], circuit: `${circuit} at ${tier}` };
}

/** What a request costs that is sent there, as far as it is served at the tier that it is sent for. */
export function askedPrice({ price, tierPrices, tier }: Deployment): Price | null {
  return tier === undefined ? price : (tierPrices?.[tier] ?? price);
}
