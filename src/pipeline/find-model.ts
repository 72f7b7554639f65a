import { mayUseModel } from '../access/index.ts';
import type { Model } from '../catalog/index.ts';
import { type Caller, GatewayError } from '../inference/index.ts';
import type { Rooms } from './rooms.ts';

/**
 * The model of that name, if this caller may use it; else the configured one of that name with or without its date:
 * agents ask for `claude-haiku-4-5-20251001` for their small tasks, whatever they are told to use.
 */
export function findModel(name: string, caller: Caller, rooms: Pick<Rooms, 'policies'>): Model {
  const { catalog } = rooms.policies();
  const mayUse = (candidate: string) => mayUseModel(caller, candidate);
  const model = catalog.resolve(name);
  if (model !== null && mayUse(name)) return model;
  const configured = catalog.configuredAs(name);
  const meant = configured === null || !mayUse(configured) ? null : catalog.resolve(configured);
  if (meant !== null) return meant;
  if (model === null) throw unknownModel(name, catalog.nearest(name, 3, mayUse));
  throw new GatewayError(
    'model_access_denied',
    `This key may not use the model '${name}'. It may use: ${caller.models.join(', ')}.`,
    { param: 'model' },
  );
}

function unknownModel(name: string, nearest: readonly string[]): GatewayError {
  const [first] = nearest;
  const listed = nearest.map((candidate) => `'${candidate}'`).join(', ');
  const hint =
    first === undefined
      ? `Add it under 'models' in the configuration, or call 'provider/model' of a configured credential.`
      : `Did you mean ${listed}? An alias would be: models: { "${name}": ${first} }. ` +
        `What a price list does not know yet can be called as 'provider/model'.`;
  return new GatewayError(
    'model_not_found',
    `The model '${name}' does not exist or no configured credential offers it. ${hint}`,
    {
      param: 'model',
      metadata: { nearest },
    },
  );
}
