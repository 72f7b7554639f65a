import { GatewayError } from '../../inference/index.ts';
import { type Clock, isJsonObject, type JsonObject } from '../../std/index.ts';
import { type KeySet, KeysUnavailable } from './key-set.ts';
import type { TokenIssuer } from './token-issuer.ts';

/** Longer ones do not fit into Node's headers with anything else. */
const MAX_LETTERS = 12_000;
const RETRY_AFTER_MS = 5_000;

/** Three parts, the first of which begins like an object in base64url: no virtual key looks like that. */
const FORM = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/;

export function isToken(secret: string): boolean {
  // The letters first: nearly all credentials are keys.
  return secret.startsWith('eyJ') && secret.length <= MAX_LETTERS && FORM.test(secret);
}

/** Whom a token says that it is of, before anybody believes it; null: it says nothing that can be read. */
export function statedIssuer(token: string): string | null {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return isJsonObject(payload) && typeof payload['iss'] === 'string' ? payload['iss'] : null;
  } catch {
    return null;
  }
}

/** What a token claims, and the version of the keys that say so. */
export type VerifiedClaims = { readonly payload: JsonObject; readonly version: number };

/**
 * What a token claims, if its issuer signed it for us and its time is now; null: it was signed with a key that the
 * issuer does not have. Throws a GatewayError: 401 that says what is wrong with it, 503 where the issuer's keys cannot
 * be had.
 */
export async function verifyToken(
  token: string,
  issuer: TokenIssuer,
  keySet: KeySet,
  clock: Clock,
): Promise<VerifiedClaims | null> {
  const claims = await verifyOnce(token, issuer, keySet, clock);
  // The provider may have other keys by now.
  return claims === null && (await keySet.renew()) ? verifyOnce(token, issuer, keySet, clock) : claims;
}

async function verifyOnce(
  token: string,
  issuer: TokenIssuer,
  keySet: KeySet,
  clock: Clock,
): Promise<VerifiedClaims | null> {
  const { jwtVerify, errors } = await import('jose');
  try {
    const { getKey, version } = await keySet.keys();
    const { payload } = await jwtVerify(token, getKey, {
      algorithms: [...issuer.algorithms],
      clockTolerance: Math.ceil(issuer.toleranceMs / 1000),
      currentDate: new Date(clock.nowMs()),
      requiredClaims: ['exp'],
      ...(issuer.issuer === null ? {} : { issuer: issuer.issuer }),
      ...(issuer.audiences.length === 0 ? {} : { audience: [...issuer.audiences] }),
    });
    return { payload, version };
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return null;
    throw asRefusal(error, issuer, errors);
  }
}

function asRefusal(error: unknown, issuer: TokenIssuer, errors: Errors): unknown {
  const whose = issuer.issuer === null ? 'the identity provider' : `'${issuer.issuer}'`;
  if (error instanceof KeysUnavailable) {
    const why = `The token cannot be verified now: the keys of ${whose} cannot be read.`;
    return new GatewayError('overloaded', why, { retryAfterMs: RETRY_AFTER_MS, cause: error.cause ?? error });
  }
  if (error instanceof errors.JWTExpired) {
    const expired = Number(error.payload.exp);
    return new GatewayError(
      'expired_api_key',
      `The token of ${whose} expired at ${new Date(expired * 1000).toISOString()}.`,
    );
  }
  if (!(error instanceof errors.JOSEError)) return error;
  return new GatewayError('invalid_api_key', `The token is not taken: ${reasonOf(error, issuer, errors)}.`);
}

type Errors = typeof import('jose')['errors'];

function reasonOf(error: Error, issuer: TokenIssuer, errors: Errors): string {
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim } = error;
    if (claim === 'aud') return `its claim 'aud' is none of ${issuer.audiences.map((each) => `'${each}'`).join(', ')}`;
    if (claim === 'nbf') return "by its claim 'nbf' it is not valid yet";
    return `its claim '${claim}' is missing or not as it should be`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return `its algorithm is none of ${issuer.algorithms.join(', ')}`;
  if (error instanceof errors.JWKSMultipleMatchingKeys)
    return "its header names no 'kid', and its issuer has several keys";
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is not right';
  return 'it is not a signed token';
}
