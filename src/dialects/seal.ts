import type { Seal, SealFormat } from '../inference/index.ts';

/** Signatures of the makers are base64; none begins like this. */
export const SEAL_PREFIX = 'waybill.seal.1:';
const FORMATS: ReadonlySet<unknown> = new Set<SealFormat>([
  'anthropic-claude-v1',
  'openai-responses-v1',
  'google-gemini-v1',
  'xai-responses-v1',
  'unknown',
]);

/**
 * A seal as one text for a dialect that has a place for its own maker's (`native`) only: that one as it is, another
 * one wrapped, so that a client which echoes it brings back where it came from.
 */
export function writeSeal(seal: Seal, native: SealFormat): string {
  if (seal.format === native && seal.id === null) return seal.value;
  const { format, value, isWhole, id } = seal;
  return SEAL_PREFIX + Buffer.from(JSON.stringify([format, value, isWhole, id])).toString('base64url');
}

/** True of a text in our wrapping, and of bytes that hold one. */
export function isWrapped(value: unknown): boolean {
  return Buffer.isBuffer(value)
    ? value.includes(SEAL_PREFIX)
    : typeof value === 'string' && value.startsWith(SEAL_PREFIX);
}

/** What a client echoes in that place. `isWhole` of a native one is what the place says. */
export function readSeal(text: string, native: SealFormat, isWhole: boolean): Seal {
  return wrapped(text) ?? { format: native, value: text, isWhole, id: null };
}

function wrapped(text: string): Seal | null {
  if (!text.startsWith(SEAL_PREFIX)) return null;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text.slice(SEAL_PREFIX.length), 'base64url').toString());
    if (!Array.isArray(parsed)) return null;
    const [format, value, isWhole, id] = parsed as unknown[];
    if (!isFormat(format) || typeof value !== 'string') return null;
    return { format, value, isWhole: isWhole === true, id: typeof id === 'string' ? id : null };
  } catch {
    return null;
  }
}

function isFormat(value: unknown): value is SealFormat {
  return FORMATS.has(value);
}
