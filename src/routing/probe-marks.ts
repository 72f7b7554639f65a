import type { Deployment } from '../catalog/index.ts';
import { Lru } from '../std/index.ts';

/** What the last active probe of each deployment has shown, whatever its circuit makes of it. */
export type ProbeMarks = {
  readonly markProbe: (deployment: Deployment, failed: boolean, nowMs: number) => void;
  /** When the last probe failed, monotonic; null: it did not, or there was none. */
  readonly failedProbeMs: (deployment: Deployment) => number | null;
};

/** Those that are probed are configured, not made up by callers. */
const MAX_PLACES = 10_000;

export function openProbeMarks(): ProbeMarks {
  const marks = new Lru<{ readonly failed: boolean; readonly atMs: number }>(MAX_PLACES);
  return {
    markProbe: (deployment, failed, atMs) => marks.set(placeOf(deployment), { failed, atMs }),
    failedProbeMs: (deployment) => {
      const mark = marks.get(placeOf(deployment));
      return mark?.failed === true ? mark.atMs : null;
    },
  };
}

/** Without its tier of service: what is probed is the deployment, for all of its tiers. */
function placeOf({ credential, upstreamModel, region }: Deployment): string {
  return `${credential}\n${upstreamModel}\n${region ?? ''}`;
}
