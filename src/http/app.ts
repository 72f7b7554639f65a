import { Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { z } from 'zod';
import { authorize, candidates, reachOf, type VirtualKey } from '../access/index.ts';
import { notAllowed, requireAllowed, type SubjectDoors } from '../administration/index.ts';
import { encodeOpenAiError } from '../dialects/index.ts';
import { GatewayError } from '../inference/index.ts';
import { type Authenticated, authenticate, type Rooms } from '../pipeline/index.ts';
import { parseJson } from '../std/index.ts';
import { asActor } from '../telemetry/index.ts';
import { crossOrigin } from './cross-origin.ts';
import type { Route, RouteAnswer, RouteCall } from './route.ts';

/** Everything but inference, as one fetch-style application. Authorisation is part of each route, never a prefix's. */
/** What the server says of a request beside itself. */
export type Surroundings = { readonly clientIp: string | null };

export type App = Hono<{ Bindings: Surroundings }>;

/** Whom a request without a key is of, by a session's cookie; null: it has none. Rejects with a GatewayError. */
export type FindPerson = (request: Pick<Request, 'method' | 'headers'>) => Promise<VirtualKey | null>;

export function createApp(
  routes: readonly Route[],
  rooms: Rooms,
  subjects: SubjectDoors,
  findPerson: FindPerson,
  log: (error: unknown) => void,
): App {
  const app: App = new Hono({ strict: true });
  for (const declared of routes) {
    app.on(declared.method, [declared.path], async (context) => {
      const request = context.req.raw;
      const readable = readableBy(request);
      try {
        return encode(await callRoute(declared, request, { rooms, findPerson, subjects }, context.env), readable);
      } catch (error) {
        const encodeError = declared.encodeError?.(request.headers, new URL(request.url));
        return encodeFailure(error, { rooms, log, readable, encodeError, contentType: declared.errorType });
      }
    });
  }
  app.notFound((context) =>
    encodeFailure(new GatewayError('not_found', 'There is nothing at this address.'), {
      rooms,
      log,
      readable: readableBy(context.req.raw),
    }),
  );
  return app;
}

async function callRoute(
  declared: Route,
  request: Request,
  callers: { readonly rooms: Rooms; readonly findPerson: FindPerson; readonly subjects: SubjectDoors },
  { clientIp }: Surroundings,
): Promise<RouteAnswer> {
  if (declared.action === 'public') {
    const anonymous = await inputOf(declared, request, clientIp);
    return asActor({ id: 'anybody', changedBy: null, ip: clientIp }, () => declared.answer(anonymous));
  }
  const { key, foreign } = await keyOf(request, callers);
  const { caller } = key;
  const asked = { caller, action: declared.action, path: new URL(request.url).pathname };
  // Whoever may not do it to anything at all learns nothing about the input.
  if (!authorize(caller, declared.action, { owners: 'anything', path: asked.path })) throw notAllowed(asked);
  const reach = reachOf(caller, declared.action);
  const call = { key, reach, foreignCredential: foreign, ...(await inputOf(declared, request, clientIp)) };
  const named = declared.resource?.(call);
  await requireAllowed(callers.subjects, asked, named === undefined ? null : [named].flat());
  const changedBy = request.headers.get('litellm-changed-by')?.slice(0, MOST_OF_CHANGED_BY) ?? null;
  return asActor({ id: key.id, changedBy, ip: clientIp }, () => declared.answer(call));
}

const MOST_OF_CHANGED_BY = 256;

async function inputOf(
  declared: Route,
  request: Request,
  clientIp: string | null,
): Promise<Omit<RouteCall<unknown, unknown>, 'key' | 'reach' | 'foreignCredential'>> {
  const url = new URL(request.url);
  const parts = declared.path.split('/');
  const star = parts.indexOf('*');
  // At the end it stands for all that is left, before it for one part.
  const end = star === parts.length - 1 ? undefined : star + 1;
  const rest = star === -1 ? '' : decode(url.pathname.split('/').slice(star, end).join('/'));
  const query = validated(declared.query, Object.fromEntries(url.searchParams), 'query');
  const { method, headers } = request;
  const path = url.pathname;
  return { body: await bodyOf(declared, request), query, rest, headers, method, path, clientIp };
}

/** Gemini's clients may put it there, for models as for calls. */
function takesKeyInQuery({ pathname }: URL): boolean {
  return /\/v1(?:alpha|beta1?)?\/(?:publishers\/google\/)?models(?:\/|$)/.test(pathname);
}

/** A key before a cookie: a page that has both asked with the key. */
async function keyOf(
  request: Request,
  { rooms, findPerson }: { readonly rooms: Rooms; readonly findPerson: FindPerson },
): Promise<Authenticated> {
  const url = new URL(request.url);
  const query = takesKeyInQuery(url) ? url.searchParams : null;
  const credentials = candidates(Object.fromEntries(request.headers), query);
  const person = credentials.length === 0 ? await findPerson(request) : null;
  return person === null ? authenticate({ credentials }, rooms) : { key: person, foreign: null };
}

async function bodyOf(declared: Route, request: Request): Promise<unknown> {
  if (declared.body === undefined) return undefined;
  const bytes = Buffer.from(await request.arrayBuffer());
  if (declared.body === 'bytes') return bytes;
  const parsed = parseJson(bytes.length === 0 ? Buffer.from('{}') : bytes);
  if (!parsed.ok) {
    const { line, column, message } = parsed.fault;
    throw new GatewayError('invalid_json', `The body is not JSON: ${message} at line ${line}, column ${column}.`);
  }
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

function readableBy({ url, headers }: Request): Readable {
  return crossOrigin(new URL(url).pathname, headers.has('cookie'));
}

function encode(
  { status = 200, body, contentType, headers: own, cookies = [] }: RouteAnswer,
  readable: Readable,
): Response {
  const headers = new Headers({
    'content-type': contentType ?? 'application/json',
    ...readable,
    ...(own === undefined ? {} : { 'access-control-expose-headers': Object.keys(own).join(', '), ...own }),
  });
  for (const cookie of cookies) headers.append('set-cookie', cookie);
  if (WITHOUT_BODY.has(status)) return new Response(null, { status, headers });
  return new Response(contentType === undefined ? JSON.stringify(body) : String(body), { status, headers });
}

const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 304]);

type FailureTerms = {
  readonly rooms: Rooms;
  readonly log: (error: unknown) => void;
  readonly readable: Readable;
  readonly encodeError?: ((error: GatewayError) => Buffer) | undefined;
  readonly contentType?: string | undefined;
};

function encodeFailure(error: unknown, terms: FailureTerms): Response {
  const { rooms, log, readable, encodeError = encodeOpenAiError, contentType = 'application/json' } = terms;
  if (!(error instanceof GatewayError)) log(error);
  else if (error.details.cause !== undefined) log(error.details.cause);
  const known =
    error instanceof GatewayError
      ? error
      : new GatewayError('internal_error', 'The gateway failed in an unexpected way.');
  const status = known.code === 'insufficient_quota' ? rooms.policies().budgetExceededStatus : known.status;
  return new Response(new Uint8Array(encodeError(known)), {
    status: status as ContentfulStatusCode,
    headers: { 'content-type': contentType, ...readable, ...retryHeader(known) },
  });
}

function retryHeader({ details }: GatewayError): Readonly<Record<string, string>> {
  const { retryAfterMs } = details;
  return retryAfterMs === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) };
}
