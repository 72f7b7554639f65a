import type { CreatedKey, KeyAdministration, NewKey } from '../access/index.ts';
import { GatewayError } from '../inference/index.ts';
import type { Asker } from './attenuation/asker.ts';
import { type AttenuationDoors, newKeyWithin } from './attenuation/key-attenuation.ts';

export type KeyMaking = { readonly keys: KeyAdministration; readonly attenuation: AttenuationDoors };

/** Makes a virtual key that can do no more than who asks, or says which of its fields another key has already. */
export async function createKey(
  { keys, attenuation }: KeyMaking,
  asker: Asker,
  wanted: Omit<NewKey, 'createdBy'>,
): Promise<CreatedKey> {
  const input = newKeyWithin({ ...wanted, createdBy: asker.key.id }, asker, attenuation);
  const outcome = await keys.createKey(input);
  switch (outcome.outcome) {
    case 'created':
      return outcome;
    case 'alias_taken':
      throw new GatewayError(
        'invalid_request',
        `There is a key with the alias '${input.alias}' already; aliases are unique.`,
        { param: 'key_alias' },
      );
    case 'key_taken':
      throw new GatewayError('invalid_request', 'This key exists already.', { param: 'key' });
    case 'malformed':
      throw new GatewayError(
        'invalid_request',
        "A key of your own begins with 'sk-' and has 16 to 256 printable characters.",
        { param: 'key' },
      );
  }
}
