import type { NewParty, Party, PartyChanges } from '../../access/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { asBoolean, KEPT_OF_USER, type Resource } from './attributes.ts';
import { ENTERPRISE, USER } from './schema-ids.ts';
import { scimError } from './scim-error.ts';

const MAX_NAME = 255;
const MAX_KEPT_LETTERS = 32_768;
const ADDRESS = /^[^\s@]+@[^\s@]+$/;

/** A user as a directory is told of it, without groups and `meta`. */
export function encodeUser(user: Party): Resource {
  const { scim, ssoUserId } = user.settings;
  const attributes = scim?.attributes ?? {};
  return {
    schemas: Object.hasOwn(attributes, ENTERPRISE) ? [USER, ENTERPRISE] : [USER],
    id: user.id,
    ...(ssoUserId === undefined ? {} : { externalId: ssoUserId }),
    userName: scim?.userName ?? user.email ?? user.id,
    ...(user.alias === null ? {} : { displayName: user.alias }),
    active: !user.blocked,
    ...attributes,
    ...emailsOf(user, attributes['emails']),
  };
}

/** What the directory said, unless the address was changed here since. */
function emailsOf({ email }: Party, told: unknown): { readonly emails?: unknown } {
  if (email === null) return told === undefined ? {} : { emails: told };
  const isTold = listOf(told).some((each) => isJsonObject(each) && String(each['value']).toLowerCase() === email);
  return { emails: isTold ? told : [{ value: email, type: 'work', primary: true }] };
}

/** What a directory says of a user, for one that is made or changed. Throws a GatewayError (400, `invalidValue`). */
export function decodeUser(resource: Resource, before: Party | null): PartyChanges & Pick<NewParty, 'login'> {
  const userName = textOf(resource, 'userName');
  if (userName === null) throw scimError('invalidValue', "'userName' is needed: a text of 255 letters at most.");
  const emails = emailsIn(resource['emails']);
  const attributes = keptOf({ ...resource, ...(emails.length === 0 ? { emails: undefined } : { emails }) });
  const externalId = textOf(resource, 'externalId') ?? undefined;
  return {
    alias: textOf(resource, 'displayName') ?? nameOf(resource['name']),
    email: addressOf(emails) ?? (ADDRESS.test(userName) ? userName : null),
    login: userName,
    blocked: !activeOf(resource['active'], before),
    settings: { ...before?.settings, ssoUserId: externalId, scim: { userName, attributes } },
  };
}

/** Whoever replaces a user without saying whether it is active does not bring back somebody who is not. */
function activeOf(value: unknown, before: Party | null): boolean {
  if (value === undefined || value === null) return before?.blocked !== true;
  const active = asBoolean(value);
  if (active === null) throw scimError('invalidValue', "'active' is true or false.");
  return active;
}

function emailsIn(value: unknown): readonly JsonObject[] {
  const emails = listOf(value).map((each) => (typeof each === 'string' ? { value: each } : each));
  return emails.map((each) => {
    if (!isJsonObject(each) || typeof each['value'] !== 'string' || !ADDRESS.test(each['value'])) {
      throw scimError('invalidValue', "Each of 'emails' is an object whose 'value' is an address.");
    }
    const { primary, ...rest } = each;
    return primary === undefined ? rest : { ...rest, primary: asBoolean(primary) === true };
  });
}

/** The primary one, else the one at work, else the first. */
function addressOf(emails: readonly JsonObject[]): string | null {
  const chosen =
    emails.findLast(({ primary }) => primary === true) ?? emails.find(({ type }) => type === 'work') ?? emails[0];
  return typeof chosen?.['value'] === 'string' ? chosen['value'] : null;
}

function keptOf(resource: Resource): JsonObject {
  const kept = Object.fromEntries(
    KEPT_OF_USER.flatMap((name) =>
      resource[name] === undefined || resource[name] === null ? [] : [[name, resource[name]]],
    ),
  );
  if (JSON.stringify(kept).length <= MAX_KEPT_LETTERS) return kept;
  throw scimError('invalidValue', `The attributes of a user are ${MAX_KEPT_LETTERS} letters at most.`);
}

function nameOf(name: unknown): string | null {
  if (!isJsonObject(name)) return null;
  const whole = textOf(name, 'formatted');
  if (whole !== null) return whole;
  const parts = [textOf(name, 'givenName'), textOf(name, 'familyName')].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(' ').slice(0, MAX_NAME);
}

/** null: it is not there, or blank. Throws a GatewayError (400, `invalidValue`). */
export function textOf(resource: Resource, name: string): string | null {
  const value = resource[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string' || value.length > MAX_NAME) {
    throw scimError('invalidValue', `'${name}' is a text of ${MAX_NAME} letters at most.`);
  }
  return value.trim() === '' ? null : value.trim();
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}
