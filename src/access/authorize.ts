import type { Caller } from '../inference/index.ts';
import type { Action } from './action.ts';
import { mayCallRoute } from './allowed-routes.ts';

/** What it is done to: a key's id where it is one key's, null where it is everybody's; and at which address. */
export type Resource = { readonly keyId: string | null; readonly path: string };

/** A virtual key sees itself and what it may call, and changes nothing but what it had kept. */
const OWN_ONLY: ReadonlySet<Action> = new Set([
  'key.read',
  'user.read',
  'spend.read',
  'generation.read',
  'credits.read',
  'conversation.read',
  'conversation.delete',
]);

/** What every key may do; what of it, its models decide. */
const ANYBODY: ReadonlySet<Action> = new Set(['model.call', 'model.list', 'token.count', 'call.explain']);

/** A key that manages keys calls no models; whose keys, its house decides. */
const MANAGEMENT: ReadonlySet<Action> = new Set(['key.provision', 'model.list']);

/** A directory keeps users and teams; whoever is anybody's key is no directory. */
const DIRECTORY: ReadonlySet<Action> = new Set(['scim.read', 'scim.change']);

/** The one decision. Deny by default: what is not listed for a caller is refused. */
export function authorize(caller: Caller, action: Action, resource: Resource): boolean {
  if (caller.kind === 'master') return true;
  if (!mayCallRoute(caller.allowedRoutes, action, resource.path)) return false;
  if (caller.kind === 'scim-key') return DIRECTORY.has(action) && isNobodys(caller);
  if ((caller.kind === 'management-key' ? MANAGEMENT : ANYBODY).has(action)) return true;
  return OWN_ONLY.has(action) && resource.keyId === caller.keyId;
}

function isNobodys({ userId, teamId, projectId, organizationId }: Caller): boolean {
  return userId === null && teamId === null && projectId === null && organizationId === null;
}
