import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Scope } from './scope.ts';
import { answer, startUpstream } from './upstream.ts';

/** A provider whose token endpoint answers whatever a test makes of what it should have said. */
export type ForgingProvider = {
  readonly issuer: string;
  /** Signed with its own key, unless the header names another algorithm. */
  readonly sign: (claims: Readonly<Record<string, unknown>>) => Promise<string>;
  /** Signed with a key that is not its own, under its own key's name. */
  readonly forge: (claims: Readonly<Record<string, unknown>>) => Promise<string>;
  readonly answerWith: (idToken: string) => void;
  /** What the token endpoint was sent last. */
  readonly lastForm: () => URLSearchParams;
};

export async function startForgingProvider(test: Scope): Promise<ForgingProvider> {
  const [own, other] = await Promise.all([generateKeyPair('RS256', { extractable: true }), generateKeyPair('RS256')]);
  const kid = randomUUID();
  const jwk = { ...(await exportJWK(own.publicKey)), kid, alg: 'RS256', use: 'sig' };
  let idToken = '';
  let form = new URLSearchParams();
  const server = await startUpstream(test, (request) => {
    if (request.path.endsWith('/token')) form = new URLSearchParams(request.body.toString());
    const body = request.path.endsWith('/openid-configuration')
      ? {
          issuer,
          jwks_uri: `${issuer}/keys`,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          response_types_supported: ['code'],
          id_token_signing_alg_values_supported: ['RS256', 'none'],
          subject_types_supported: ['public'],
        }
      : request.path.endsWith('/keys')
        ? { keys: [jwk] }
        : { access_token: 'at', token_type: 'Bearer', expires_in: 60, id_token: idToken };
    return answer(request, { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  });
  const issuer = `http://127.0.0.1:${server.port}`;
  const signed = (claims: Readonly<Record<string, unknown>>, key: typeof own.privateKey) =>
    new SignJWT({ ...claims }).setProtectedHeader({ alg: 'RS256', kid }).sign(key);
  return {
    issuer,
    sign: (claims) => signed(claims, own.privateKey),
    forge: (claims) => signed(claims, other.privateKey),
    answerWith: (next) => {
      idToken = next;
    },
    lastForm: () => form,
  };
}
