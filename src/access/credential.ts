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
