import { GatewayError } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { type RequestHeaders, type Route, route } from '../route.ts';
import { MOST_LISTED } from './contract.ts';
import { schemaDocuments } from './schema-documents.ts';
import { ENTERPRISE, GROUP, LIST, USER } from './schema-ids.ts';
import { baseOf, scimAnswer } from './scim-answer.ts';
import { encodeScimError } from './scim-error.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0';

/** RFC 7643 5. */
const CONFIGURATION = {
  schemas: [`${CORE}:ServiceProviderConfig`],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: MOST_LISTED },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: true },
  authenticationSchemes: [
    {
      type: 'oauthbearertoken',
      name: 'Bearer token',
      description: "A key of the type scim, or the configuration's scim.token",
      primary: true,
    },
  ],
};

const TYPES = [
  { id: 'User', endpoint: '/Users', schema: USER, schemaExtensions: [{ schema: ENTERPRISE, required: false }] },
  { id: 'Group', endpoint: '/Groups', schema: GROUP, schemaExtensions: [] },
].map((type) => ({ schemas: [`${CORE}:ResourceType`], name: type.id, ...type }));

const SCHEMAS = schemaDocuments.map((schema) => ({ schemas: [`${CORE}:Schema`], ...schema }));

type Document = JsonObject & { readonly id?: string };

/** What can be asked here, for directories that want to know. */
export function discoveryRoutes(): readonly Route[] {
  return [
    document('ServiceProviderConfig', 'What of SCIM is spoken here.', CONFIGURATION),
    ...collection('ResourceTypes', 'ResourceType', 'What a directory keeps here: users and groups.', TYPES),
    ...collection('Schemas', 'Schema', 'What is said of users and groups.', SCHEMAS),
  ];
}

function document(name: string, summary: string, body: Document): Route {
  return route({
    method: 'GET',
    path: `/scim/v2/${name}`,
    summary,
    action: 'scim.read',
    ...TOLD,
    answer: ({ headers }) => scimAnswer(located(body, `${baseOf(headers)}/${name}`, name)),
  });
}

const TOLD = { encodeError: () => encodeScimError, errorType: 'application/scim+json' };

function collection(name: string, type: string, summary: string, documents: readonly Document[]): readonly Route[] {
  const placed = (headers: RequestHeaders) =>
    documents.map((each) => located(each, `${baseOf(headers)}/${name}/${each.id ?? ''}`, type));
  return [
    route({
      method: 'GET',
      path: `/scim/v2/${name}`,
      summary,
      action: 'scim.read',
      ...TOLD,
      answer: ({ headers }) => {
        const count = documents.length;
        const list = { schemas: [LIST], totalResults: count, startIndex: 1, itemsPerPage: count };
        return scimAnswer({ ...list, Resources: placed(headers) });
      },
    }),
    route({
      method: 'GET',
      path: `/scim/v2/${name}/*`,
      summary: `One of them, by its id.`,
      action: 'scim.read',
      ...TOLD,
      answer: ({ headers, rest }) => {
        const found = placed(headers).find(({ id }) => id === rest);
        if (found === undefined) throw new GatewayError('not_found', `There is no ${type} '${rest}'.`);
        return scimAnswer(found);
      },
    }),
  ];
}

function located(document: Document, location: string, resourceType: string): Document {
  return { ...document, meta: { resourceType, location } };
}
