import { createHmac, createSecretKey, hash, hkdfSync, type KeyObject } from 'node:crypto';

/** What virtual keys of an installation are stored under at first: it keeps that when its secret key is exchanged. */
export function pepperBytes(secretKey: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secretKey, '', 'waybill virtual key pepper', 32));
}

/** As a key object: handing over the bytes costs five times the HMAC itself. */
export function derivePepper(secretKey: string): KeyObject {
  return createSecretKey(pepperBytes(secretKey));
}

/** Tells one secret key from another without telling what it is. */
export function secretKeyFingerprint(secretKey: string): string {
  return Buffer.from(hkdfSync('sha256', secretKey, '', 'waybill secret key fingerprint', 16)).toString('hex');
}

/** sha256 in hex: the inner value, and what LiteLLM stores. */
export function innerDigest(secret: string): string {
  return hash('sha256', secret);
}

/** What is stored and looked up: HMAC-SHA256 of the inner digest's hex text, in hex. */
export function storedHash(pepper: KeyObject, inner: string): string {
  return createHmac('sha256', pepper).update(inner).digest('hex');
}
