import { authorize, checkKey, type VirtualKey } from '../access/index.ts';
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
  if (verdict === 'expired') {
    const [expired, now] = [key.expiresAtMs ?? 0, nowMs].map((ms) => new Date(ms).toISOString());
    throw new GatewayError(
      'expired_api_key',
      `Authentication Error - Expired Key. Key Expiry time ${expired} and current time ${now}`,
    );
  }
  if (verdict === 'blocked') {
    const how = 'Update via `/key/unblock` if you are an admin.';
    throw new GatewayError('invalid_api_key', `Key is blocked. ${how}`);
  }
  const { blockedBy } = key;
  if (blockedBy === null) return;
  const whose = `${WORDS[blockedBy.kind]} '${blockedBy.id.replace('\n', "' of '")}'`;
  throw new GatewayError('invalid_api_key', `The ${whose} that this virtual key belongs to is blocked.`);
}

/** Throws a GatewayError (403) for a key that calls no models, or whose `allowed_routes` leave the address out. */
export function refuseRoute({ caller }: VirtualKey, path: string): void {
  if (authorize(caller, 'model.call', { owners: null, path })) return;
  throw new GatewayError(
    'permission_denied',
    NO_CALLS[caller.kind] ?? `This key may not call ${path}: its allowed_routes leave it out.`,
  );
}

const NO_CALLS: Readonly<Partial<Record<VirtualKey['caller']['kind'], string>>> = {
  'management-key': 'A management key calls no models; make a key with it that does.',
  'scim-key': 'The key of a directory keeps users and teams, and calls no models.',
};

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
