import { z } from 'zod';
import type { ListedModel } from '../../catalog/index.ts';
import { type Caller, GatewayError } from '../../inference/index.ts';
import { mayCall, type Rooms } from '../../pipeline/index.ts';
import { type Route, route } from '../route.ts';
import { OPENAI_PREFIXES } from './doors.ts';
import { shapeFor } from './model-shapes.ts';

const PREFIXES = [...OPENAI_PREFIXES, '/anthropic/v1', '/anthropic', '/v1beta', '/gemini/v1beta', '/gemini/v1'];

/** Clients page, filter and put their keys into the query: none of it is a fault. */
const anything = z.record(z.string(), z.string());

/** The models that this key may call, in the shape that the client reads. */
export function modelRoutes(rooms: Rooms): readonly Route[] {
  return PREFIXES.flatMap((prefix) => [
    route<undefined, Readonly<Record<string, string>>>({
      method: 'GET',
      path: `${prefix}/models`,
      summary: 'The models that this key may call.',
      query: anything,
      encodeError: errorsFor,
      action: 'model.list',
      answer: ({ key, headers, query }) => ({
        body: shapeFor(headers, query, `${prefix}/`).list(listedFor(key.caller, rooms), query),
      }),
    }),
    route<undefined, Readonly<Record<string, string>>>({
      method: 'GET',
      path: `${prefix}/models/*`,
      summary: 'One model.',
      query: anything,
      encodeError: errorsFor,
      action: 'model.list',
      answer: ({ key, headers, query, rest }) => ({
        body: shapeFor(headers, query, `${prefix}/`).one(findListed(rest, key.caller, rooms)),
      }),
    }),
  ]);
}

function errorsFor(headers: Headers, url: URL): (error: GatewayError) => Buffer {
  return shapeFor(headers, Object.fromEntries(url.searchParams), url.pathname).encodeError;
}

export function listedFor(caller: Caller, rooms: Rooms): readonly ListedModel[] {
  const { catalog } = rooms.policies();
  return catalog.list().filter(({ id }) => mayCall(caller, id, catalog));
}

export function findListed(name: string, caller: Caller, rooms: Rooms): ListedModel {
  const { catalog } = rooms.policies();
  const mayUse = (candidate: string) => mayCall(caller, candidate, catalog);
  const listed = catalog.list().find(({ id }) => id === name);
  const known = listed ?? (catalog.resolve(name) === null ? undefined : unlisted(name));
  if (known !== undefined && mayUse(name)) return known;
  const meant = catalog.configuredAs(name);
  if (meant !== null && mayUse(meant)) return catalog.list().find(({ id }) => id === meant) ?? unlisted(meant);
  const nearest = catalog.nearest(name, 3, mayUse);
  const hint = nearest.length === 0 ? '' : ` Did you mean ${nearest.map((candidate) => `'${candidate}'`).join(', ')}?`;
  throw new GatewayError('model_not_found', `The model '${name}' does not exist.${hint}`, { param: 'model' });
}

function unlisted(id: string): ListedModel {
  return { id, ownedBy: 'waybill', createdS: 0, contextWindow: null, maxOutput: null, price: null };
}
