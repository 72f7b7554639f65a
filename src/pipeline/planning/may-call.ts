import { mayUseModel } from '../../access/index.ts';
import type { Catalog } from '../../catalog/index.ts';
import type { Caller } from '../../inference/index.ts';

/** Whether a caller may call what the catalog has under this name. */
export function mayCall(
  caller: Caller,
  name: string,
  { grants, teamsOf }: Pick<Catalog, 'grants' | 'teamsOf'>,
): boolean {
  const teams = teamsOf(name);
  if (teams !== null && caller.kind !== 'master' && !teams.includes(caller.teamId ?? '')) return false;
  return mayUseModel(caller, name, () => grants(name));
}
