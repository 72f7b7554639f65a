import type { Deployment, Price } from '../catalog/index.ts';
import { type TierWish, tierOfWord } from '../inference/index.ts';

type Priced = Pick<Deployment, 'price' | 'tierPrices'>;

/** What an answer is charged at, and whether that is surely the price of the tier that it was served at. */
export type ServedPrice = { readonly price: Price | null; readonly isKnown: boolean };

/**
 * Every price that the request may be charged at: that of the tier that it asks for, the usual one, for a provider may
 * serve it so all the same, and where it leaves the choice to its account all of them. null: one of them is not known.
 * A flexible tier costs nowhere more than the usual one.
 */
export function pricesWithin({ price, tierPrices }: Priced, wish: TierWish): readonly Price[] | null {
  if (price === null) return null;
  if (wish === 'usual' || (wish === 'open' && tierPrices === undefined)) return [price];
  const { flex = price, priority } = tierPrices ?? {};
  if (wish === 'open') return priority === undefined ? [price, flex] : [price, flex, priority];
  if (wish === 'flex') return [price, flex];
  return priority === undefined ? null : [price, priority];
}

/** By the tier that the answer names, else by the dearer one of what was asked for and the usual. */
export function priceServed({ price, tierPrices }: Priced, named: string | null, wish: TierWish): ServedPrice {
  const told = tierOfWord(named);
  const tier = told !== 'open' ? told : wish === 'priority' ? wish : 'usual';
  if (price === null || tier === 'usual') return { price, isKnown: price !== null };
  const own = tierPrices?.[tier];
  return { price: own ?? price, isKnown: own !== undefined || tier === 'flex' };
}
