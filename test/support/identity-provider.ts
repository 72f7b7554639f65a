import { randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { Scope } from './scope.ts';
import { answer, startUpstream } from './upstream.ts';

type SigningKey = { readonly kid: string; readonly alg: string; readonly privateKey: CryptoKey; readonly jwk: JWK };

/** What is undefined is not claimed. */
type Claims = Readonly<Record<string, unknown>>;

/** An identity provider: keys that it signs with, and a server that tells the public halves. */
export type IdentityProvider = {
  readonly issuer: string;
  readonly keysUrl: string;
  readonly audience: string;
  /** Paths that were asked for, in order. */
  readonly asked: () => readonly string[];
  /** Claims of this provider, for the audience and five minutes unless they say otherwise. */
  readonly token: (claims?: Claims, alg?: string, header?: Readonly<Record<string, unknown>>) => Promise<string>;
  readonly publicKeys: () => readonly JWK[];
  /** New keys take the place of those that were. */
  readonly rotate: () => Promise<void>;
  /** Answers 503 to everything, or answers again. */
  readonly setDown: (isDown: boolean) => void;
};

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];

export async function startIdentityProvider(test: Scope): Promise<IdentityProvider> {
  let keys = await makeKeys();
  let isDown = false;
  const server = await startUpstream(test, (request) => {
    if (isDown) return answer(request, { status: 503, body: '{}' });
    const body = request.path.endsWith('/openid-configuration')
      ? { issuer, jwks_uri: keysUrl }
      : { keys: keys.map(({ jwk }) => jwk) };
    return answer(request, { body: JSON.stringify(body) });
  });
  const issuer = `http://127.0.0.1:${server.port}/realms/acme`;
  const keysUrl = `${issuer}/certs`;
  const audience = 'waybill';
  return {
    issuer,
    keysUrl,
    audience,
    asked: () => server.requests.map(({ path }) => path),
    token: (claims = {}, alg = 'RS256', header = {}) => {
      const key = keys.find((each) => each.alg === alg);
      if (key === undefined) throw new Error(`the provider has no key for ${alg}`);
      const now = Math.floor(Date.now() / 1000);
      const usual = { iss: issuer, aud: audience, iat: now, exp: now + 300 };
      return new SignJWT({ ...usual, ...claims })
        .setProtectedHeader({ alg, kid: key.kid, ...header })
        .sign(key.privateKey);
    },
    publicKeys: () => keys.map(({ jwk }) => jwk),
    rotate: async () => {
      keys = await makeKeys();
    },
    setDown: (next) => {
      isDown = next;
    },
  };
}

function makeKeys(): Promise<readonly SigningKey[]> {
  return Promise.all(
    ALGORITHMS.map(async (alg) => {
      const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
      const kid = randomUUID();
      return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
    }),
  );
}
