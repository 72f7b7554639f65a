import type { IncomingHttpHeaders } from 'node:http';
import type { z } from 'zod';
import { authorize, candidates, type People, reachOf } from '../access/index.ts';
import { notAllowed, requireAllowed, type SubjectDoors } from '../administration/index.ts';
import { encodeOpenAiError } from '../dialects/index.ts';
import { GatewayError } from '../inference/index.ts';
import { type Authenticated, authenticate, type Rooms } from '../pipeline/index.ts';
import { parseJson } from '../std/index.ts';
import { asActor } from '../telemetry/index.ts';
import { refuseTooDeep } from './body-depth.ts';
import { crossOrigin } from './cross-origin.ts';
import { refuseNulInAddress, refuseNulInBody } from './nul-fault.ts';
import type { RequestHeaders, Route, RouteAnswer, RouteCall } from './route.ts';
import type { RouteTable } from './route-group.ts';
import { personOfCookie } from './sign-on/browser.ts';

/** A request for anything but inference. */
export type AppRequest = {
  readonly method: string;
  /** As it came, query and all. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  /** Called where a route takes a body, when its caller is known. Rejects with a GatewayError. */
  readonly readBody: () => Promise<Buffer>;
  /** null: the connection is closed already. */
  readonly clientIp: string | null;
};

/** `headers`: flat, as Node takes them. */
export type AppAnswer = {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: string | Uint8Array;
};

export type App = (request: AppRequest) => Promise<AppAnswer>;

type Callers = { readonly rooms: Rooms; readonly people: People; readonly subjects: SubjectDoors };

type Asked = AppRequest & { readonly url: URL; readonly named: RequestHeaders };

/**
 * Everything but inference, as one function. Authorisation is part of each route, never a prefix's. It takes nothing of
 * `fetch`: Node would load all of it, 4 MB, for the first `Headers`.
 */
export function createApp(routes: RouteTable, callers: Callers, log: (error: unknown) => void): App {
  return async (request) => {
    const asked = { ...request, url: new URL(`http://gateway${request.target}`), named: named(request.headers) };
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const readable = crossOrigin(asked.url.pathname, asked.named.has('cookie'));
    let declared: Route | null = null;
    try {
      declared = await routes.find(method, routed(asked.url));
      if (declared === null) throw new GatewayError('not_found', 'There is nothing at this address.');
      return encode(await callRoute(declared, asked, callers), readable);
    } catch (error) {
      const encodeError = declared?.encodeError?.(asked.named, asked.url);
      return encodeFailure(error, {
        rooms: callers.rooms,
        log,
        readable,
        encodeError,
        contentType: declared?.errorType,
      });
    }
  };
}

/** What routes are found by: all decoded but `%2F` and its like, which would look like the path's own. */
function routed({ pathname }: URL): string {
  try {
    return decodeURI(pathname.replaceAll('%25', '%2525'));
  } catch {
    return pathname;
  }
}

function named(headers: IncomingHttpHeaders): RequestHeaders {
  const get = (name: string): string | null => {
    const value = headers[name];
    return value === undefined ? null : String(value);
  };
  return { get, has: (name) => headers[name] !== undefined };
}

async function callRoute(declared: Route, request: Asked, callers: Callers): Promise<RouteAnswer> {
  const { clientIp, named: headers, url } = request;
  if (declared.action === 'public') {
    const anonymous = await inputOf(declared, request);
    return asActor({ id: 'anybody', changedBy: null, ip: clientIp }, () => declared.answer(anonymous));
  }
  const { key, foreign } = await keyOf(request, callers);
  const { caller } = key;
  const asked = { caller, action: declared.action, path: url.pathname };
  // Whoever may not do it to anything at all learns nothing about the input.
  if (!authorize(caller, declared.action, { owners: 'anything', path: asked.path })) throw notAllowed(asked);
  const reach = reachOf(caller, declared.action);
  const call = { key, reach, foreignCredential: foreign, ...(await inputOf(declared, request)) };
  const about = declared.resource?.(call);
  await requireAllowed(callers.subjects, asked, about === undefined ? null : [about].flat());
  const changedBy = headers.get('litellm-changed-by')?.slice(0, MOST_OF_CHANGED_BY) ?? null;
  return asActor({ id: key.id, changedBy, ip: clientIp }, () => declared.answer(call));
}

const MOST_OF_CHANGED_BY = 256;

