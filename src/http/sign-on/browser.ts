import type { Person, SignedIn, VirtualKey } from '../../access/index.ts';
import { GatewayError } from '../../inference/index.ts';
import type { RequestHeaders, RouteAnswer } from '../route.ts';
import { clearCookie, cookieOf, SESSION_COOKIE, setCookie } from './cookie.ts';
import type { SignOnDoors } from './doors.ts';
import { requireSameOrigin } from './same-origin.ts';
import { encodePerson } from './session-answer.ts';

/** What a door of sign-on needs of its request. */
export type BrowserCall = {
  readonly method: string;
  readonly headers: RequestHeaders;
  readonly clientIp: string | null;
};

export function clientOf({ headers, clientIp }: BrowserCall) {
  return { address: clientIp, agent: headers.get('user-agent')?.slice(0, MOST_OF_AGENT) ?? null };
}

const MOST_OF_AGENT = 256;

/** Over https, as the configuration or a proxy in front says. What a liar says is about its own cookie. */
export function isSecure(headers: RequestHeaders, { publicUrl }: Pick<SignOnDoors, 'publicUrl'>): boolean {
  return publicUrl()?.startsWith('https:') === true || headers.get('x-forwarded-proto')?.split(',')[0] === 'https';
}

type Asked = Pick<BrowserCall, 'method' | 'headers'>;

/** null: nobody is signed in. Throws a GatewayError (403) for a change that another site asks for. */
export async function personBehind(call: Asked, { people }: Pick<SignOnDoors, 'people'>): Promise<Person | null> {
  const token = cookieOf(call.headers, SESSION_COOKIE);
  if (token === null) return null;
  requireSameOrigin(call);
  return people.find(token);
}

export async function requirePerson(call: Asked, doors: Pick<SignOnDoors, 'people'>): Promise<Person> {
  const person = await personBehind(call, doors);
  if (person === null) throw new GatewayError('not_signed_in', 'Nobody is signed in here, or not any more: sign in.');
  return person;
}

/** Whom a session's cookie stands for; null: there is no such cookie. Rejects with a GatewayError: 401, 403. */
export async function personOfCookie(call: Asked, doors: Pick<SignOnDoors, 'people'>): Promise<VirtualKey | null> {
  return cookieOf(call.headers, SESSION_COOKIE) === null ? null : (await requirePerson(call, doors)).key;
}

/** The session that the browser had until now ends: whoever planted it there learns nothing of the new one. */
async function endFormerSession(call: BrowserCall, { people }: SignOnDoors): Promise<void> {
  const token = cookieOf(call.headers, SESSION_COOKIE);
  const former = token === null ? null : await people.find(token);
  if (former !== null) await people.sessions.end({ id: former.session.id });
}

export function sessionCookie(token: string, person: Person, headers: RequestHeaders, doors: SignOnDoors): string {
  const maxAgeMs = person.session.expiresAtMs - doors.clock.nowMs();
  return setCookie(SESSION_COOKIE, token, { maxAgeMs, sameSite: 'Strict', secure: isSecure(headers, doors) });
}

export function noSessionCookie(headers: RequestHeaders, doors: SignOnDoors): string {
  return clearCookie(SESSION_COOKIE, isSecure(headers, doors));
}

/** Lets somebody in who has shown who they are. */
export async function letIn(call: BrowserCall, doors: SignOnDoors, { person, token }: SignedIn): Promise<RouteAnswer> {
  await endFormerSession(call, doors);
  return privately({
    body: await encodePerson(person, doors),
    cookies: [sessionCookie(token, person, call.headers, doors)],
  });
}

/** Nothing here is anybody else's to keep. */
export function privately(answer: RouteAnswer): RouteAnswer {
  return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store' } };
}
