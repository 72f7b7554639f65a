import { mayUseModel } from '../../access/index.ts';
import type { ListedModel } from '../../catalog/index.ts';
import { GatewayError } from '../../inference/index.ts';
import type { Rooms } from '../../pipeline/index.ts';
import { type Route, route } from '../route.ts';
import { OPENAI_PREFIXES } from './doors.ts';

/** The models that this key may call, in OpenAI's shape. */
export function modelRoutes(rooms: Rooms): readonly Route[] {
  return OPENAI_PREFIXES.flatMap((prefix) => [
    route({
      method: 'GET',
      path: `${prefix}/models`,
      summary: 'The models that this key may call.',
      action: 'model.list',
      answer: ({ key }) => ({
        body: {
          object: 'list',
          data: rooms
            .policies()
            .catalog.list()
            .filter(({ id }) => mayUseModel(key.caller, id))
            .map(encodeModel),
        },
      }),
    }),
    route({
      method: 'GET',
      path: `${prefix}/models/*`,
      summary: 'One model.',
      action: 'model.list',
      answer: ({ key, rest }) => {
        const { catalog } = rooms.policies();
        const mayUse = (name: string) => mayUseModel(key.caller, name);
        const listed = catalog.list().find(({ id }) => id === rest);
        const known = listed ?? (catalog.resolve(rest) === null ? undefined : unlisted(rest));
        if (known === undefined || !mayUse(rest)) {
          const nearest = catalog.nearest(rest, 3, mayUse);
          const hint = nearest.length === 0 ? '' : ` Did you mean ${nearest.map((name) => `'${name}'`).join(', ')}?`;
          throw new GatewayError('model_not_found', `The model '${rest}' does not exist.${hint}`, { param: 'model' });
        }
        return { body: encodeModel(known) };
      },
    }),
  ]);
}

function unlisted(id: string): ListedModel {
  return { id, ownedBy: 'waybill', createdS: 0, contextWindow: null, maxOutput: null, price: null };
}

function encodeModel({
  id,
  ownedBy,
  createdS,
  contextWindow,
  maxOutput,
}: ListedModel): Readonly<Record<string, unknown>> {
  return {
    id,
    object: 'model',
    created: createdS,
    owned_by: ownedBy,
    ...(contextWindow === null ? {} : { context_length: contextWindow }),
    ...(maxOutput === null ? {} : { max_output_tokens: maxOutput }),
  };
}
