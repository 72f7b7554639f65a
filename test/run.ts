import { globSync } from 'node:fs';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

/** Long enough for the slowest file on a busy machine with two cores. */
const FILE_TIMEOUT_MS = 300_000;
const FILES_AT_ONCE = 2;

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(`Waybill needs Node 24 or later and this is ${process.version}: run the tests with npm test.\n`);
  process.exit(1);
}

/** What the surrounding shell has for other reasons must not reach the gateways under test. */
const KEPT = /^(?:PATH|HOME|LANG|LC_.*|TMPDIR|TZ|USER|CI|REQUIRE_SERVICES|TEST_.*|npm_.*|NODE_EXTRA_CA_CERTS)$/;
for (const name of Object.keys(process.env)) {
  if (!KEPT.test(name)) delete process.env[name];
}

const wanted = process.argv.slice(2);
const files = globSync(['src/**/*.test.ts', 'dashboard/src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'])
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort();
if (files.length === 0) {
  process.stderr.write(`No test file matches ${wanted.join(', ')}.\n`);
  process.exit(1);
}

run({ files, concurrency: FILES_AT_ONCE, timeout: FILE_TIMEOUT_MS })
  .on('test:fail', () => {
    process.exitCode = 1;
  })
  .compose(spec)
  .pipe(process.stdout);
