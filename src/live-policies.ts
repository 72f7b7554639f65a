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
  /** It, or another one that has overtaken it, is in force when it resolves. */
  readonly load: (next: Configuration) => Promise<void>;
  /** What they would be by another configuration, which is not taken. */
  readonly build: (configuration: Configuration) => Policies;
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
  let last = Promise.resolve();
  let turns = 0;
  const bring = async (configuration: Configuration): Promise<void> => {
    wanted = configuration;
    const turn = ++turns;
    const next = buildPolicies(configuration, signers, adjusting(overlays.now()));
    const take = (): void => {
      current = configuration;
      policies = next;
      lookIn(FIRST_LOOK_MS, configuration);
    };
    const loading = loadingFor(next);
    // At once where nothing is to be loaded: whoever reloads twice wants the second.
    if (loading === null) return take();
    await loading.catch(() => undefined);
    if (turn === turns) take();
    else await last;
  };
  const load = (configuration: Configuration): Promise<void> => {
    last = bring(configuration);
    return last;
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
    if (leftMs <= 0) void load(configuration);
    else lookIn(Math.min(LOOK_AGAIN_MS, leftMs), configuration);
  };
  overlays.onChange(() => void load(wanted));
  lookIn(FIRST_LOOK_MS, first);
  return {
    now: () => policies,
    load,
    build: (configuration) => buildPolicies(configuration, signers),
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
