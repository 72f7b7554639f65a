import type { MaxPrice, Preferences, Variant } from './preferences.ts';

const NOTHING_TO_PAY: MaxPrice = { input: 0n, output: 0n, request: 0n, image: 0n, audio: 0n };

/** What a variant asks of the plan. `online` and `thinking` ask something of the model instead. */
const ASKED: Readonly<Record<Variant, Partial<Preferences>>> = {
  nitro: { sort: 'throughput' },
  floor: { sort: 'price' },
  exacto: { sort: 'exacto' },
  free: { maxPrice: NOTHING_TO_PAY },
  online: {},
  thinking: {},
};

const variants = Object.keys(ASKED) as readonly Variant[];

/** The name without its last variant, and which it is; null: it ends in none. */
export function splitVariant(name: string): { readonly base: string; readonly variant: Variant } | null {
  const colon = name.lastIndexOf(':');
  if (colon < 1) return null;
  const ending = name.slice(colon + 1);
  const variant = variants.find((each) => each === ending);
  return variant === undefined ? null : { base: name.slice(0, colon), variant };
}

/** `asked` in the order of the name: the last sort wins, over the one in `provider.sort`, too. */
export function withVariants(preferences: Preferences, asked: readonly Variant[]): Preferences {
  if (asked.length === 0) return preferences;
  return Object.assign({}, preferences, ...asked.map((variant) => ASKED[variant]), { variants: asked });
}
