import type { Party, PartyAdministration, PartyRowKind } from '../../access/index.ts';
import type { Resource } from './attributes.ts';
import type { ScimQuery } from './contract.ts';
import { type Filter, parseFilter } from './filter.ts';
import { matches } from './matches.ts';
import type { Listed } from './scim-answer.ts';

const PAGE = 1_000;

export type Searching = {
  readonly parties: PartyAdministration;
  readonly kind: Extract<PartyRowKind, 'user' | 'team'>;
  /** Those that may fit a filter that says what is equal; null: it has to be looked for among all. */
  readonly narrowed: (filter: Filter) => Promise<readonly Party[]> | null;
  /** What a filter is held against. */
  readonly encode: (party: Party) => Resource | Promise<Resource>;
};

/** Resources in the order in which they were made. Throws a GatewayError (400) for a filter that cannot be read. */
export async function search(
  query: ScimQuery,
  searching: Searching,
): Promise<Listed & { readonly found: readonly Party[] }> {
  const { parties, kind, encode } = searching;
  const from = query.startIndex - 1;
  if (query.filter === undefined) {
    const order = { by: 'created', ascending: true } as const;
    const page = { page: 1, size: query.count, offset: from, ...order };
    const { parties: found, total } = await parties.listParties(kind, { reach: 'everything' }, page);
    return { found, total, resources: await Promise.all(found.map(encode)) };
  }
  const fitting: { readonly party: Party; readonly resource: Resource }[] = [];
  const filter = parseFilter(query.filter);
  for await (const party of candidates(filter, searching)) {
    const resource = await encode(party);
    if (matches(resource, filter)) fitting.push({ party, resource });
  }
  const page = fitting.slice(from, from + query.count);
  return {
    total: fitting.length,
    found: page.map(({ party }) => party),
    resources: page.map(({ resource }) => resource),
  };
}

async function* candidates(filter: Filter, { parties, kind, narrowed }: Searching): AsyncGenerator<Party> {
  const few = narrowed(filter);
  if (few !== null) return yield* await few;
  for (let page = 1; ; page++) {
    const order = { by: 'created', ascending: true } as const;
    const { parties: found } = await parties.listParties(kind, { reach: 'everything' }, { page, size: PAGE, ...order });
    yield* found;
    if (found.length < PAGE) return;
  }
}

/** The text that an attribute must equal for the filter to fit, whatever else it asks; null: it does not say. */
export function mustEqual(filter: Filter, attribute: string): string | null {
  if (filter.is === 'and') {
    return filter.of.map((each) => mustEqual(each, attribute)).find((value) => value !== null) ?? null;
  }
  if (filter.is !== 'eq' || filter.path.length !== 1 || filter.path[0] !== attribute) return null;
  return typeof filter.value === 'string' ? filter.value : null;
}

/** Whether a filter asks for an attribute anywhere. */
export function mentions(filter: Filter, attribute: string): boolean {
  switch (filter.is) {
    case 'and':
    case 'or':
      return filter.of.some((each) => mentions(each, attribute));
    case 'not':
      return mentions(filter.of, attribute);
    default:
      return filter.path[0] === attribute;
  }
}
