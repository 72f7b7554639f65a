import { existsSync, globSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const RECORDED = fileURLToPath(new URL('../../../shared/data/recorded/', import.meta.url));

/** One exchange with a real provider. */
export type Recorded = {
  readonly id: string;
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly content_type: string | null;
  readonly request?: unknown;
  readonly body?: string;
};

/** Why tests on recorded traffic are skipped, or false. */
export const recordedMissing: string | false = existsSync(RECORDED)
  ? false
  : `no recorded traffic at ${relative(ROOT, RECORDED)}`;

/** Names of the files with exchanges in these dialects. */
export function recordedFiles(...dialects: string[]): string[] {
  return globSync(
    dialects.map((dialect) => `*/${dialect}.jsonl.gz`),
    { cwd: RECORDED },
  ).sort();
}

export function readRecorded(file: string): Recorded[] {
  const lines = gunzipSync(readFileSync(RECORDED + file))
    .toString()
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as Recorded);
}

/** The answer is a stream of events. */
export function isStream(exchange: Recorded): boolean {
  return exchange.content_type?.includes('event-stream') ?? false;
}
