import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { attemptsPage } from '../support/attempts-page.ts';
import { dialectPage } from '../support/dialect-page.ts';
import { GOLDEN, goldenOutputs } from '../support/golden.ts';

const page = (name: string): string => fileURLToPath(new URL(`../../docs/${name}.md`, import.meta.url));

/** Without `--update` it names the files that would be written. */
const writes = process.argv.includes('--update');
const files = new Map([
  [page('dialects'), dialectPage()],
  [page('routing-attempts'), attemptsPage()],
  ...Array.from(goldenOutputs(), ([path, text]) => [GOLDEN + path, text] as const),
]);
const sources = /-(?:request\.json|answer\.txt)$/;
const stale = globSync('*/*', { cwd: GOLDEN })
  .map((path) => GOLDEN + path)
  .filter((path) => !sources.test(path) && !files.has(path));
const changed = Array.from(files).filter(([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text);

for (const [path, text] of changed) {
  process.stdout.write(`${path}\n`);
  if (writes) writeFileSync(path, text);
}
for (const path of stale) {
  process.stdout.write(`${path} (left over)\n`);
  if (writes) rmSync(path);
}
process.stdout.write(`${changed.length + stale.length} of ${files.size} files ${writes ? 'written' : 'differ'}\n`);
if (!writes && changed.length + stale.length > 0) process.exitCode = 1;
