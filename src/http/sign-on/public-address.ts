import { type LinkPurpose, linkPath } from '../../access/index.ts';
import type { RequestHeaders } from '../route.ts';
import { isSecure } from './browser.ts';
import type { SignOnDoors } from './doors.ts';

/** Where people reach the gateway: as the configuration says, else as whoever asks has reached it. */
export function publicAddress(headers: RequestHeaders, doors: Pick<SignOnDoors, 'publicUrl'>): string {
  const configured = doors.publicUrl();
  if (configured !== null) return configured.replace(/\/+$/, '');
  return `${isSecure(headers, doors) ? 'https' : 'http'}://${headers.get('host') ?? 'localhost'}`;
}

export function linkAddress(
  purpose: LinkPurpose,
  token: string,
  headers: RequestHeaders,
  doors: Pick<SignOnDoors, 'publicUrl'>,
): string {
  return `${publicAddress(headers, doors)}${linkPath(purpose, token)}`;
}
