import type { Deployment } from '../../catalog/index.ts';
import type { Exchange } from '../exchange.ts';
import type { Rooms } from '../rooms.ts';

/** The upstream is called by a credential of the caller's own, which came with the call, or of the caller's team. */
export function isByok(
  { foreignCredential, dialect }: Pick<Exchange, 'foreignCredential' | 'dialect'>,
  deployment: Deployment,
  rooms: Pick<Rooms, 'policies'>,
): boolean {
  const { teamCredentials, endpointOf } = rooms.policies();
  if (teamCredentials?.has(deployment.credential) === true) return true;
  return foreignCredential !== null && endpointOf(deployment, dialect.id)?.takesCallerKey === true;
}
