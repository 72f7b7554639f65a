/** Of anything shorter the last four would be too much of it. */
const SHOWN_FROM_LENGTH = 12;

/** A secret as it may be shown: `****last4`, or `****` if it is short. */
export function maskSecret(secret: string): string {
  return secret.length < SHOWN_FROM_LENGTH ? MASK : `${MASK}${secret.slice(-4)}`;
}

/** People paste a key where a model's name belongs: of such a text what looks like a key, as it may be shown. */
export function maskKeys(text: string): string {
  return text.includes('sk-') ? text.replace(KEY, maskSecret) : text;
}

/** What a reader of masks sends back where nothing was changed. */
export function isMask(text: string): boolean {
  return text.startsWith(MASK) && text.length <= MASK.length + 4;
}

const MASK = '****';
/** Of callers and of most providers. No model has such a name. */
const KEY = /\bsk-[\w-]{24,}/g;
