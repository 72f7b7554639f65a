import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { ENTERPRISE, GROUP, USER } from './schema-ids.ts';

/** What is told by us and set by nobody. */
export const READ_ONLY: ReadonlySet<string> = new Set(['id', 'meta', 'schemas', 'groups']);

/** Attributes with several values; each is an object with a `value`. */
export const MULTI_VALUED: ReadonlySet<string> = new Set([
  'emails',
  'phoneNumbers',
  'ims',
  'photos',
  'addresses',
  'entitlements',
  'roles',
  'x509Certificates',
  'members',
  'groups',
]);

/** RFC 7643 4.1 to 4.3, beside those that we know by name. They are kept as they come. */
export const KEPT_OF_USER = [
  'name',
  'nickName',
  'profileUrl',
  'title',
  'userType',
  'preferredLanguage',
  'locale',
  'timezone',
  'emails',
  'phoneNumbers',
  'ims',
  'photos',
  'addresses',
  'entitlements',
  'roles',
  ENTERPRISE,
] as const;

const NAMES = [
  ...READ_ONLY,
  ...MULTI_VALUED,
  ...KEPT_OF_USER,
  'userName',
  'externalId',
  'displayName',
  'active',
  'password',
  ...['formatted', 'familyName', 'givenName', 'middleName', 'honorificPrefix', 'honorificSuffix'],
  ...['value', 'display', 'type', 'primary', '$ref', 'resourceType', 'created', 'lastModified', 'location', 'version'],
  ...['streetAddress', 'locality', 'region', 'postalCode', 'country'],
  ...['employeeNumber', 'costCenter', 'organization', 'division', 'department', 'manager'],
];

const CANONICAL: ReadonlyMap<string, string> = new Map(NAMES.map((name) => [name.toLowerCase(), name]));

/** As RFC 7643 spells it: names are compared without their case. null: there is no such attribute. */
export function canonicalName(name: string): string | null {
  return CANONICAL.get(name.toLowerCase()) ?? null;
}

/**
 * The parts of `name.givenName`, `urn:…:User:userName` or `urn:…enterprise…:department`, spelled as they should be.
 * null: there is no such attribute.
 */
export function attributePath(text: string): readonly string[] | null {
  const lower = text.toLowerCase();
  for (const schema of [USER, GROUP, ENTERPRISE]) {
    if (!lower.startsWith(schema.toLowerCase())) continue;
    const rest = text.slice(schema.length).replace(/^:/, '');
    const parts = rest === '' ? [] : namesIn(rest);
    if (parts === null) return null;
    return schema === ENTERPRISE ? [ENTERPRISE, ...parts] : parts;
  }
  return namesIn(text);
}

function namesIn(text: string): readonly string[] | null {
  const names = text.split('.').map(canonicalName);
  return names.some((name) => name === null) ? null : names.filter((name) => name !== null);
}

/** Members under the names that they should have; what nobody knows is left out. */
export function withCanonicalNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withCanonicalNames);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) => {
      const canonical = canonicalName(name);
      return canonical === null ? [] : [[canonical, withCanonicalNames(each)]];
    }),
  );
}

/** Entra ID and Cognito write booleans as text: "True". */
export function asBoolean(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return null;
  const word = value.toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : null;
}

/** What stands at a path, through several values one by one. */
export function valuesAt(value: unknown, path: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((each) => valuesAt(each, path));
  const [name, ...rest] = path;
  if (name === undefined) return value === undefined || value === null ? [] : [value];
  return isJsonObject(value) && Object.hasOwn(value, name) ? valuesAt(value[name], rest) : [];
}

export type Resource = JsonObject;
