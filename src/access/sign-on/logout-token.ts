import type { Clock } from '../../std/index.ts';
import type { KeySet } from '../tokens/key-set.ts';
import { tokenAlgorithms } from '../tokens/token-issuer.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const TOLERANCE_S = 30;
/** A provider that cannot reach us tries again for minutes, with a new token. */
const OLDEST_S = 600;

export type LogoutToken = {
  readonly subject: string | null;
  readonly sessionId: string | null;
  /** `jti`. */
  readonly id: string;
  readonly untilMs: number;
};

/** OpenID Connect Back-Channel Logout 1.0, 2.6. null: it is none, or not for us, not theirs, or not of now. */
export async function readLogoutToken(
  token: string,
  { issuer, clientId, keySet }: { readonly issuer: string; readonly clientId: string; readonly keySet: KeySet },
  clock: Clock,
): Promise<LogoutToken | null> {
  const { jwtVerify, errors } = await import('jose');
  const verify = async () =>
    jwtVerify(token, (await keySet.keys()).getKey, {
      issuer,
      audience: clientId,
      algorithms: [...tokenAlgorithms],
      requiredClaims: ['iat', 'jti', 'events'],
      clockTolerance: TOLERANCE_S,
      maxTokenAge: OLDEST_S,
      currentDate: new Date(clock.nowMs()),
    });
  try {
    const { payload } = await verify().catch(async (error: unknown) => {
      if (error instanceof errors.JWKSNoMatchingKey && (await keySet.renew())) return verify();
      throw error;
    });
    const { sub, sid, jti, events, nonce, iat } = payload;
    const isEvent = typeof events === 'object' && events !== null && EVENT in events;
    if (!isEvent || nonce !== undefined || typeof jti !== 'string') return null;
    const sessionId = typeof sid === 'string' ? sid : null;
    if (sub === undefined && sessionId === null) return null;
    const untilMs = (Number(iat) + OLDEST_S + 2 * TOLERANCE_S) * 1000;
    return { subject: sub ?? null, sessionId, id: jti, untilMs };
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}
