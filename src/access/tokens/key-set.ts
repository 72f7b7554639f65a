import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import type { Ask } from '../../network/index.ts';
import { type Clock, isJsonObject, type JsonObject } from '../../std/index.ts';

/** A provider that does not answer is not asked again for so long, and one that knows no such key neither. */
const ASK_AGAIN_MS = 5_000;
/** Keys that nobody could confirm for so long verify nothing more. */
const STALE_AFTER_MS = 24 * 3_600_000;
const TIMEOUT_MS = 5_000;
/** No token was verified by such a version. */
const UNKNOWN = -1;

/** The public keys of an identity provider. */
export type KeySet = {
  /** Rejects with a `KeysUnavailable` where they are not known, or have not been confirmed for a day. */
  readonly keys: () => Promise<{ readonly getKey: JWTVerifyGetKey; readonly version: number }>;
  /** For a key that is not among them: asks again, unless that was done a moment ago. False: they are as they were. */
  readonly renew: () => Promise<boolean>;
  /** Grows whenever they have changed: what was verified before has to be verified again. Sees to it that they are fresh. */
  readonly version: () => number;
};

/** The provider could not be asked, and what it said before is not known or too old. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

export type KeySetOptions = {
  /** null: told by the issuer's OpenID configuration. */
  readonly url: string | null;
  readonly issuer: string | null;
  readonly keptMs: number;
  readonly ask: Ask;
  readonly clock: Clock;
};

type Held = { readonly getKey: JWTVerifyGetKey; readonly text: string; readonly atMs: number };

export function openKeySet(options: KeySetOptions): KeySet {
  const { keptMs, clock } = options;
  let held: Held | null = null;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<boolean> | null = null;
  let failure: unknown = null;
  let version = 0;
  const ask = async (): Promise<boolean> => {
    askedAtMs = clock.monotonicMs();
    try {
      const next = await fetchKeys(options);
      const isOther = held?.text !== next.text;
      held = { ...(isOther || held === null ? next : held), atMs: clock.monotonicMs() };
      failure = null;
      if (isOther) version++;
      return isOther;
    } catch (error) {
      failure = error;
      return false;
    }
  };
  const renew = async (): Promise<boolean> => {
    if (asking === null) {
      if (clock.monotonicMs() - askedAtMs < ASK_AGAIN_MS) return false;
      asking = ask().finally(() => {
        asking = null;
      });
    }
    return asking;
  };
  const ageMs = (): number => (held === null ? Number.POSITIVE_INFINITY : clock.monotonicMs() - held.atMs);
  return {
    renew,
    version: () => {
      const age = ageMs();
      // What is a little old goes on verifying while it is asked for; nobody waits.
      if (age > keptMs) void renew();
      return age > STALE_AFTER_MS ? UNKNOWN : version;
    },
    keys: async () => {
      if (ageMs() > STALE_AFTER_MS) await renew();
      else if (ageMs() > keptMs) void renew();
      if (held !== null && ageMs() <= STALE_AFTER_MS) return { getKey: held.getKey, version };
      throw new KeysUnavailable('the keys of the identity provider cannot be read', { cause: failure });
    },
  };
}

async function fetchKeys(options: KeySetOptions): Promise<Pick<Held, 'getKey' | 'text'>> {
  const first = options.url ?? (await discover(options));
  const answer = await askJson(options.ask, first);
  // LiteLLM takes the address of an OpenID configuration for that of the keys.
  const url = Array.isArray(answer.json['keys']) ? first : keysUrlIn(answer.json, first);
  const { json, text } = url === first ? answer : await askJson(options.ask, url);
  if (!Array.isArray(json['keys'])) throw new Error(`${url} answered without 'keys'`);
  const { createLocalJWKSet } = await import('jose');
  const keys = json['keys'].filter(isPublic);
  return { getKey: createLocalJWKSet({ keys } as unknown as JSONWebKeySet), text };
}

/** A secret among public keys is a mistake of the provider's, and known to everybody by now. */
function isPublic(key: unknown): boolean {
  return isJsonObject(key) && key['kty'] !== 'oct';
}

/** OpenID Connect Discovery 1.0, 4.3: it must speak for the very issuer that was asked for. */
async function discover({ issuer, ask }: KeySetOptions): Promise<string> {
  if (issuer === null) throw new Error('neither the issuer nor the address of its keys is known');
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const { json } = await askJson(ask, url);
  if (json['issuer'] !== issuer) throw new Error(`${url} speaks for another issuer`);
  return keysUrlIn(json, url);
}

function keysUrlIn(json: JsonObject, from: string): string {
  const url = json['jwks_uri'];
  if (typeof url !== 'string') throw new Error(`${from} answered with neither 'keys' nor 'jwks_uri'`);
  if (from.startsWith('https:') && !url.startsWith('https:'))
    throw new Error(`${from} names keys that are not on https`);
  return url;
}

async function askJson(ask: Ask, url: string): Promise<{ readonly json: JsonObject; readonly text: string }> {
  const headers = { accept: 'application/json' };
  const { status, text } = await ask({ method: 'GET', url, headers, body: null, timeoutMs: TIMEOUT_MS });
  if (status !== 200) throw new Error(`${url} answered ${status}`);
  const json: unknown = JSON.parse(text);
  if (!isJsonObject(json)) throw new Error(`${url} answered without a JSON object`);
  return { json, text };
}
