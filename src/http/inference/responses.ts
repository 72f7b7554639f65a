import { z } from 'zod';
import type { StoredResponse } from '../../conversation/index.ts';
import { GatewayError } from '../../inference/index.ts';
import type { Rooms } from '../../pipeline/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { type Route, type RouteAnswer, type RouteCall, route, self } from '../route.ts';
import { OPENAI_PREFIXES } from './doors.ts';

/** OpenAI's own bound. */
const MOST_ITEMS = 100;
const USUAL_ITEMS = 20;

const itemsQuery = z.object({
  limit: z.coerce.number().int().min(1).max(MOST_ITEMS).default(USUAL_ITEMS),
  order: z.enum(['asc', 'desc']).default('desc'),
  after: z.string().optional(),
  include: z.string().optional(),
});
type ItemsQuery = z.output<typeof itemsQuery>;

const ITEMS = '/input_items';

/** Kept responses, each to the key that it was made with. */
export function responseRoutes({ conversations }: Pick<Rooms, 'conversations'>): readonly Route[] {
  const findTurns = async (tenant: string, id: string): Promise<readonly StoredResponse[]> => {
    const turns = await conversations.find(tenant, id);
    if (turns === null) throw unknownResponse(id);
    return turns;
  };
  const read = async ({ key, rest, query }: RouteCall<undefined, ItemsQuery>): Promise<RouteAnswer> => {
    const asksForItems = rest.endsWith(ITEMS);
    const id = asksForItems ? rest.slice(0, -ITEMS.length) : rest;
    const turns = await findTurns(key.caller.keyId, id);
    return { body: asksForItems ? inputItems(turns, query) : (turns.at(-1)?.response ?? null) };
  };
  return OPENAI_PREFIXES.flatMap((prefix) => [
    route<undefined, ItemsQuery>({
      method: 'GET',
      path: `${prefix}/responses/*`,
      summary: 'A kept response, or the items that went into it.',
      action: 'conversation.read',
      query: itemsQuery,
      resource: self,
      answer: read,
    }),
    route({
      method: 'DELETE',
      path: `${prefix}/responses/*`,
      summary: 'Forgets a kept response.',
      action: 'conversation.delete',
      resource: self,
      answer: async ({ key, rest: id }) => {
        if (!(await conversations.remove(key.caller.keyId, id))) throw unknownResponse(id);
        return { body: { id, object: 'response', deleted: true } };
      },
    }),
  ]);
}

/** Everything that was sent with the response and, by reference, before it; ids are made where the client gave none. */
function inputItems(turns: readonly StoredResponse[], { limit, order, after }: ItemsQuery): JsonObject {
  const items = turns.flatMap((turn, index) => {
    const isLast = index === turns.length - 1;
    const output = turn.response['output'];
    const answered = isLast || !Array.isArray(output) ? [] : (output as readonly JsonObject[]);
    return [...turn.input.map((item, at) => ({ id: `item_${turn.id}_${at}`, ...item })), ...answered];
  });
  const ordered: readonly JsonObject[] = order === 'asc' ? items : items.toReversed();
  const start = after === undefined ? 0 : ordered.findIndex((item) => item['id'] === after) + 1;
  const data = ordered.slice(start, start + limit);
  const idOf = (item: JsonObject | undefined): unknown => item?.['id'] ?? null;
  return {
    object: 'list',
    data,
    first_id: idOf(data[0]),
    last_id: idOf(data.at(-1)),
    has_more: start + limit < ordered.length,
  };
}

function unknownResponse(id: string): GatewayError {
  return new GatewayError('not_found', `Response with id '${id}' not found.`, { param: 'response_id' });
}
