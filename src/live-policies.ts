import type { Configuration } from './config/index.ts';
import type { Policies } from './pipeline/index.ts';
import { buildPolicies } from './policies.ts';
import { systemClock } from './std/index.ts';

/** Timers of more than 24 days fire at once; an hour is soon enough to look again. */
const LOOK_AGAIN_MS = 3_600_000;

/** The policies of now. */
export type LivePolicies = {
  readonly now: () => Policies;
  readonly load: (next: Configuration) => void;
  readonly close: () => void;
};

/** Built anew when the configuration is loaded again, and when a published price is due to change. */
export function openLivePolicies(first: Configuration): LivePolicies {
  let policies = buildPolicies(first);
  let timer: NodeJS.Timeout | null = null;
  const load = (configuration: Configuration): void => {
    policies = buildPolicies(configuration);
    watch(configuration);
  };
  const watch = (configuration: Configuration): void => {
    if (timer !== null) clearTimeout(timer);
    const changeAtMs = policies.catalog.pricesChangeAtMs();
    timer = null;
    if (changeAtMs === null) return;
    const again = (): void => {
      if (systemClock.nowMs() >= changeAtMs) load(configuration);
      else watch(configuration);
    };
    timer = setTimeout(again, Math.min(LOOK_AGAIN_MS, Math.max(0, changeAtMs - systemClock.nowMs())));
    timer.unref();
  };
  watch(first);
  return {
    now: () => policies,
    load,
    close: () => {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
