import { createHash } from 'node:crypto';
import type { Party } from '../../access/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { RequestHeaders, RouteAnswer } from '../route.ts';
import { attributePath, type Resource } from './attributes.ts';
import type { ScimQuery } from './contract.ts';
import { LIST } from './schema-ids.ts';
import { outdated } from './scim-error.ts';

export const SCIM_JSON = 'application/scim+json';

export function scimAnswer(body: JsonObject, more: Omit<RouteAnswer, 'body' | 'contentType'> = {}): RouteAnswer {
  return { ...more, contentType: SCIM_JSON, body: JSON.stringify(body) };
}

/** A weak tag: of what the resource says, whoever changed it. */
export function versionOf(resource: Resource): string {
  return `W/"${createHash('sha256').update(JSON.stringify(resource)).digest('hex').slice(0, 16)}"`;
}

/** Throws a GatewayError (412) where the request is about another version. */
export function requireVersion(resource: Resource, headers: RequestHeaders): void {
  const wanted = headers.get('if-match');
  if (wanted === null || wanted.trim() === '*') return;
  const version = versionOf(resource);
  if (!wanted.split(',').some((each) => each.trim() === version || `W/${each.trim()}` === version)) throw outdated();
}

type Kind = 'User' | 'Group';

/** With `meta`: when it was made and changed, where it is, and which version it is. */
export function withMeta(kind: Kind, party: Party, resource: Resource, headers: RequestHeaders): Resource {
  return {
    ...resource,
    meta: {
      resourceType: kind,
      created: new Date(party.createdAtMs).toISOString(),
      lastModified: new Date(party.updatedAtMs).toISOString(),
      location: `${baseOf(headers)}/${kind}s/${encodeURIComponent(party.id)}`,
      version: versionOf(resource),
    },
  };
}

/** One resource, made or found: its address and its version are in headers as well. */
export function resourceAnswer(
  resource: Resource,
  headers: RequestHeaders,
  query: ScimQuery,
  status = 200,
): RouteAnswer {
  const meta = resource['meta'];
  const { version = '', location = '' } = isJsonObject(meta) ? (meta as Readonly<Record<string, string>>) : {};
  if (status === 200 && headers.get('if-none-match') === version)
    return { status: 304, body: null, headers: { etag: version } };
  return scimAnswer(selected(resource, query), { status, headers: { etag: version, location } });
}

/** As the client calls us; behind a proxy, as that says. */
export function baseOf(headers: RequestHeaders): string {
  const scheme = headers.get('x-forwarded-proto') === 'https' ? 'https' : 'http';
  return `${scheme}://${headers.get('host') ?? 'localhost'}/scim/v2`;
}

export type Listed = { readonly resources: readonly Resource[]; readonly total: number };

export function listAnswer({ resources, total }: Listed, query: ScimQuery): RouteAnswer {
  return scimAnswer({
    schemas: [LIST],
    totalResults: total,
    startIndex: query.startIndex,
    itemsPerPage: resources.length,
    Resources: resources.map((resource) => selected(resource, query)),
  });
}

/** `attributes` or `excludedAttributes`; the id and the schemas are always told. */
function selected(resource: Resource, { attributes, excludedAttributes }: ScimQuery): Resource {
  if (attributes === undefined && excludedAttributes === undefined) return resource;
  const [asked, left] = [namesIn(attributes), namesIn(excludedAttributes)];
  return Object.fromEntries(
    Object.entries(resource).filter(([name]) => {
      if (name === 'id' || name === 'schemas') return true;
      return attributes === undefined ? !left.has(name) : asked.has(name);
    }),
  );
}

export function isAsked(name: string, { attributes, excludedAttributes }: ScimQuery): boolean {
  return attributes === undefined ? !namesIn(excludedAttributes).has(name) : namesIn(attributes).has(name);
}

function namesIn(list: string | undefined): ReadonlySet<string> {
  return new Set((list ?? '').split(',').flatMap((name) => attributePath(name.trim())?.slice(0, 1) ?? []));
}
