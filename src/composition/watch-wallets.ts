import { type LowBalance, takeLowWallets } from '../ledger/index.ts';
import { type Clock, formatUsd } from '../std/index.ts';
import type { Database } from '../store/index.ts';
import type { Log, Tallies } from '../telemetry/index.ts';

const LOOK_EVERY_MS = 1_000;

export type WalletWatch = { readonly close: () => void };

/**
 * Credits that run low: a line in the log and a count, once for each time that a balance falls below the bound. Every
 * process looks, and the books say who tells.
 */
export function watchWallets(
  main: Database,
  low: () => LowBalance,
  { clock, tallies, log }: { readonly clock: Clock; readonly tallies: Tallies; readonly log: Log },
): WalletWatch {
  const look = async (): Promise<void> => {
    for (const { organizationId, balanceNanoUsd, boundNanoUsd } of await takeLowWallets(main, low(), clock.nowMs())) {
      tallies.countBudget('wallet', 'low');
      log.warn('the credits of an organization run low', {
        organization: organizationId,
        balance_usd: formatUsd(balanceNanoUsd),
        low_below_usd: formatUsd(boundNanoUsd),
      });
    }
  };
  let looking = false;
  const timer = setInterval(async () => {
    if (looking) return;
    looking = true;
    // The database may be away: the drain tells of it, and the next look comes.
    await look().catch(() => undefined);
    looking = false;
  }, LOOK_EVERY_MS);
  return { close: () => clearInterval(timer) };
}
