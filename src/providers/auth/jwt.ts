import { constants, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { JsonObject } from '../../std/index.ts';
import { CredentialError } from './signer.ts';

export type JwtAlgorithm = 'RS256' | 'PS256';

/** A key in PEM, read once. `source` for the message. */
export function readPrivateKey(pem: string, source: string): KeyObject {
  try {
    // In variables line feeds are often written out.
    return createPrivateKey(pem.replaceAll('\\n', '\n'));
  } catch {
    throw new CredentialError(`${source}: the private key cannot be read`);
  }
}

export function signJwt(algorithm: JwtAlgorithm, header: JsonObject, claims: JsonObject, key: KeyObject): string {
  const signed = `${encode({ alg: algorithm, typ: 'JWT', ...header })}.${encode(claims)}`;
  const padding = algorithm === 'PS256' ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  const salt = algorithm === 'PS256' ? { saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : {};
  const signature = sign('sha256', Buffer.from(signed), { key, padding, ...salt });
  return `${signed}.${signature.toString('base64url')}`;
}

function encode(object: JsonObject): string {
  return Buffer.from(JSON.stringify(object)).toString('base64url');
}
