import { attributePath, MULTI_VALUED, READ_ONLY } from './attributes.ts';
import { type Filter, parseFilter } from './filter.ts';
import { ENTERPRISE } from './schema-ids.ts';
import { scimError } from './scim-error.ts';

/** What an operation is done to: `emails[type eq "work"].value` of the resource, or of its extension. */
export type Target = {
  readonly extension: string | null;
  readonly attribute: string;
  readonly filter: Filter | null;
  readonly member: string | null;
};

const PATH = /^([^[\]]+)(?:\[(.+)\](?:\.([A-Za-z$][\w$-]*))?)?$/;

/** Throws a GatewayError (400): `invalidPath`, or `mutability` for what nobody may set. null: the extension as a whole. */
export function targetOf(path: string): Target | null {
  const [, text = '', filter, member] = PATH.exec(path.trim()) ?? [];
  const parts = text === '' ? null : attributePath(text);
  if (parts === null || parts.length === 0) throw scimError('invalidPath', `There is no attribute '${path}'.`);
  const extension = parts[0] === ENTERPRISE ? ENTERPRISE : null;
  const [attribute, inAttribute, ...more] = extension === null ? parts : parts.slice(1);
  if (attribute === undefined) return null;
  if (more.length > 0) throw scimError('invalidPath', `There is no attribute '${path}'.`);
  if (extension === null && READ_ONLY.has(attribute))
    throw scimError('mutability', `'${attribute}' is not set by anybody.`);
  if (filter !== undefined && !MULTI_VALUED.has(attribute)) {
    throw scimError('invalidPath', `'${attribute}' has one value, and no filter.`);
  }
  return {
    extension,
    attribute,
    filter: filter === undefined ? null : parseFilter(filter),
    member: memberOf(member, path) ?? inAttribute ?? null,
  };
}

function memberOf(member: string | undefined, path: string): string | null {
  if (member === undefined) return null;
  const [name] = attributePath(member) ?? [];
  if (name === undefined) throw scimError('invalidPath', `There is no attribute '${path}'.`);
  return name;
}
