import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pair } from './pairs.ts';
import type { Transcript } from './verdict.ts';

/** For whoever looks into a failure: everything that was asked, printed and booked. The file's path. */
export function keepTranscript({ program, dialect }: Pair, { asked, ran, rows }: Transcript): string {
  const folder = join(tmpdir(), 'waybill-clients', 'transcripts');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${program.name} at ${dialect.name}.json`.replaceAll(/[^\w.]+/g, '-'));
  writeFileSync(file, JSON.stringify({ asked, ran, rows }, null, 2));
  return file;
}
