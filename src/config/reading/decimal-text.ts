import { scaleDecimal } from '../../std/index.ts';

const PLACES = 18;

/**
 * A decimal number times ten to the `shift`, as text without exponent and without passing through a float product:
 * 1.5e-7 shifted by 6 is `0.15`. null: not a number, negative, or of more digits than count.
 */
export function decimalText(value: number | string, shift = 0): string | null {
  const text = String(value).trim();
  if (!/^\d{1,15}(?:\.\d{1,30})?(?:e[+-]?\d{1,2})?$/i.test(text)) return null;
  const scaled = scaleDecimal(text, PLACES + shift)
    .toString()
    .padStart(PLACES + 1, '0');
  const fraction = scaled.slice(-PLACES).replace(/0+$/, '');
  return `${scaled.slice(0, -PLACES)}${fraction === '' ? '' : `.${fraction}`}`;
}
