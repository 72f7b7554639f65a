import type { JsonObject } from '../../std/index.ts';
import type { Party } from '../parties/party.ts';
import type { PartyAdministration } from '../parties/party-administration.ts';
import { refused, type TokenIdentity } from './token-identity.ts';
import type { TokenIssuer } from './token-issuer.ts';

/** What of the administration of parties tokens need. */
export type TokenUsers = Pick<
  PartyAdministration,
  'createParties' | 'findParty' | 'findUserByEmail' | 'listParties' | 'removedAtMs'
>;

/**
 * The id that the token's user has here: by the id itself, by that of the identity provider, by an address that the
 * provider has verified; made if the issuer's tokens may. Throws a GatewayError (403) that names the claim.
 */
export async function settleUser(
  { userId, email, role }: TokenIdentity,
  payload: JsonObject,
  issuer: TokenIssuer,
  users: TokenUsers,
): Promise<string | null> {
  if (userId === null) return null;
  const known = await findUser(userId, isVerified(payload) ? email : null, users);
  if (known !== null) return known.id;
  const claim = issuer.claims.user ?? 'sub';
  if (!issuer.createsUsers) throw refused(`its claim '${claim}' names the user '${userId}', who is not known here`);
  const removedAtMs = await users.removedAtMs('user', userId);
  if (removedAtMs !== null && !(Number(payload['iat']) * 1000 > removedAtMs)) {
    throw refused(`its claim '${claim}' names the user '${userId}', who was removed after it was issued`);
  }
  const made = await users.createParties([
    { kind: 'user', id: userId, email, role: role ?? undefined, createdBy: 'jwt' },
  ]);
  if (made !== null || (await users.findParty('user', userId)) !== null) return userId;
  const taken = `its claim '${issuer.claims.email ?? 'email'}' names the address of another user`;
  throw refused(taken);
}

async function findUser(userId: string, verifiedEmail: string | null, users: TokenUsers): Promise<Party | null> {
  const byId = await users.findParty('user', userId);
  if (byId !== null) return byId;
  const bySso = await users.listParties('user', { reach: 'everything', ssoUserIds: [userId] }, { page: 1, size: 1 });
  const [first] = bySso.parties;
  if (first !== undefined) return first;
  return verifiedEmail === null ? null : users.findUserByEmail(verifiedEmail);
}

/** Some providers write it as text. An address that says nothing of it may be whatever its owner typed. */
function isVerified(payload: JsonObject): boolean {
  return payload['email_verified'] === true || payload['email_verified'] === 'true';
}
