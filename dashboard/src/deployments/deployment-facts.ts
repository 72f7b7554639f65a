import type { Overlay } from '../api/deployments.ts';
import type { DeploymentHealth } from '../api/health.ts';
import type { Switched } from './deployment-state.ts';

/** Of all that was sent to its model within half an hour, what part went there; null: nothing was sent. */
export function shareOfTraffic(one: DeploymentHealth, all: readonly DeploymentHealth[]): number | null {
  const whole = all
    .filter(({ model }) => model === one.model)
    .reduce((sum, { attempts_last_30m: attempts }) => sum + attempts, 0);
  return whole === 0 ? null : one.attempts_last_30m / whole;
}

/** Of two that say the same thing, the narrower one counts. */
const NARROWEST_FIRST: readonly string[] = ['deployment', 'model', 'credential', 'provider'];

export function overlaysOn(health: DeploymentHealth, overlays: readonly Overlay[]): readonly Overlay[] {
  return overlays
    .filter(({ overlay_id: id }) => health.overlays?.includes(id) === true)
    .toSorted((one, other) => NARROWEST_FIRST.indexOf(one.kind) - NARROWEST_FIRST.indexOf(other.kind));
}

/** What somebody has switched it to; null: nobody has. The first of those from `overlaysOn` that switches counts. */
export function switchedBy(overlays: readonly Overlay[]): Switched | null {
  for (const { set } of overlays) if (set === 'off' || set === 'drain' || set === 'on') return set;
  return null;
}