async function inputOf(
  declared: Route,
  request: Asked,
): Promise<Omit<RouteCall<unknown, unknown>, 'key' | 'reach' | 'foreignCredential'>> {
  const { url, method, clientIp, named: headers } = request;
  const parts = declared.path.split('/');
  const star = parts.indexOf('*');
  // At the end it stands for all that is left, before it for one part.
  const end = star === parts.length - 1 ? undefined : star + 1;
  const rest = star === -1 ? '' : decode(url.pathname.split('/').slice(star, end).join('/'));
  refuseNulInAddress(url.searchParams, rest);
  const query = validated(declared.query, Object.fromEntries(url.searchParams), 'query');
  const path = url.pathname;
  return { body: await bodyOf(declared, request), query, rest, headers, method, path, clientIp };
}

/** Gemini's clients may put it there, for models as for calls. */
function takesKeyInQuery({ pathname }: URL): boolean {
  return /\/v1(?:alpha|beta1?)?\/(?:publishers\/google\/)?models(?:\/|$)/.test(pathname);
}

/** A key before a cookie: a page that has both asked with the key. */
async function keyOf({ method, headers, named, url }: Asked, { rooms, people }: Callers): Promise<Authenticated> {
  const credentials = candidates(headers, takesKeyInQuery(url) ? url.searchParams : null);
  const person = credentials.length === 0 ? await personOfCookie({ method, headers: named }, { people }) : null;
  return person === null ? authenticate({ credentials }, rooms) : { key: person, foreign: null };
}

/** What is asked about a call is any text that the call itself may have. */
const KEEPS_NOTHING: ReadonlySet<Route['action']> = new Set(['token.count', 'call.explain']);

async function bodyOf(declared: Route, { readBody }: AppRequest): Promise<unknown> {
  if (declared.body === undefined) return undefined;
  const bytes = await readBody();
  if (declared.body === 'bytes') return bytes;
  const parsed = parseJson(bytes.length === 0 ? Buffer.from('{}') : bytes);
  if (!parsed.ok) {
    const { line, column, message } = parsed.fault;
    throw new GatewayError('invalid_json', `The body is not JSON: ${message} at line ${line}, column ${column}.`);
  }
  refuseTooDeep(parsed.value);
  if (!KEEPS_NOTHING.has(declared.action)) refuseNulInBody(parsed.value, bytes);
  return validated(declared.body, parsed.value, 'body');
}

function validated(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const param = issue?.path.join('.') || where;
  const all = result.error.issues.map((each) => `${each.path.join('.') || where}: ${each.message}`).join('; ');
  throw new GatewayError('invalid_request', `Invalid ${where}: ${all}`, { param });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new GatewayError('invalid_request', 'The address is not encoded rightly.');
  }
}

type Readable = ReturnType<typeof crossOrigin>;

function encode(
  { status = 200, body, contentType, headers: own, cookies = [] }: RouteAnswer,
  readable: Readable,
): AppAnswer {
  const headers = {
    'content-type': contentType ?? 'application/json',
    ...readable,
    ...(own === undefined ? {} : { 'access-control-expose-headers': Object.keys(own).join(', '), ...own }),
  };
  return {
    status,
    headers: [...Object.entries(headers).flat(), ...cookies.flatMap((cookie) => ['set-cookie', cookie])],
    body: WITHOUT_BODY.has(status) ? '' : contentType === undefined ? JSON.stringify(body) : String(body),
  };
}

const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 304]);

type FailureTerms = {
  readonly rooms: Rooms;
  readonly log: (error: unknown) => void;
  readonly readable: Readable;
  readonly encodeError?: ((error: GatewayError) => Buffer) | undefined;
  readonly contentType?: string | undefined;
};

function encodeFailure(error: unknown, terms: FailureTerms): AppAnswer {
  const { rooms, log, readable, encodeError = encodeOpenAiError, contentType = 'application/json' } = terms;
  if (!(error instanceof GatewayError)) log(error);
  else if (error.details.cause !== undefined) log(error.details.cause);
  const known =
    error instanceof GatewayError
      ? error
      : new GatewayError('internal_error', 'The gateway failed in an unexpected way.');
  const status = known.code === 'insufficient_quota' ? rooms.policies().budgetExceededStatus : known.status;
  const headers = { 'content-type': contentType, ...readable, ...retryHeader(known) };
  return { status, headers: Object.entries(headers).flat(), body: encodeError(known) };
}

function retryHeader({ details }: GatewayError): Readonly<Record<string, string>> {
  const { retryAfterMs } = details;
  return retryAfterMs === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) };
}
