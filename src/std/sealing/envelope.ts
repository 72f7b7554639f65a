import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
/** SP 800-38D, 8.2.2: of chance, below 2^32 texts under one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What a sealed text belongs to, such as its tenant, its row and the host that it is for: under anything else it stays shut. */
export type SealedFor = readonly string[];

export function newSealingKey(): Buffer {
  return randomBytes(KEY_BYTES);
}

/** Nonce, ciphertext and tag, in base64url. */
export function seal(key: Uint8Array, plain: string | Uint8Array, sealedFor: SealedFor): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(bindingOf(sealedFor));
  const text = Buffer.concat([cipher.update(Buffer.from(plain)), cipher.final()]);
  return Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64url');
}

/** null: another key, another purpose, or not as it was sealed. */
export function unseal(key: Uint8Array, sealed: string, sealedFor: SealedFor): Buffer | null {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(bindingOf(sealedFor));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
}

/** As JSON: no two lists of parts read the same. */
function bindingOf(sealedFor: SealedFor): Buffer {
  return Buffer.from(JSON.stringify(sealedFor));
}

/** Seals what the database keeps and only this installation may read. The keys behind it change; the texts tell which. */
export type Vault = {
  readonly seal: (plain: string, sealedFor: SealedFor) => Promise<string>;
  /** null: it was sealed for something else, by another installation, or not by a vault. */
  readonly open: (sealed: string, sealedFor: SealedFor) => Promise<string | null>;
  /** Whether it is under the key that new texts are sealed with. */
  readonly isCurrent: (sealed: string) => Promise<boolean>;
};
