import { checkKey, type VirtualKey } from '../access/index.ts';
import { GatewayError } from '../inference/index.ts';
import type { Rooms } from './rooms.ts';

const HOW = "Give a virtual key as 'Authorization: Bearer sk-...'.";

export type Authenticated = { readonly key: VirtualKey; readonly foreign: string | null };

/** Whose key is this. One credential must be ours; foreign ones are dropped; two different ones of ours are refused. */
export async function authenticate(
  { credentials }: { readonly credentials: readonly string[] },
  rooms: Pick<Rooms, 'keys' | 'clock'>,
): Promise<Authenticated> {
  let key: VirtualKey | null = null;
  let foreign: string | null = null;
  for (const secret of credentials) {
    const found = rooms.keys.find(secret) ?? (await rooms.keys.lookUp(secret));
    if (found === null) foreign ??= secret;
    else if (key !== null && key.id !== found.id) {
      throw new GatewayError('conflicting_credentials', 'The request carries two different virtual keys; send one.');
    } else key = found;
  }
  if (key === null) throw unknownCredential(credentials);
  refuseUnusable(key, rooms.clock.nowMs());
  return { key, foreign };
}

/** Throws a GatewayError (401). */
export function refuseUnusable(key: VirtualKey, nowMs: number): void {
  const verdict = checkKey(key, nowMs);
  if (verdict === 'expired')
    throw new GatewayError('expired_api_key', 'This virtual key has expired; ask for a new one.');
  if (verdict === 'blocked') throw new GatewayError('invalid_api_key', 'This virtual key is blocked.');
  const { blockedBy } = key;
  if (blockedBy === null) return;
  const whose = `${WORDS[blockedBy.kind]} '${blockedBy.id.replace('\n', "' of '")}'`;
  throw new GatewayError('invalid_api_key', `The ${whose} that this virtual key belongs to is blocked.`);
}

const WORDS: Readonly<Record<NonNullable<VirtualKey['blockedBy']>['kind'], string>> = {
  organization: 'organization',
  organization_member: 'organization member',
  project: 'project',
  team: 'team',
  member: 'team member',
  user: 'user',
  customer: 'customer',
  tag: 'tag',
  budget: 'budget',
};

function unknownCredential(credentials: readonly string[]): GatewayError {
  const [first] = credentials;
  if (first === undefined) return new GatewayError('missing_credential', `You did not provide an API key. ${HOW}`);
  const shown = first.length > 12 ? `${first.slice(0, 5)}...${first.slice(-4)}` : 'the one sent';
  return new GatewayError('invalid_api_key', `Incorrect API key provided: ${shown}. ${HOW}`);
}
