import type { Database, SqlValue } from '../../store/index.ts';

/** By an order that another room knows: the ids of the first, the first of all in front. */
export type RankedOrder = { readonly by: 'ranked'; readonly ids: readonly string[]; readonly descending: boolean };

/** Of ids in one parameter, however many. */
const LISTED: Readonly<Record<Database['kind'], string>> = {
  sqlite: 'SELECT value, key FROM json_each(?)',
  postgres: 'SELECT value, ordinality FROM json_array_elements_text(?::json) WITH ORDINALITY',
};

/** Which of them an id is one of, as part of a condition whose value is the JSON of the ids. */
export const AMONG: Readonly<Record<Database['kind'], string>> = {
  sqlite: '(SELECT value FROM json_each(?))',
  postgres: '(SELECT json_array_elements_text(?::json))',
};

/**
 * What stands before the SELECT, whose value comes first, a part of its FROM, and of its ORDER BY. Who is not ranked is
 * behind all who are. Not materialized, SQLite goes through all ids for each row: minutes for a hundred thousand.
 */
export function rankedBy(
  kind: Database['kind'],
  id: string,
  { ids, descending }: RankedOrder,
): { readonly before: string; readonly values: readonly SqlValue[]; readonly join: string; readonly order: string } {
  return {
    before: `WITH ranking (ranked_id, place) AS MATERIALIZED (${LISTED[kind]}) `,
    values: [JSON.stringify(ids)],
    join: ` LEFT JOIN ranking ON ranking.ranked_id = ${id}`,
    order: descending ? 'place ASC NULLS LAST' : 'place DESC NULLS FIRST',
  };
}
