import { perMillion } from '../../api/models.ts';
import { exactUsd, fixedUsd } from '../../format/money.ts';
import { m } from '../../messages/index.ts';

const CENT = 10_000_000n;
const TENTH_OF_CENT = 1_000_000n;

/** USD for a million tokens: two decimals, and as many more as the price has below a cent. */
export function PriceText({ perToken }: { readonly perToken: string | undefined }) {
  const nano = perMillion(perToken);
  if (nano === null) return <span>{m.models.unknown}</span>;
  if (nano === 0n) return <span>{m.models.free}</span>;
  const decimals = nano % CENT === 0n ? 2 : nano % TENTH_OF_CENT === 0n ? 3 : 4;
  return <span title={exactUsd(nano)}>{fixedUsd(nano, decimals)}</span>;
}
