import type { Flags } from '../../config/index.ts';
import { verifyAudit } from '../../telemetry/index.ts';
import { exitCode } from '../exit-code.ts';
import { print, printJson } from '../output.ts';
import { withBooks } from './open-books.ts';

/** Reads the audit log from its beginning. Exit code 1: an entry is not as it was written, or one is gone. */
export async function verifyAuditCommand(flags: Flags, json: boolean): Promise<void> {
  const { entries, hash, brokenAt } = await withBooks(flags, ({ books }) => verifyAudit(books));
  if (json) printJson({ entries, hash, broken_at: brokenAt });
  else if (brokenAt === null) print(`${entries} entries, each holds the one before it; the last is ${hash}`);
  else print(`FAULT: entry ${brokenAt} is not as it was written, or is gone; the ${entries} before it are sound`);
  if (brokenAt !== null) process.exitCode = exitCode.failed;
}
