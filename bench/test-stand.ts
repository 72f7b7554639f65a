import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

/** What one run stands on: its folder, and the cores it is spread over, null where nothing can be pinned. */
export type TestStand = {
  readonly folder: string;
  /** Of the machine; pinning leaves this process with one of them. */
  readonly coreCount: number;
  readonly cores: { readonly target: number | null; readonly load: number | null };
};

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The target has a core for itself; upstream, load generator and this process share the other. */
export function openTestStand(): TestStand {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-bench-'));
  // The worker of an nginx that was started by root is another user and has to reach its folders.
  chmodSync(folder, 0o755);
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  const coreCount = availableParallelism();
  const pinned = hasTaskset() && coreCount > 1;
  if (pinned) execFileSync('taskset', ['-a', '-p', '-c', '1', String(process.pid)], { stdio: 'ignore' });
  return { folder, coreCount, cores: pinned ? { target: 0, load: 1 } : { target: null, load: null } };
}

let folders = 0;

export function newFolder(stand: TestStand, name: string): string {
  folders += 1;
  const path = join(stand.folder, `${name}-${folders}`);
  mkdirSync(path);
  return path;
}
