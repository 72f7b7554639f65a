import { setTimeout as sleep } from 'node:timers/promises';
import { residentMegabytes } from '../process-tree.ts';
import type { Measure } from './measurement.ts';

const SETTLE_MS = 1_000;
const STREAMS = 500;
/** Slow enough that open streams are measured and not a processor at its limit. */
const SHAPE = { chunks: 100, paceMs: 100 };
const WARM_MS = 1_000;
const WINDOW_MS = 1_000;

/** Resident memory of a process of its own: idle after its start, and with many streams open. */
export const measureMemory: Measure = async ({ target }, { site, generator }) => {
  const fresh = await target.start(site);
  try {
    if (fresh.pid === null) return { figures: {}, errors: [] };
    await sleep(SETTLE_MS);
    const idleMb = residentMegabytes(fresh.pid);
    const { residentMb, errors } = await generator.run({
      kind: 'streams',
      endpoint: fresh.stream,
      streams: STREAMS,
      shape: SHAPE,
      warmMs: WARM_MS,
      windowMs: WINDOW_MS,
      pid: fresh.pid,
    });
    return { figures: { idle_mb: idleMb, streams_mb: residentMb }, errors };
  } finally {
    await fresh.stop();
  }
};
