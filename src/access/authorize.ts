import type { Caller } from '../inference/index.ts';

/** What a route does. A route without one does not compile. */
export type Action =
  | 'key.create'
  | 'key.list'
  | 'key.read'
  | 'key.change'
  | 'key.delete'
  | 'team.create'
  | 'team.list'
  | 'team.read'
  | 'team.change'
  | 'team.delete'
  | 'organization.create'
  | 'organization.list'
  | 'organization.read'
  | 'organization.change'
  | 'organization.delete'
  | 'project.create'
  | 'project.list'
  | 'project.read'
  | 'project.change'
  | 'project.delete'
  | 'spend.read'
  | 'generation.read'
  | 'conversation.read'
  | 'conversation.delete'
  | 'model.list'
  | 'token.count'
  | 'call.explain'
  | 'health.details'
  | 'metrics.read';

/** What it is done to: a key's id where it is one key's, null where it is everybody's. */
export type Resource = { readonly keyId: string | null };

/** A virtual key sees itself and what it may call, and changes nothing but what it had kept. */
const OWN_ONLY: ReadonlySet<Action> = new Set([
  'key.read',
  'spend.read',
  'generation.read',
  'conversation.read',
  'conversation.delete',
]);

/** What every key may do; what of it, its models decide. */
const ANYBODY: ReadonlySet<Action> = new Set(['model.list', 'token.count', 'call.explain']);

/** The one decision. Deny by default: what is not listed for a caller is refused. */
export function authorize(caller: Caller, action: Action, resource: Resource): boolean {
  if (caller.kind === 'master') return true;
  if (ANYBODY.has(action)) return true;
  return OWN_ONLY.has(action) && resource.keyId === caller.keyId;
}
