import { hash } from 'node:crypto';

/** What somebody has who is signed in. */
export type Session = {
  /** Public: what it is listed and ended by. */
  readonly id: string;
  /** null: whoever has the master key. */
  readonly userId: string | null;
  readonly method: SignInMethod;
  /** Of the master key that it was opened with; null for people's. */
  readonly boundTo: string | null;
  readonly provider: ProviderSession | null;
  readonly address: string | null;
  readonly agent: string | null;
  readonly createdAtMs: number;
  readonly seenAtMs: number;
  readonly expiresAtMs: number;
};

export type SignInMethod = 'password' | 'master_key' | 'link' | 'oidc';

/** What an identity provider knows a session by, so that it can end it. */
export type ProviderSession = {
  /** Its issuer. */
  readonly issuer: string;
  readonly subject: string;
  /** `sid`; null: it named none. */
  readonly sessionId: string | null;
  /** The ID token, sealed; its provider wants it back at the end. */
  readonly sealedToken: string | null;
};

/** Of sessions and links: 256 random bits need no more than this. */
export function secretHash(secret: string): string {
  return hash('sha256', secret);
}
