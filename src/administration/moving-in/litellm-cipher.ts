import { createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import { openSecretBox } from '../../std/index.ts';

export type LitellmCipher = {
  /** null: it is not hidden, or under another key. */
  readonly open: (text: string) => string | null;
};

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Nonce and tag of a secret box around nothing. */
const SHORTEST_BOX_BYTES = 40;

/** Of LiteLLM's salt key, or its master key where it has no other: each of those that may be it is tried. */
export function litellmCipher(keys: readonly string[]): LitellmCipher {
  const opening = keys.map(openingOf);
  return {
    open: (text) => {
      for (const open of opening) {
        const found = open(text);
        if (found !== null) return found;
      }
      return null;
    },
  };
}

/** Three forms, by their age: of `v3:gcm:` the key is HKDF's, of the others the plain sha256 of the salt key. */
function openingOf(key: string): LitellmCipher['open'] {
  const plain = createHash('sha256').update(key).digest();
  const derived = Buffer.from(hkdfSync('sha256', key, '', 'litellm-at-rest-v3', 32));
  return (text) => {
    if (text.startsWith('v3:gcm:')) return openGcm(text.slice(7), derived);
    if (text.startsWith('v2:gcm:')) return openGcm(text.slice(7), plain);
    const box = Buffer.from(text, 'base64');
    return box.length < SHORTEST_BOX_BYTES ? null : (openSecretBox(box, plain)?.toString('utf8') ?? null);
  };
}

/** Whether a text may be hidden: names of models and addresses have a slash, a dot or a colon in them, or are short. */
export function looksHidden(text: string): boolean {
  if (/^v[23]:gcm:/.test(text)) return true;
  return /^[\w-]{54,}={0,2}$/.test(text) && Buffer.from(text, 'base64').length >= SHORTEST_BOX_BYTES;
}

function openGcm(text: string, key: Buffer): string | null {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const open = [decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()];
    return Buffer.concat(open).toString('utf8');
  } catch {
    return null;
  }
}
