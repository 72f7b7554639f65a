/** Of anything shorter the last four would be too much of it. */
const SHOWN_FROM_LENGTH = 12;

/** A secret as it may be shown: `****last4`, or `****` if it is short. */
export function maskSecret(secret: string): string {
  return secret.length < SHOWN_FROM_LENGTH ? MASK : `${MASK}${secret.slice(-4)}`;
}

/** What a reader of masks sends back where nothing was changed. */
export function isMask(text: string): boolean {
  return text.startsWith(MASK) && text.length <= MASK.length + 4;
}

const MASK = '****';
