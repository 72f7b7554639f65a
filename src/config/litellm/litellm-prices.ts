import type { DeploymentConfiguration, PriceConfiguration } from '../configuration.ts';
import { formatPlace } from '../reading/configuration-node.ts';
import type { Reading } from '../reading/reading.ts';
import type { LitellmSection } from './litellm-section.ts';

/** Per token there, per million here. */
const PER_MILLION = 6;

const BASE = {
  input: 'input_cost_per_token',
  output: 'output_cost_per_token',
  cacheRead: 'cache_read_input_token_cost',
  cacheWrite: 'cache_creation_input_token_cost',
} as const;

const OTHERS = {
  reasoning: 'output_cost_per_reasoning_token',
  inputAudio: 'input_cost_per_audio_token',
  outputAudio: 'output_cost_per_audio_token',
} as const;

const REQUEST = 'input_cost_per_request';
const TIER =
  /^(?:input_cost_per_token|output_cost_per_token|cache_read_input_token_cost|cache_creation_input_token_cost)_above_(\d+)k_tokens$/;
const KNOWN = new Set<string>([...Object.values(BASE), ...Object.values(OTHERS), REQUEST]);

const TIERED = /^(.+)_(flex|priority)$/;

/** Whether a key of `litellm_params` or `model_info` is a price. */
export function isPriceKey(key: string): boolean {
  return KNOWN.has(key) || /_cost(?:_per_|$|_)|^tiered_pricing$/.test(key);
}

/** The price that a deployment names, `litellm_params` before `model_info`; null: it names none. */
export function litellmPrice(sections: readonly LitellmSection[], reading: Reading): PriceConfiguration | null {
  noticeOthers(sections, reading);
  return priceIn(sections, '');
}

/** The prices of its tiers of service: the same keys with the tier's name at their end. */
export function litellmTierPrices(sections: readonly LitellmSection[]): Pick<DeploymentConfiguration, 'tierPrices'> {
  const [flex, priority] = (['_flex', '_priority'] as const).map((ending) => wholePrice(priceIn(sections, ending)));
  if (flex === undefined && priority === undefined) return {};
  return { tierPrices: { ...(flex === undefined ? {} : { flex }), ...(priority === undefined ? {} : { priority }) } };
}

/** A price of one direction alone would make the other one free: the usual price is nearer to the truth. */
function wholePrice(price: PriceConfiguration | null): PriceConfiguration | undefined {
  const isWhole = price !== null && price !== 'free' && price.input !== null && price.output !== null;
  return isWhole ? price : undefined;
}

/** null: no key with this ending is a price that is known here. */
function priceIn(sections: readonly LitellmSection[], serviceTier: string): PriceConfiguration | null {
  const keys = new Set(
    sections.flatMap((section) =>
      [...section.entries.keys()]
        .filter((key) => isPriceKey(key) && key.endsWith(serviceTier))
        .map((key) => (serviceTier === '' ? key : key.slice(0, -serviceTier.length))),
    ),
  );
  if (![...keys].some((key) => KNOWN.has(key) || TIER.test(key))) return null;
  const read = (name: string, shift: number) => {
    // What a tier does not name costs what it usually does.
    for (const key of new Set([name + serviceTier, name]))
      for (const section of sections) if (section.entries.has(key)) return section.decimal(key, shift);
    return null;
  };
  const base = (ending: string) => ({
    input: read(BASE.input + ending, PER_MILLION),
    output: read(BASE.output + ending, PER_MILLION),
    cacheRead: read(BASE.cacheRead + ending, PER_MILLION),
    cacheWrite: read(BASE.cacheWrite + ending, PER_MILLION),
  });
  const steps = new Set([...keys].flatMap((key) => TIER.exec(key)?.[1] ?? []));
  return {
    ...base(''),
    reasoning: read(OTHERS.reasoning, PER_MILLION),
    inputAudio: read(OTHERS.inputAudio, PER_MILLION),
    outputAudio: read(OTHERS.outputAudio, PER_MILLION),
    request: read(REQUEST, 0),
    tiers: [...steps]
      .sort((a, b) => Number(a) - Number(b))
      .map((step) => ({ above: Number(step) * 1000, ...base(`_above_${step}k_tokens`) })),
  };
}

function noticeOthers(sections: readonly LitellmSection[], reading: Reading): void {
  for (const section of sections) {
    for (const [key, node] of section.entries) {
      const named = TIERED.exec(key)?.[1] ?? key;
      if (!isPriceKey(key) || KNOWN.has(named) || TIER.test(named)) continue;
      reading.notices.push(
        `${section.name}.${key} (${formatPlace(node.keyPlace ?? node.place)}) is not honoured: this price is not known here`,
      );
    }
  }
}
