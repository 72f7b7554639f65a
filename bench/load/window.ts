import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMicroseconds } from '../process-tree.ts';

export type WindowCost = { readonly seconds: number; readonly cpuUs: number; readonly generatorBusy: number };

export function nowUs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + nanoseconds / 1e3;
}

/** Lets the window pass and tells what it cost; `opened` and `closed` take the counters at its two edges. */
export async function passWindow(
  windowMs: number,
  pid: number | null,
  opened: () => void,
  closed: () => void,
): Promise<WindowCost> {
  const cpu = () => (pid === null ? 0 : cpuMicroseconds(pid));
  const ownBefore = process.cpuUsage();
  const cpuBefore = cpu();
  opened();
  const from = nowUs();
  await sleep(windowMs);
  const cpuUs = cpu() - cpuBefore;
  closed();
  const seconds = (nowUs() - from) / 1e6;
  const own = process.cpuUsage(ownBefore);
  return { seconds, cpuUs, generatorBusy: (own.user + own.system) / 1e6 / seconds };
}
