import { exactUsd, fixedUsd, formatUsd, type Nano } from './money.ts';

/** An amount with the digits that mean something, all of them on hover. */
export function MoneyText({ nano, decimals }: { readonly nano: Nano; readonly decimals?: number }) {
  return <span title={exactUsd(nano)}>{decimals === undefined ? formatUsd(nano) : fixedUsd(nano, decimals)}</span>;
}
