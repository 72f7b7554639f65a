import { createHash } from 'node:crypto';
import type { Price, PriceTier } from './price.ts';

const UNITS = [
  'input',
  'output',
  'cacheRead',
  'cacheWrite',
  'reasoning',
  'inputAudio',
  'outputAudio',
  'request',
] as const;

/** A price from its tiers; its version is the hash of what is in them. */
export function priceOf(tiers: readonly [PriceTier, ...PriceTier[]], source: string): Price {
  const version = `p_${createHash('sha256').update(encodeTiers(tiers)).digest('hex').slice(0, 16)}`;
  return Object.freeze({ version, source, tiers });
}

/** As the journal and the database keep it: JSON with the amounts as decimal text. */
export function encodePriceTiers(price: Price): string {
  return encodeTiers(price.tiers);
}

export function decodePriceTiers(text: string): readonly PriceTier[] {
  const rows: readonly Readonly<Record<string, string | number>>[] = JSON.parse(text);
  return rows.map((row) => {
    const unit = (name: (typeof UNITS)[number]): bigint => BigInt(row[name] ?? 0);
    return {
      fromInputTokens: Number(row['fromInputTokens']),
      input: unit('input'),
      output: unit('output'),
      cacheRead: unit('cacheRead'),
      cacheWrite: unit('cacheWrite'),
      reasoning: unit('reasoning'),
      inputAudio: unit('inputAudio'),
      outputAudio: unit('outputAudio'),
      request: unit('request'),
    };
  });
}

function encodeTiers(tiers: readonly PriceTier[]): string {
  return JSON.stringify(
    tiers.map((tier) => ({
      fromInputTokens: tier.fromInputTokens,
      ...Object.fromEntries(UNITS.map((unit) => [unit, String(tier[unit])])),
    })),
  );
}
