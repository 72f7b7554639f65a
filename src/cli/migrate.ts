import type { Flags } from '../config/index.ts';
import { openGroundOrExit } from './open-ground.ts';
import { print, printJson } from './output.ts';
import { prepare } from './prepare.ts';

export async function migrateCommand(flags: Flags, json: boolean): Promise<void> {
  const prepared = await prepare(flags);
  const ground = await openGroundOrExit(prepared);
  const { kind, migrated } = ground.facts;
  await ground.stop();
  prepared.release();
  if (json) printJson({ store: kind, migrated });
  else print(migrated.length === 0 ? `${kind}: up to date` : `${kind}: applied ${migrated.join(', ')}`);
}
