import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** `00000001.seg` and so on, in the order they were written. */
export function segmentFile(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(8, '0')}.seg`);
}

/** Numbers of the segments that are there, ascending; none where the folder is not. */
export function listSegments(folder: string): readonly number[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d{8}\.seg$/.test(name))
      .map((name) => Number(name.slice(0, 8)))
      .sort((one, other) => one - other);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
