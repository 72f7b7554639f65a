import { createHmac, hash, type KeyObject, timingSafeEqual } from 'node:crypto';
import { isJsonObject, parseJson, randomText } from '../../std/index.ts';

/** From the start of a sign-on to its end at the provider and back. */
const LASTS_MS = 10 * 60_000;
const SECRET_LETTERS = 43;

/** What a browser keeps while it is at the provider; everything that the provider is told follows from `secret`. */
export type Flow = {
  readonly secret: string;
  readonly provider: string;
  /** A path of ours. */
  readonly returnTo: string;
  readonly untilMs: number;
};

export function beginFlow(provider: string, returnTo: string, nowMs: number): Flow {
  return { secret: randomText(SECRET_LETTERS), provider, returnTo: localPath(returnTo), untilMs: nowMs + LASTS_MS };
}

/** The provider sees these, and the browser's secret nobody but the browser. */
export function partsOf({ secret }: Flow) {
  return { state: part('state', secret), nonce: part('nonce', secret), codeVerifier: part('verifier', secret) };
}

function part(name: string, secret: string): string {
  return createHmac('sha256', secret).update(name).digest('base64url');
}

/** For a cookie: nobody keeps anything here of sign-ons that are begun and not ended. */
export function packFlow(flow: Flow, pepper: KeyObject): string {
  const text = Buffer.from(JSON.stringify(flow)).toString('base64url');
  return `${text}.${macOf(text, pepper)}`;
}

/** null: it is not ours, or took too long. */
export function unpackFlow(packed: string, pepper: KeyObject, nowMs: number): Flow | null {
  const [text = '', mac = ''] = packed.split('.');
  const expected = macOf(text, pepper);
  if (mac.length !== expected.length || !timingSafeEqual(Buffer.from(mac), Buffer.from(expected))) return null;
  const parsed = parseJson(Buffer.from(text, 'base64url'));
  if (!parsed.ok || !isJsonObject(parsed.value)) return null;
  const { secret, provider, returnTo, untilMs } = parsed.value;
  if (Number(untilMs) <= nowMs) return null;
  return {
    secret: String(secret),
    provider: String(provider),
    returnTo: localPath(String(returnTo)),
    untilMs: Number(untilMs),
  };
}

function macOf(text: string, pepper: KeyObject): string {
  return createHmac('sha256', pepper)
    .update(`sign-on ${hash('sha256', text)}`)
    .digest('base64url');
}

const HOME = '/ui/';
const OWN = 'http://own.invalid';

/** Where browsers would go with it: backslashes, tabs and a second slash lead elsewhere (WHATWG URL, 4.4). */
export function localPath(asked: string): string {
  if (!asked.startsWith('/') || !URL.canParse(asked, OWN)) return HOME;
  const { origin, pathname, search, hash: fragment } = new URL(asked, OWN);
  const path = `${pathname}${search}${fragment}`;
  return origin === OWN && !path.startsWith('//') ? path : HOME;
}
