import type { RequestHeaders } from '../route.ts';
/** What the browser keeps. */
export const SESSION_COOKIE = 'waybill_session';

export type CookieTerms = {
  readonly maxAgeMs: number;
  /** `Lax` where it must come along when another site leads back here. */
  readonly sameSite: 'Strict' | 'Lax';
  readonly secure: boolean;
};

export function cookieOf(headers: RequestHeaders, name: string): string | null {
  for (const pair of headers.get('cookie')?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at !== -1 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return null;
}

export function setCookie(name: string, value: string, { maxAgeMs, sameSite, secure }: CookieTerms): string {
  const age = Math.max(0, Math.floor(maxAgeMs / 1000));
  return `${name}=${value}; Path=/; HttpOnly; SameSite=${sameSite}; Max-Age=${age}${secure ? '; Secure' : ''}`;
}

export function clearCookie(name: string, secure: boolean): string {
  return setCookie(name, '', { maxAgeMs: 0, sameSite: 'Strict', secure });
}
