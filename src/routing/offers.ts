import { atItsTiers, type Deployment, type Model } from '../catalog/index.ts';
import type { ServiceTier } from '../inference/index.ts';
import type { FilterInput } from './filters/filter.ts';
import { knownOnce } from './known-once.ts';
import type { Preferences, SortBy, Variant } from './preferences/preferences.ts';

/** Endings of a model's name that let a tier in, as long as it is they that sort. */
const LETS_IN: Readonly<Partial<Record<SortBy, { readonly variant: Variant; readonly tier: ServiceTier }>>> = {
  throughput: { variant: 'nitro', tier: 'priority' },
  price: { variant: 'floor', tier: 'flex' },
};

const haveTiers = knownOnce((deployments: readonly Deployment[]) =>
  deployments.some(({ tierPrices }) => tierPrices !== undefined),
);

/**
 * A model's deployments as this request may use them. Where it says at which tier of service it wants to be answered,
 * those that have the tier stand for it alone. Where it says nothing, they stand for what is usual, and beside that for
 * each tier that the request lets in: by the name of a place (`openai/flex` in `order` or `only`), or by an ending.
 */
export function offersOf(
  { deployments }: Model,
  { needs, preferences }: Pick<FilterInput, 'needs' | 'preferences'>,
): readonly Deployment[] {
  if (!haveTiers(deployments)) return deployments;
  const { serviceTier } = needs();
  if (serviceTier === 'usual') return deployments;
  if (serviceTier !== 'open')
    return deployments.map((each) => atItsTiers(each).find(({ tier }) => tier === serviceTier) ?? each);
  const letIn = tierOfEnding(preferences);
  const places = [...(preferences.order ?? []), ...(preferences.only ?? [])];
  return deployments.flatMap((each) => [
    each,
    ...atItsTiers(each).filter((offer) => offer.tier === letIn || isNamedAlone(offer, each, places)),
  ]);
}

function tierOfEnding({ sort, variants }: Preferences): ServiceTier | null {
  const rule = sort === null ? undefined : LETS_IN[sort];
  return rule !== undefined && variants.includes(rule.variant) ? rule.tier : null;
}

/** By a name with the tier behind it: the provider's alone opts in to nothing. */
function isNamedAlone(offer: Deployment, usual: Deployment, places: readonly string[]): boolean {
  return places.some((place) => offer.names.includes(place) && !usual.names.includes(place));
}
