import { mayUseModel } from '../access/index.ts';
import type { Model } from '../catalog/index.ts';
import { type Caller, GatewayError } from '../inference/index.ts';
import type { Rooms } from './rooms.ts';

/** The model of that name, if this caller may use it. */
export function findModel(name: string, caller: Caller, rooms: Pick<Rooms, 'policies'>): Model {
  const { catalog } = rooms.policies();
  const mayUse = (candidate: string) => mayUseModel(caller, candidate);
  const model = catalog.resolve(name);
  if (model === null) throw unknownModel(name, catalog.nearest(name, 3, mayUse));
  if (!mayUse(name)) {
    throw new GatewayError(
      'model_access_denied',
      `This key may not use the model '${name}'. It may use: ${caller.models.join(', ')}.`,
      {
        param: 'model',
      },
    );
  }
  return model;
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
