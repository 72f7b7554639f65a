import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { newFolder, type TestStand } from './test-stand.ts';

export type Child = {
  readonly name: string;
  readonly pid: number;
  readonly process: ChildProcess;
  readonly startedAt: number;
  hasExited(): boolean;
  /** The end of what it wrote, for the report of a failure. */
  lastWords(): string;
  stop(): Promise<void>;
};

export type ChildPlan = {
  readonly name: string;
  readonly core: number | null;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly channel?: boolean;
};

const GRACE_MS = 5_000;
const LAST_WORDS = 2_000;
const living = new Map<number, Child>();

/** Each child leads a group of its own, so that its children go with it. */
function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has gone already.
  }
}

process.on('exit', () => {
  for (const pid of living.keys()) killGroup(pid, 'SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => process.exit(128 + constants.signals[signal]));
}

/** Only what a program needs to run: a provider's key in our own environment would change what a gateway does. */
function bareEnvironment(home: string): Record<string, string> {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: home, LANG: 'C.UTF-8' };
}

async function stopChild(child: ChildProcess, pid: number, exited: Promise<void>): Promise<void> {
  const timer = setTimeout(() => killGroup(pid, 'SIGKILL'), GRACE_MS);
  if (living.has(pid)) child.kill('SIGTERM');
  await exited;
  clearTimeout(timer);
}

export function startChild(stand: TestStand, plan: ChildPlan): Child {
  const home = newFolder(stand, plan.name);
  const logPath = join(home, 'output.log');
  const log = openSync(logPath, 'a');
  const pinned = plan.core === null ? plan.command : ['taskset', '-c', String(plan.core), ...plan.command];
  const [program = '', ...args] = pinned;
  const startedAt = performance.now();
  const child = spawn(program, args, {
    detached: true,
    cwd: home,
    env: { ...bareEnvironment(home), ...plan.environment },
    stdio: plan.channel === true ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
  });
  closeSync(log);
  // Told by the missing pid below; unheard, the event would end this process first.
  child.on('error', () => {});
  const { pid } = child;
  if (pid === undefined) throw new Error(`${plan.name} could not be started: ${pinned.join(' ')}`);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      killGroup(pid, 'SIGKILL');
      living.delete(pid);
      resolve();
    });
  });
  const started: Child = {
    name: plan.name,
    pid,
    process: child,
    startedAt,
    hasExited: () => !living.has(pid),
    lastWords: () => readFileSync(logPath, 'utf8').slice(-LAST_WORDS),
    stop: () => stopChild(child, pid, exited),
  };
  living.set(pid, started);
  return started;
}

export async function stopAllChildren(): Promise<void> {
  await Promise.all([...living.values()].map((child) => child.stop()));
}
