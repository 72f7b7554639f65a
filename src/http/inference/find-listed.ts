import type { ListedModel } from '../../catalog/index.ts';
import { type Caller, GatewayError } from '../../inference/index.ts';
import { mayCall, type Rooms } from '../../pipeline/index.ts';

/** The model of that name, listed or not, if this caller may use it. Throws a GatewayError (404). */
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
