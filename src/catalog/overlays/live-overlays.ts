import type { Clock } from '../../std/index.ts';
import { type Database, oneAtATime } from '../../store/index.ts';
import type { Overlay } from './overlay.ts';
import { readOverlays } from './overlay-store.ts';

/** What others switch is known here within a second. */
const REFRESH_EVERY_MS = 500;

/** The overlays that hold now, in this process. */
export type LiveOverlays = {
  readonly now: () => readonly Overlay[];
  /** Called after they have changed: one was laid or ended, or its time is over. */
  readonly onChange: (listener: () => void) => void;
  /** Takes over what changed in the database. */
  readonly refresh: () => Promise<void>;
  readonly close: () => void;
};

/** `onFailure`: the database cannot be asked; those that are known hold until their time is over. */
export async function openLiveOverlays(
  database: Database,
  clock: Clock,
  onFailure: (error: unknown) => void,
): Promise<LiveOverlays> {
  let held = await readOverlays(database, clock.nowMs());
  const listeners: (() => void)[] = [];
  const take = (next: readonly Overlay[]): void => {
    if (sameIds(held, next)) return;
    held = next;
    for (const listener of listeners) listener();
  };
  const refresh = oneAtATime(async () => take(await readOverlays(database, clock.nowMs())));
  const timer = setInterval(() => {
    const nowMs = clock.nowMs();
    take(held.filter(({ expiresAtMs }) => expiresAtMs > nowMs));
    refresh().catch(onFailure);
  }, REFRESH_EVERY_MS).unref();
  return {
    now: () => held,
    onChange: (listener) => void listeners.push(listener),
    refresh,
    close: () => clearInterval(timer),
  };
}

/** An overlay is never changed: another one takes its place. */
function sameIds(one: readonly Overlay[], other: readonly Overlay[]): boolean {
  return one.length === other.length && one.every(({ id }, index) => id === other[index]?.id);
}
