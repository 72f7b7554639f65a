import { scaleDecimal } from '../../std/index.ts';

const COUNT_UNITS: Readonly<Record<string, bigint>> = { '': 1n, k: 1000n, K: 1000n, M: 1_000_000n, G: 1_000_000_000n };
const BYTE_UNITS: Readonly<Record<string, bigint>> = {
  '': 1n,
  B: 1n,
  kB: 1000n,
  KB: 1000n,
  MB: 1_000_000n,
  GB: 1_000_000_000n,
  KiB: 1024n,
  MiB: 1_048_576n,
  GiB: 1_073_741_824n,
};

/** A whole number: `600`, `450k`, `1.5M`; null: it is none. */
export function quantity(text: string): number | null {
  return whole(text, COUNT_UNITS);
}

/** Bytes: `1048576`, `32MiB`, `10MB`; null: it is none. */
export function byteSize(text: string): number | null {
  return whole(text, BYTE_UNITS);
}

function whole(text: string, units: Readonly<Record<string, bigint>>): number | null {
  const [, amount, unit = ''] = /^(\d{1,15}(?:\.\d{1,9})?)\s*([A-Za-z]*)$/.exec(text.trim()) ?? [];
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (amount === undefined || factor === undefined) return null;
  // Nine places: what is left of a billionth is no whole number of anything.
  const billionths = scaleDecimal(amount, 9) * factor;
  if (billionths % 1_000_000_000n !== 0n) return null;
  const result = Number(billionths / 1_000_000_000n);
  return Number.isSafeInteger(result) ? result : null;
}
