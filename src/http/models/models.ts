import { z } from 'zod';
import type { ListedModel, Model } from '../../catalog/index.ts';
import type { Caller, GatewayError } from '../../inference/index.ts';
import { mayCall, type Rooms } from '../../pipeline/index.ts';
import { OPENAI_PREFIXES } from '../inference/doors.ts';
import { type RequestHeaders, type Route, route } from '../route.ts';
import { findListed } from './find-listed.ts';
import { type ResolveModel, shapeFor } from './model-shapes.ts';
import { endpointsOf, modelOfEndpoints } from './openrouter-routes.ts';

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
        body: shapeFor(headers, query, `${prefix}/`).list(listedFor(key.caller, rooms), query, configuredIn(rooms)),
      }),
    }),
    route<undefined, Readonly<Record<string, string>>>({
      method: 'GET',
      path: `${prefix}/models/*`,
      summary: 'One model.',
      query: anything,
      encodeError: errorsFor,
      action: 'model.list',
      answer: ({ key, headers, query, rest }) => {
        const asked = modelOfEndpoints(rest);
        if (asked !== null) return { body: endpointsOf(asked, key.caller, rooms) };
        const { one } = shapeFor(headers, query, `${prefix}/`);
        return { body: one(findListed(rest, key.caller, rooms), rooms.policies().catalog.resolve) };
      },
    }),
  ]);
}

/** What is configured is few; of a price list's thousands, what is listed has to do. */
function configuredIn({ policies }: Rooms): ResolveModel {
  let byName: ReadonlyMap<string, Model> | null = null;
  return (name) => {
    byName ??= new Map(
      policies()
        .catalog.configured()
        .map((model) => [model.name, model]),
    );
    return byName.get(name) ?? null;
  };
}

function errorsFor(headers: RequestHeaders, url: URL): (error: GatewayError) => Buffer {
  return shapeFor(headers, Object.fromEntries(url.searchParams), url.pathname).encodeError;
}

export function listedFor(caller: Caller, rooms: Rooms): readonly ListedModel[] {
  const { catalog } = rooms.policies();
  return catalog.list().filter(({ id }) => mayCall(caller, id, catalog));
}
