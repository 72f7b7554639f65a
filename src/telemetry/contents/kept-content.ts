import type { PromptsMode } from '../../inference/index.ts';
import { beginning, type Fitted, fitted } from './fit.ts';
import { redacted } from './redact.ts';
import { mayHoldCredentials, withoutCredentials } from './without-credentials.ts';

/** One side of a call as it came. `bytes`: how long it was; `body` may be its beginning. */
export type HeldBody = { readonly body: Buffer; readonly bytes: number };

/** One side as it is kept: JSON. Of what is no JSON, its text as a JSON text. */
export type KeptSide = Fitted & { readonly bytes: number };

export type KeptContent = {
  readonly id: string;
  readonly startedAtMs: number;
  readonly mode: Exclude<PromptsMode, 'off'>;
  readonly dialect: string;
  readonly request: KeptSide;
  /** null: nobody answered. */
  readonly answer: KeptSide | null;
};

/** Byte for byte where nothing is to be left out of it. */
export function keptSide({ body, bytes }: HeldBody, mode: KeptContent['mode'], maxBytes: number): KeptSide {
  const text = body.toString();
  const side = read(text, mode, maxBytes) ?? unread(text, bytes, mode, maxBytes);
  return { ...side, isCut: side.isCut || (mode === 'full' && body.length < bytes), bytes };
}

/** null: it is no JSON, or one that is nested too deeply to be walked through. */
function read(text: string, mode: KeptContent['mode'], maxBytes: number): Fitted | null {
  try {
    const value: unknown = JSON.parse(text);
    if (mode === 'redacted') return fitted(redacted(value), maxBytes);
    const isPlain = Buffer.byteLength(text) <= maxBytes && !mayHoldCredentials(text);
    return isPlain ? { json: text, isCut: false } : fitted(withoutCredentials(value), maxBytes);
  } catch {
    return null;
  }
}

function unread(text: string, bytes: number, mode: KeptContent['mode'], maxBytes: number): Fitted {
  if (mode === 'redacted') return { json: JSON.stringify(`[${bytes} bytes]`), isCut: false };
  return { json: beginning(String(withoutCredentials(text)), maxBytes), isCut: bytes > maxBytes };
}
