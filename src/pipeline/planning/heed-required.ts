import type { VirtualKey } from '../../access/index.ts';
import type { ReceivedRequest } from '../../dialects/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { isJsonObject } from '../../std/index.ts';
import type { Rooms } from '../rooms.ts';

/**
 * What the configuration, the key or its team demands of requests, such as `user` or `metadata.ticket`. Throws a
 * GatewayError (400) that names the first member of the body that is not there, or says nothing.
 */
export function heedRequired(
  { body }: ReceivedRequest,
  key: VirtualKey,
  rooms: Pick<Rooms, 'keys' | 'policies'>,
): void {
  const { caller, terms } = key;
  const { keys, policies } = rooms;
  demand(body, policies().enforcedParams, 'this gateway');
  const team = caller.teamId === null ? undefined : keys.party('team', caller.teamId)?.terms.enforcedParams;
  demand(body, terms.enforcedParams, `the key '${caller.keyAlias ?? key.id}'`);
  demand(body, team, `the team '${caller.teamId}'`);
}

function demand(body: ReceivedRequest['body'], names: readonly string[] | undefined, who: string): void {
  const missing = names?.find((name) => isUnsaid(memberAt(body, name.split('.'))));
  if (missing === undefined) return;
  const where = missing.includes('.') ? `'${missing}' (members within members of the body)` : `'${missing}'`;
  throw new GatewayError('invalid_request', `Missing required parameter: ${where}. Requests of ${who} must have it.`, {
    param: missing,
  });
}

function memberAt(body: unknown, path: readonly string[]): unknown {
  let at = body;
  for (const name of path) at = isJsonObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  return at;
}

function isUnsaid(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
