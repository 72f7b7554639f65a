/** Nanodollars, 1e-9 USD. The API writes dollars as decimals; they become integers here before anything is summed. */
export type Nano = bigint;

const NANO = 1_000_000_000n;

/** From USD as the API writes it. A float is read to the nanodollar, which is exact up to nine million USD. */
export function nanoOf(usd: number | string | null | undefined): Nano {
  if (usd === null || usd === undefined || usd === '') return 0n;
  const text = typeof usd === 'number' ? usd.toFixed(9) : usd.trim();
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text);
  if (match === null) return 0n;
  const [, sign = '', whole = '0', fraction = '', exponent = '0'] = match;
  const shift = 9 + Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  const magnitude = shift >= 0 ? digits * 10n ** BigInt(shift) : divideHalfUp(digits, 10n ** BigInt(-shift));
  return sign === '-' ? -magnitude : magnitude;
}

export function sumNano(amounts: Iterable<Nano>): Nano {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return sum;
}

/** For charts and proportions only: what is shown as text is made from the integer. */
export function usdOf(nano: Nano): number {
  return Number(nano) / 1e9;
}

/** As many digits as the amount needs to mean something: two for dollars, six for what a call costs. */
export function formatUsd(nano: Nano): string {
  return fixedUsd(nano, decimalsOf(nano));
}

/** Amounts from zero to this one, all with its number of decimals. */
export function usdUpTo(largest: Nano): (nano: Nano) => string {
  const decimals = decimalsOf(largest);
  return (nano) => fixedUsd(nano, decimals);
}

function decimalsOf(nano: Nano): number {
  const magnitude = nano < 0n ? -nano : nano;
  if (magnitude === 0n || magnitude >= NANO) return 2;
  if (magnitude >= NANO / 100n) return 4;
  return magnitude >= 1_000n ? 6 : 9;
}

/** With so many decimals, so that the numbers of a column stand under one another. */
export function fixedUsd(nano: Nano, decimals: number): string {
  const magnitude = nano < 0n ? -nano : nano;
  const unit = 10n ** BigInt(9 - decimals);
  const rounded = divideHalfUp(magnitude, unit);
  const scale = 10n ** BigInt(decimals);
  const whole = (rounded / scale).toLocaleString('en-US');
  const fraction = decimals === 0 ? '' : `.${(rounded % scale).toString().padStart(decimals, '0')}`;
  return `${nano < 0n ? '−' : ''}$${whole}${fraction}`;
}

/** Every digit that there is. */
export function exactUsd(nano: Nano): string {
  return decimalUsd(nano).replace(/^(-?)/, '$1$');
}

/** The plain decimal: for spreadsheets and for the API. */
export function decimalUsd(nano: Nano): string {
  const magnitude = nano < 0n ? -nano : nano;
  const fraction = (magnitude % NANO).toString().padStart(9, '0').replace(/0+$/, '');
  return `${nano < 0n ? '-' : ''}${magnitude / NANO}${fraction === '' ? '' : `.${fraction}`}`;
}

function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor / 2n) / divisor;
}
