import { adjusting, type LiveOverlays } from './catalog/index.ts';
import type { Configuration } from './config/index.ts';
import { dialectIds, loadedDialect } from './dialects/index.ts';
import type { Connections } from './network/index.ts';
import type { Policies } from './pipeline/index.ts';
import { buildPolicies } from './policies.ts';
import { openSigners } from './providers/index.ts';
import { systemClock } from './std/index.ts';
import { openSurroundings } from './surroundings.ts';

/** Timers of more than 24 days fire at once; an hour is soon enough to look again. */
const LOOK_AGAIN_MS = 3_600_000;
/** Looking through the price list takes milliseconds that a start does not wait for. */
const FIRST_LOOK_MS = 1_000;

/** The policies of now. */
export type LivePolicies = {
  readonly now: () => Policies;
  readonly load: (next: Configuration) => void;
  readonly close: () => void;
};

/**
 * Built anew when the configuration is loaded again, when a published price is due to change, and when overlays do. Tokens of clouds
 * outlive that.
 */
export function openLivePolicies(first: Configuration, connections: Connections, overlays: LiveOverlays): LivePolicies {
  let current = first;
  const signers = openSigners(openSurroundings(() => current, connections));
  let policies = buildPolicies(first, signers, adjusting(overlays.now()));
  let timer: NodeJS.Timeout | null = null;
  let wanted = first;
  const load = (configuration: Configuration): void => {
    wanted = configuration;
    const next = buildPolicies(configuration, signers, adjusting(overlays.now()));
    const take = (): void => {
      if (wanted !== configuration) return;
      current = configuration;
      policies = next;
      lookIn(FIRST_LOOK_MS, configuration);
    };
    const loading = loadingFor(next);
    if (loading === null) take();
    else void loading.finally(take);
  };
  const lookIn = (ms: number, configuration: Configuration): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => look(configuration), ms);
    timer.unref();
  };
  const look = (configuration: Configuration): void => {
    // Counted from when the policies were built: a change since then is over already.
    const changeAtMs = policies.catalog.pricesChangeAtMs();
    if (changeAtMs === null) return;
    const leftMs = changeAtMs - systemClock.nowMs();
    if (leftMs <= 0) load(configuration);
    else lookIn(Math.min(LOOK_AGAIN_MS, leftMs), configuration);
  };
  overlays.onChange(() => load(wanted));
  lookIn(FIRST_LOOK_MS, first);
  return {
    now: () => policies,
    load,
    close: () => {
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/** Calls under way go on by the new policies, and do not wait once they have begun. null: there have been none yet. */
function loadingFor({ loadFor }: Policies): Promise<unknown> | null {
  const loading = dialectIds.filter((id) => loadedDialect(id) !== null).map(loadFor);
  return loading.length === 0 ? null : Promise.all(loading);
}
