import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What is installed together: packages at named versions, in a folder of their own. */
export type Installation = { readonly name: string; readonly packages: Readonly<Record<string, string>> };

/** Kept between runs, and by a cache of continuous integration: some of the programs weigh hundreds of megabytes. */
const ROOT = join(tmpdir(), 'waybill-clients');
const WITHIN_MS = 600_000;

/** The folder that has `node_modules` with all of it. A version has its own, so what is there is what is wanted. */
export function install({ name, packages }: Installation): string {
  const versions = Object.values(packages).join('+');
  const folder = join(ROOT, `${name}@${versions}`);
  if (Object.keys(packages).every((each) => existsSync(join(folder, 'node_modules', each)))) return folder;
  mkdirSync(folder, { recursive: true });
  const wanted = Object.entries(packages).map(([each, version]) => `${each}@${version}`);
  const { status, stderr } = spawnSync(
    'npm',
    ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, ...wanted],
    { cwd: folder, encoding: 'utf8', timeout: WITHIN_MS },
  );
  if (status !== 0) throw new Error(`npm install ${wanted.join(' ')}: ${stderr}`);
  return folder;
}
