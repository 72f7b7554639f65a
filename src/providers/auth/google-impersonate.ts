import type { Expiring } from './keep-fresh.ts';
import { fieldOf, jsonOf, type Surroundings, TOKEN_TIMEOUT_MS } from './surroundings.ts';

export const GOOGLE_SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

const HOUR_S = 3_600;

/** Another account's token, for one that may act in its place. */
export async function impersonate(url: string, token: string, around: Surroundings): Promise<Expiring<string>> {
  const answer = await around.ask({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ scope: [GOOGLE_SCOPE], lifetime: `${HOUR_S}s` }),
    timeoutMs: TOKEN_TIMEOUT_MS,
  });
  const source = 'Google, asked to act as another account,';
  const body = jsonOf(answer, source);
  const expires = Date.parse(fieldOf(body, 'expireTime', source));
  return { value: fieldOf(body, 'accessToken', source), expiresMs: expires };
}
