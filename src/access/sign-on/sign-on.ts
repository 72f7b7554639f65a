import { hash, type KeyObject } from 'node:crypto';
import type { Ask } from '../../network/index.ts';
import type { Clock, Vault } from '../../std/index.ts';
import type { Database } from '../../store/index.ts';
import type { ProviderSession, Session } from '../people/session.ts';
import type { Sessions } from '../people/sessions.ts';
import { type KeySet, openKeySet } from '../tokens/key-set.ts';
import { statedIssuer } from '../tokens/verify-token.ts';
import { claimsOf } from './claims.ts';
import { beginFlow, packFlow, partsOf, unpackFlow } from './flow.ts';
import { forgetSeen, seeOnce } from './identity-store.ts';
import { readLogoutToken } from './logout-token.ts';
import type { SignOnProvider, SignOnRefusal } from './provider.ts';
import { openProviderClient, type ProviderClient } from './provider-client.ts';
import { tokenSealedFor } from './sealed-token.ts';
import { type SettleOptions, settlePerson } from './settle-person.ts';

const KEYS_KEPT_MS = 600_000;
/** Longer than any code lasts (RFC 6749, 4.1.2: ten minutes at most). */
const SEEN_FOR_MS = 3_600_000;

export type SignOnOptions = SettleOptions & {
  readonly database: Database;
  readonly clock: Clock;
  readonly ask: Ask;
  readonly pepper: KeyObject;
  readonly vault: Vault;
  readonly sessions: Sessions;
  readonly providers: readonly SignOnProvider[];
  readonly onFailure: (provider: string, error: unknown) => void;
};

export type SignOnStart = {
  /** Where the browser goes. */
  readonly url: string;
  /** What it keeps meanwhile. */
  readonly kept: string;
};

export type SignOnEnd = { readonly returnTo: string } & (
  | { readonly userId: string; readonly provider: ProviderSession }
  | { readonly refusal: SignOnRefusal }
);

/** Single sign-on by OpenID Connect: authorization code with PKCE, state and nonce. */
export type SignOn = {
  readonly providers: () => readonly Pick<SignOnProvider, 'id' | 'name'>[];
  readonly configure: (providers: readonly SignOnProvider[]) => void;
  /** null: there is no such provider. Rejects where the provider cannot be reached. */
  readonly start: (provider: string, returnTo: string, redirectUri: string) => Promise<SignOnStart | null>;
  /** `url` is what the browser came back with, at the redirect URI. */
  readonly finish: (kept: string | null, url: URL) => Promise<SignOnEnd>;
  /** Where the browser ends its session at the provider; null: nowhere. */
  readonly endUrl: (session: Session, returnTo: string) => Promise<string | null>;
  /** Ends what the provider says is over. False: it is not the provider that says so, or it says nothing. */
  readonly endByProvider: (logoutToken: string) => Promise<boolean>;
};

type Opened = { readonly provider: SignOnProvider; readonly client: ProviderClient; keySet: KeySet | null };

export function openSignOn(options: SignOnOptions): SignOn {
  const { database, clock, ask, pepper, vault, sessions } = options;
  const open = (provider: SignOnProvider): Opened => ({
    provider,
    client: openProviderClient(provider, ask, clock),
    keySet: null,
  });
  let opened = options.providers.map(open);
  const named = (id: string): Opened | undefined => opened.find(({ provider }) => provider.id === id);
  const ofIssuer = async (issuer: string | null): Promise<Opened | undefined> => {
    for (const each of opened) {
      const facts = await each.client.facts().catch(() => null);
      if (facts !== null && facts.issuer === issuer) return each;
    }
    return undefined;
  };
  const takeOnce = async (what: string, untilMs: number): Promise<boolean> => {
    const results = await database.write([forgetSeen(clock.nowMs()), seeOnce(hash('sha256', what), untilMs)]);
    return results[1]?.changed === 1;
  };
  return {
    providers: () => opened.map(({ provider: { id, name } }) => ({ id, name })),
    configure: (providers) => {
      opened = providers.map(open);
    },
    start: async (id, returnTo, redirectUri) => {
      const found = named(id);
      if (found === undefined) return null;
      const flow = beginFlow(id, returnTo, clock.nowMs());
      const url = await found.client.authorizationUrl({ redirectUri, ...partsOf(flow) });
      return { url: url.href, kept: packFlow(flow, pepper) };
    },
    finish: (kept, url) => finish(kept, url, { named, takeOnce }, options),
    endUrl: async ({ provider }, returnTo) => {
      if (provider === null) return null;
      const found = await ofIssuer(provider.issuer);
      const { issuer, subject, sealedToken } = provider;
      const token = sealedToken === null ? null : await vault.open(sealedToken, tokenSealedFor(issuer, subject));
      return (await found?.client.endSessionUrl(token, returnTo))?.href ?? null;
    },
    endByProvider: async (logoutToken) => {
      const issuer = statedIssuer(logoutToken);
      const found = await ofIssuer(issuer);
      if (found === undefined || issuer === null) return false;
      const { keysUrl } = await found.client.facts();
      found.keySet ??= openKeySet({ url: keysUrl, issuer, keptMs: KEYS_KEPT_MS, ask, clock });
      const { clientId } = found.provider;
      const token = await readLogoutToken(logoutToken, { issuer, clientId, keySet: found.keySet }, clock);
      if (token === null || !(await takeOnce(`logout ${issuer} ${token.id}`, token.untilMs))) return false;
      const { sessionId, subject } = token;
      if (sessionId !== null) await sessions.end({ issuer, sessionId });
      else if (subject !== null) await sessions.end({ issuer, subject });
      return true;
    },
  };
}

type Finding = {
  readonly named: (id: string) => Opened | undefined;
  readonly takeOnce: (what: string, untilMs: number) => Promise<boolean>;
};

async function finish(
  kept: string | null,
  url: URL,
  { named, takeOnce }: Finding,
  options: SignOnOptions,
): Promise<SignOnEnd> {
  const { clock, pepper, vault, onFailure } = options;
  const flow = kept === null ? null : unpackFlow(kept, pepper, clock.nowMs());
  const found = flow === null ? undefined : named(flow.provider);
  if (flow === null || found === undefined) return { returnTo: '/ui/', refusal: 'expired' };
  const { returnTo } = flow;
  const parts = partsOf(flow);
  if (url.searchParams.get('state') !== parts.state) return { returnTo, refusal: 'expired' };
  if (url.searchParams.has('error')) return { returnTo, refusal: 'provider_refused' };
  try {
    const answer = await found.client.exchange({ url, ...parts });
    if (!(await takeOnce(`state ${parts.state}`, clock.nowMs() + SEEN_FOR_MS))) return { returnTo, refusal: 'expired' };
    const claims = claimsOf(answer.token, answer.userInfo, found.provider);
    const settled = await settlePerson(claims, found.provider, options);
    if ('refusal' in settled) return { returnTo, refusal: settled.refusal };
    const { issuer, subject } = claims;
    const sealedToken = await vault.seal(answer.idToken, tokenSealedFor(issuer, subject));
    const sid = answer.token['sid'];
    const sessionId = typeof sid === 'string' ? sid : null;
    return { returnTo, userId: settled.userId, provider: { issuer, subject, sessionId, sealedToken } };
  } catch (error) {
    onFailure(flow.provider, error);
    return { returnTo, refusal: 'token_refused' };
  }
}
