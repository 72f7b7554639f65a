import { askedPrice, type PriceTier } from '../../catalog/index.ts';
import type { Needs } from '../needs.ts';
import type { MaxPrice } from '../preferences/preferences.ts';
import { isPassedOn } from './data-policy.ts';
import type { Filter } from './filter.ts';

/** Exact, in picodollars; what is not known is above every cap. */
export const maxPrice: Filter = {
  id: 'max_price',
  field: 'provider.max_price',
  objectionsTo: (input) => {
    const { maxPrice: caps } = input.preferences;
    if (caps === null) return null;
    return (deployment) => {
      const price = askedPrice(deployment);
      if (isFreeByName(deployment.upstreamModel) || isPassedOn(input, deployment, 'max_price')) return null;
      if (price === null) return 'its price is not known, which is above every cap';
      return firstAbove(caps, tierOf(price.tiers, input.needs()), input.needs());
    };
  },
};

/** A variant of OpenRouter's, whose price is its name. */
function isFreeByName(upstreamModel: string): boolean {
  return upstreamModel.endsWith(':free');
}

function isFree({ input, output, reasoning, request }: PriceTier): boolean {
  return input === 0n && output === 0n && reasoning === 0n && request === 0n;
}

/** The tier that the prompt surely reaches. */
function tierOf(tiers: readonly [PriceTier, ...PriceTier[]], needs: Needs): PriceTier {
  let reached = tiers[0];
  for (const tier of tiers) {
    if (needs.inputBytes >= tier.fromInputTokens && needs.inputTokens >= tier.fromInputTokens) reached = tier;
  }
  return reached;
}

type Cap = {
  readonly name: keyof MaxPrice;
  /** As OpenRouter's field calls it. */
  readonly field: string;
  /** null: not known. */
  readonly priceOf: (tier: PriceTier) => bigint | null;
  readonly matters: (needs: Needs) => boolean;
  /** Units that the caller's number stands for. */
  readonly per: bigint;
};

const MILLION = 1_000_000n;
const holds = (needs: Needs, modality: 'image' | 'audio'): boolean =>
  needs.inputs.includes(modality) || needs.outputs.includes(modality);

/** Images have prices of their own, which no list has; where nothing costs anything, they do not either. */
function freeOrUnknown(tier: PriceTier): bigint | null {
  return isFree(tier) ? 0n : null;
}

const CAPS: readonly Cap[] = [
  { name: 'input', field: 'prompt', priceOf: ({ input }) => input, matters: () => true, per: MILLION },
  { name: 'output', field: 'completion', priceOf: ({ output }) => output, matters: () => true, per: MILLION },
  { name: 'request', field: 'request', priceOf: ({ request }) => request, matters: () => true, per: 1n },
  { name: 'image', field: 'image', priceOf: freeOrUnknown, matters: (needs) => holds(needs, 'image'), per: 1n },
  {
    name: 'audio',
    field: 'audio',
    priceOf: ({ inputAudio, outputAudio }) => (inputAudio > outputAudio ? inputAudio : outputAudio),
    matters: (needs) => holds(needs, 'audio'),
    per: 1n,
  },
];

function firstAbove(caps: MaxPrice, tier: PriceTier, needs: Needs): string | null {
  for (const { name, field, priceOf, matters, per } of CAPS) {
    const cap = caps[name];
    if (cap === null || !matters(needs)) continue;
    const price = priceOf(tier);
    if (price === null) return `its price per ${field} is not known, which is above every cap`;
    if (price > cap) return `${field} costs $${usd(price * per)} there, and max_price.${field} is $${usd(cap * per)}`;
  }
  return null;
}

const PICO_PLACES = 12;

/** Every digit that counts, and no more. */
function usd(pico: bigint): string {
  const digits = pico.toString().padStart(PICO_PLACES + 1, '0');
  return `${digits.slice(0, -PICO_PLACES)}.${digits.slice(-PICO_PLACES)}`.replace(/\.?0+$/, '');
}
