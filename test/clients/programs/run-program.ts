import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Scope } from '../../support/scope.ts';
import type { Command } from './program.ts';

const WITHIN_MS = 120_000;

export type Ran = { readonly code: number | null; readonly output: string; readonly errors: string };

/** In `home/project`, with nothing of the surrounding environment but the path, and without a standard input. */
export async function runProgram(scope: Scope, bin: string, home: string, command: Command): Promise<Ran> {
  const project = join(home, 'project');
  for (const [path, contents] of Object.entries(command.files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), contents);
  }
  const child = spawn(bin, command.args, {
    cwd: project,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: some programs leave others behind.
    detached: true,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, TMPDIR: home, TERM: 'dumb', CI: '1', ...command.env },
  });
  const end = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The whole group has ended.
    }
  };
  scope.after(end);
  const timer = setTimeout(end, WITHIN_MS);
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  clearTimeout(timer);
  return { code, output, errors };
}
