import type { Database, SqlValue } from '../../store/index.ts';

/** By an order that another room knows: the ids of the first, the first of all in front. */
export type RankedOrder = { readonly by: 'ranked'; readonly ids: readonly string[]; readonly descending: boolean };

/** Of ids in one parameter, however many. */
const LISTED: Readonly<Record<Database['kind'], string>> = {
  sqlite: 'SELECT value AS ranked_id, key AS place FROM json_each(?)',
  postgres: 'SELECT value AS ranked_id, ordinality AS place FROM json_array_elements_text(?::json) WITH ORDINALITY',
};

/** A part of the FROM, whose value comes first, and of the ORDER BY. Who is not ranked is behind all who are. */
export function rankedBy(
  kind: Database['kind'],
  id: string,
  { ids, descending }: RankedOrder,
): { readonly join: string; readonly values: readonly SqlValue[]; readonly order: string } {
  return {
    join: ` LEFT JOIN (${LISTED[kind]}) AS ranking ON ranking.ranked_id = ${id}`,
    values: [JSON.stringify(ids)],
    order: descending ? 'place ASC NULLS LAST' : 'place DESC NULLS FIRST',
  };
}
