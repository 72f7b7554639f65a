import type { Caller } from '../inference/index.ts';
import type { Action } from './action.ts';
import { mayCallRoute } from './allowed-routes.ts';
import { covers, isReading, NOBODYS, type Owners, reachesAnything, reachOf } from './roles/reach.ts';

/** What it is done to: whose that is, and at which address. */
export type Resource = {
  /** `anything`: not known yet, so that only who may do it to nothing at all is refused. null: nobody's in particular. */
  readonly owners: Owners | 'anything' | null;
  readonly path: string;
};

/** The one decision. Deny by default: what the matrix does not say for a caller is refused. */
export function authorize(caller: Caller, action: Action, { owners, path }: Resource): boolean {
  if (caller.kind === 'master') return true;
  if (!mayCallRoute(caller.allowedRoutes, action, path)) return false;
  const reach = reachOf(caller, action);
  if (owners === 'anything') return reachesAnything(reach);
  return covers(reach, owners ?? NOBODYS, !isReading(action));
}
