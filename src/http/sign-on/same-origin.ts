import { GatewayError } from '../../inference/index.ts';
import type { RequestHeaders } from '../route.ts';

type Asked = { readonly method: string; readonly headers: RequestHeaders };

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Throws a GatewayError (403) for a change that comes with a cookie and not from a page of ours. Browsers say where a
 * request comes from and let no page change that (`Sec-Fetch-Site`); old ones and those without https say it by `Origin`.
 */
export function requireSameOrigin(asked: Asked): void {
  if (SAFE.has(asked.method) || comesFrom(asked) === 'here') return;
  throw new GatewayError(
    'permission_denied',
    "A change that is asked for with the session's cookie must come from a page of this gateway: expected 'Sec-Fetch-Site: same-origin', or its own address as 'Origin'.",
  );
}

/** For doors that need no cookie: what is no browser says nothing of where it is, and has nobody's cookies. */
export function refuseOtherSites(asked: Asked): void {
  if (SAFE.has(asked.method) || comesFrom(asked) !== 'elsewhere') return;
  throw new GatewayError(
    'permission_denied',
    'People sign in on pages of this gateway, not from those of another site.',
  );
}

function comesFrom({ headers }: Asked): 'here' | 'elsewhere' | 'unknown' {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin' ? 'here' : 'elsewhere';
  const origin = headers.get('origin');
  if (origin === null) return 'unknown';
  return URL.canParse(origin) && new URL(origin).host === headers.get('host') ? 'here' : 'elsewhere';
}
