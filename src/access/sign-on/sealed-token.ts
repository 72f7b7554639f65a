import type { SealedFor } from '../../std/index.ts';

/** What a provider's token, which a session keeps for its end, is sealed for. */
export function tokenSealedFor(issuer: string, subject: string): SealedFor {
  return ['access_session.provider_token', issuer, subject];
}
