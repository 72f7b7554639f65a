/** Where a caller may put a key, in the order in which they are looked at. */
const HEADERS = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key', 'x-litellm-api-key'] as const;

const BEARER = /^bearer\s+/i;

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * All distinct, non-empty credentials of a request. `query` is asked for `key` on Gemini's paths only; null elsewhere.
 * Authorization counts with the Bearer scheme only: other schemes carry no key of ours.
 */
export function candidates(headers: Headers, query: URLSearchParams | null): readonly string[] {
  const found = new Set<string>();
  for (const name of HEADERS) {
    const value = headers[name];
    if (typeof value !== 'string') continue;
    const isBearer = BEARER.test(value);
    if (name === 'authorization' && !isBearer) continue;
    found.add(isBearer ? value.replace(BEARER, '').trim() : value.trim());
  }
  const inQuery = query?.get('key');
  if (inQuery !== null && inQuery !== undefined) found.add(inQuery.trim());
  found.delete('');
  return [...found];
}

export type Credential = {
  /** The one that is ours; null: none is. */
  readonly ours: string | null;
  /** Two different ones of ours: the request is refused. */
  readonly conflict: boolean;
  /** The first that is not ours: for a credential of the operator's that says `auth: caller`. Never logged. */
  readonly foreign: string | null;
};

export function chooseCredential(found: readonly string[], isOurs: (secret: string) => boolean): Credential {
  const ours = found.filter(isOurs);
  const foreign = found.find((secret) => !ours.includes(secret)) ?? null;
  return { ours: ours[0] ?? null, conflict: ours.length > 1, foreign };
}
