import { run } from 'node:test';
import { spec } from 'node:test/reporters';

/**
 * The guarantees of docs/guarantees.md with their full figures; the suite has short versions. `npm run torture`, or some of
 * it: `npm run torture -- leases`.
 */
const FIGURES = { TEST_ROUNDS: '20', TEST_CALLS: '1000', TEST_KILLS: '10' } as const;
const FILES = ['test/money/leases.test.ts', 'test/money/kill.test.ts', 'test/money/torture.test.ts'] as const;
const FILE_TIMEOUT_MS = 30 * 60_000;

Object.assign(process.env, FIGURES);
const wanted = process.argv.slice(2);
const files = FILES.filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)));

run({ files: [...files], concurrency: 1, timeout: FILE_TIMEOUT_MS })
  .on('test:fail', () => {
    process.exitCode = 1;
  })
  .compose(spec)
  .pipe(process.stdout);
