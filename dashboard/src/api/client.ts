/** Why the gateway said no, in its own words; `param` names the field that was wrong. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string | null;
  readonly param: string | null;
  readonly body: unknown;

  constructor(message: string, status: number, code: string | null, param: string | null, body: unknown) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.param = param;
    this.body = body;
  }
}

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

export type Call = {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT';
  readonly query?: Query;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** A virtual key, for the doors that take no cookie. */
  readonly key?: string;
};

/** One call of the administration API as the person who is signed in. */
export async function api<T>(path: string, call: Call = {}): Promise<T> {
  const response = await send(path, call);
  const text = await response.text();
  const body = jsonOf(text);
  if (!response.ok) throw errorOf(response, body, text);
  return body as T;
}

/** The answer itself, for what is read as it comes. Refusals are thrown as by `api`. */
export async function openStream(path: string, call: Call): Promise<Response> {
  const response = await send(path, call);
  if (response.ok) return response;
  const text = await response.text();
  throw errorOf(response, jsonOf(text), text);
}

export function addressOf(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

async function send(path: string, { method = 'GET', query, body, headers, signal, key }: Call): Promise<Response> {
  try {
    return await fetch(addressOf(path, query), {
      method,
      credentials: key === undefined ? 'same-origin' : 'omit',
      headers: {
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError('The gateway cannot be reached. Is it running, and is the network up?', 0, null, null, null);
  }
}

function jsonOf(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

type Envelope = {
  readonly error?: { readonly message?: string; readonly code?: unknown; readonly param?: unknown } | string;
};

function errorOf(response: Response, body: unknown, text: string): ApiError {
  const { error } = (body ?? {}) as Envelope;
  const inner = typeof error === 'object' ? error : {};
  const said = typeof error === 'string' ? error : inner.message;
  const message = said ?? (text.slice(0, 300) || `The gateway answered ${response.status}.`);
  return new ApiError(message, response.status, textOrNull(inner.code), textOrNull(inner.param), body);
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
