import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A fenced block of a page, as it stands there. */
export type Block = { readonly language: string; readonly text: string };

export function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(join(ROOT, 'docs', page), 'utf8');
  return Array.from(text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm), ([, language = '', body = '']) => ({
    language,
    text: body,
  }));
}

/** What `npm` of a page's commands is: the program itself, started where the reader stands. */
export function shimNpm(folder: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const main = join(ROOT, 'src/main.js');
  writeFileSync(
    join(bin, 'npm'),
    `#!/bin/bash\nwhile [ "$1" != "--" ]; do shift; done\nshift\nexec "${process.execPath}" "${main}" "$@"\n`,
  );
  chmodSync(join(bin, 'npm'), 0o755);
  return bin;
}

export type Ran = { readonly code: number | null; readonly output: string };

/** Runs a block as it stands, each of its commands only if those before it went well. */
export function runBlock(script: string, cwd: string, env: Readonly<Record<string, string>>): Promise<Ran> {
  const shell = spawn('bash', ['-e', '-c', script], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve) => shell.once('close', (code) => resolve({ code, output })));
}
