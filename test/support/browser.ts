export type BrowserAnswer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Empty where it is no object. */
  readonly json: Readonly<Record<string, unknown>>;
  /** `error.code`. */
  readonly code: string | undefined;
  /** What it sets, as it says it. */
  readonly cookies: readonly string[];
};

/** What a browser does of itself: keeps cookies by their names, and says that a request comes from a page of the gateway. */
export type Browser = {
  readonly get: (path: string, headers?: Readonly<Record<string, string>>) => Promise<BrowserAnswer>;
  /** An empty header is left out. */
  readonly post: (path: string, body: unknown, headers?: Readonly<Record<string, string>>) => Promise<BrowserAnswer>;
  readonly delete: (path: string) => Promise<BrowserAnswer>;
  /** As it would send them. */
  readonly cookies: () => string;
};

export function openBrowser(base: string, cookies = ''): Browser {
  const kept = new Map(
    cookies.split('; ').flatMap((pair) => (pair === '' ? [] : [pair.split('=') as [string, string]])),
  );
  const sent = (): string => [...kept].map(([name, value]) => `${name}=${value}`).join('; ');
  const ask = async (method: string, path: string, own: Readonly<Record<string, string>>, body?: unknown) => {
    const asked = { cookie: sent(), 'sec-fetch-site': 'same-origin', 'content-type': 'application/json', ...own };
    const headers = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== ''));
    const answer = await fetch(new URL(path, base), {
      method,
      headers,
      redirect: 'manual',
      body: body === undefined ? null : JSON.stringify(body),
    });
    for (const line of answer.headers.getSetCookie()) keep(kept, line);
    const text = await answer.text();
    const json = objectIn(text);
    const error = json['error'] as { readonly code?: string } | undefined;
    return {
      ...{ status: answer.status, headers: answer.headers, text, json },
      code: error?.code,
      cookies: answer.headers.getSetCookie(),
    };
  };
  return {
    get: (path, headers = {}) => ask('GET', path, headers),
    post: (path, body, headers = {}) => ask('POST', path, headers, body),
    delete: (path) => ask('DELETE', path, {}),
    cookies: sent,
  };
}

function keep(kept: Map<string, string>, line: string): void {
  const [pair = '', ...terms] = line.split('; ');
  const at = pair.indexOf('=');
  if (terms.includes('Max-Age=0')) kept.delete(pair.slice(0, at));
  else kept.set(pair.slice(0, at), pair.slice(at + 1));
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
