import type { ReceivedRequest } from '../../dialects/index.ts';
import { readErrorMessage } from '../../providers/index.ts';
import type { Refusal } from '../attempts/answer.ts';
import { redacted } from './redacted.ts';

/** Of an attempt's line in the log. */
export const MOST_CHARACTERS = 200;
/** So many characters in common are a quotation. */
const QUOTED_CHARACTERS = 16;
const STEP_CHARACTERS = 4;
/** 50 looks through this much take 2 ms. */
const MOST_SEARCHED_BYTES = 262_144;

/**
 * What an upstream said in its refusal, for the log: without what looks like a secret or an address, and nothing of it
 * where it is about the operator's credential or quotes the request, for no prompt is logged.
 */
export function refusalWords(
  { status, body }: Refusal,
  isAboutCredential: boolean,
  request: ReceivedRequest | null,
): string {
  const words = isAboutCredential || request === null ? null : readErrorMessage(body);
  const safe = words === null ? '' : redacted(words, MOST_CHARACTERS);
  return safe === '' || request === null || quotes(safe, request)
    ? `The upstream refused with status ${status}.`
    : safe;
}

/** Names of members and of the model are no content. */
function quotes(text: string, { bytes, body, model }: ReceivedRequest): boolean {
  if (bytes.length > MOST_SEARCHED_BYTES) return true;
  const names = [model, ...Object.keys(body)].join('\n');
  for (let at = 0; at + QUOTED_CHARACTERS <= text.length; at += STEP_CHARACTERS) {
    const piece = text.slice(at, at + QUOTED_CHARACTERS);
    if (!names.includes(piece) && bytes.includes(piece)) return true;
  }
  return false;
}
