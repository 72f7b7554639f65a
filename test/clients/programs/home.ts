import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scope } from '../../support/scope.ts';

/** A home that nobody has lived in, with the folder `project`. */
export function newHome(scope: Scope): string {
  const home = mkdtempSync(join(tmpdir(), 'waybill-client-'));
  scope.after(() => rmSync(home, { recursive: true, force: true, maxRetries: 3 }));
  mkdirSync(join(home, 'project'));
  return home;
}
