import { readdirSync, readFileSync } from 'node:fs';

type Stat = { readonly parent: number; readonly ticks: number };

/** Linux has reported USER_HZ = 100 to user space on every architecture that Node runs on. */
const US_PER_TICK = 10_000;

/** Of `/proc/<pid>/stat`, counted behind the command, which may itself hold spaces and brackets. */
const PARENT = 1;
const OWN_AND_REAPED_TIMES = [11, 12, 13, 14] as const;

/** Null when the process has gone in the meantime. */
function readStat(pid: number): Stat | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = OWN_AND_REAPED_TIMES.reduce((sum, index) => sum + Number(fields[index]), 0);
  return { parent: Number(fields[PARENT]), ticks };
}

/** The process and all of its living descendants. */
function processTree(root: number): Map<number, Stat> {
  const all = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const stat = Number.isInteger(pid) ? readStat(pid) : null;
    if (stat !== null) all.set(pid, stat);
  }
  const tree = new Map<number, Stat>();
  const visit = (pid: number) => {
    const stat = all.get(pid);
    if (stat === undefined || tree.has(pid)) return;
    tree.set(pid, stat);
    for (const [child, { parent }] of all) if (parent === pid) visit(child);
  };
  visit(root);
  return tree;
}

/** User and system time of the tree so far: every thread, and every child, whether it lives or was reaped. */
export function cpuMicroseconds(root: number): number {
  let ticks = 0;
  for (const stat of processTree(root).values()) ticks += stat.ticks;
  return ticks * US_PER_TICK;
}

/** Resident memory of the tree. Pages that its processes share are counted once for each. */
export function residentMegabytes(root: number): number {
  let kilobytes = 0;
  for (const pid of processTree(root).keys()) {
    try {
      kilobytes += Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0);
    } catch {
      // It ended between the listing and the reading, so it holds no memory any more.
    }
  }
  return kilobytes / 1024;
}

/** The second of the three numbers in `schedstat`. */
function waitedNanoseconds(path: string): number {
  try {
    return Number(readFileSync(path, 'latin1').split(' ')[1] ?? 0);
  } catch {
    return 0;
  }
}

/** How long the threads of the tree were ready to run and had no core, because another thread was on it, one of the tree's own perhaps. 0 where Linux keeps no record. */
export function waitedForCoreMilliseconds(root: number): number {
  let nanoseconds = 0;
  for (const pid of processTree(root).keys()) {
    for (const thread of threadsOf(pid)) nanoseconds += waitedNanoseconds(`/proc/${pid}/task/${thread}/schedstat`);
  }
  return nanoseconds / 1e6;
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}
