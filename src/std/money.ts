/** Picodollars, 1e-12 USD: the unit of prices. `$/Mtok x 1e6`. */
export type PicoUsd = bigint;

/** Nanodollars, 1e-9 USD: the unit of the ledger, budgets, costs and charges. */
export type NanoUsd = bigint;

const PICO_PER_NANO = 1_000n;

/** The one rounding of an event: up to the next nanodollar. */
export function nanoFromPico(amount: PicoUsd): NanoUsd {
  return amount <= 0n ? 0n : (amount + PICO_PER_NANO - 1n) / PICO_PER_NANO;
}

/** Dollars as a float for the doors that speak floats. Exact up to 2^53 nanodollars (9 million USD). */
export function usdFromNano(amount: NanoUsd): number {
  return Number(amount) / 1e9;
}

/** Dollars as text with every digit that counts and no exponent: `0.00001245`. */
export function formatUsd(amount: NanoUsd): string {
  return formatDecimal(amount, 9);
}

/** A price as `formatUsd` writes amounts: dollars per unit. */
export function formatPicoUsd(amount: PicoUsd): string {
  return formatDecimal(amount, 12);
}

function formatDecimal(amount: bigint, places: number): string {
  const sign = amount < 0n ? '-' : '';
  const magnitude = amount < 0n ? -amount : amount;
  const one = 10n ** BigInt(places);
  const fraction = (magnitude % one).toString().padStart(places, '0').replace(/0+$/, '');
  return `${sign}${magnitude / one}${fraction === '' ? '' : `.${fraction}`}`;
}

/**
 * Scales a decimal number by a power of ten into an integer, half away from zero, without passing through a float
 * product: 0.075 at 6 places is 75,000 exactly. Throws a RangeError on what is not a finite number.
 */
export function scaleDecimal(value: number | string, places: number): bigint {
  const match = /^([+-]?)(\d+)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(String(value).trim());
  if (match === null) throw new RangeError(`not a decimal number: ${value}`);
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const shift = places + Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  const magnitude = shift >= 0 ? digits * 10n ** BigInt(shift) : divideHalfUp(digits, 10n ** BigInt(-shift));
  return sign === '-' ? -magnitude : magnitude;
}

/** USD, as a caller or a file writes it, in nanodollars. */
export function nanoFromUsd(value: number | string): NanoUsd {
  return scaleDecimal(value, 9);
}

/** USD per million units in picodollars per unit. */
export function picoFromUsdPerMillion(value: number | string): PicoUsd {
  return scaleDecimal(value, 6);
}

function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor / 2n) / divisor;
}
