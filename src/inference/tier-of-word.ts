/** Tiers of service that have prices of their own. */
export type ServiceTier = 'flex' | 'priority';

/** What a request says of the tier; `open`: nothing, so that the account's setting at the provider decides. */
export type TierWish = ServiceTier | 'usual' | 'open';

const WISHES: ReadonlyMap<string, TierWish> = new Map([
  ['flex', 'flex'],
  ['priority', 'priority'],
  // OpenRouter's other word for it.
  ['fast', 'priority'],
  ['auto', 'open'],
]);

/** By the word that requests and answers have for it. Every other one (`default`, `standard`, `scale`) is the usual one. */
export function tierOfWord(word: string | null): TierWish {
  return word === null ? 'open' : (WISHES.get(word.toLowerCase()) ?? 'usual');
}
