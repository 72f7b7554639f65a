import type { KeyChanges, VirtualKey } from '../access/index.ts';
import { GatewayError } from '../inference/index.ts';
import type { Asker } from './attenuation/asker.ts';
import { requireKeyChange } from './attenuation/key-attenuation.ts';
import type { KeyMaking } from './create-key.ts';

/** Changes a virtual key into what who asks may make of it, or says why it cannot be. */
export async function changeKey(
  { keys, attenuation }: KeyMaking,
  asker: Asker,
  reference: string,
  changes: KeyChanges,
): Promise<VirtualKey> {
  const outcome = await keys.updateKey(reference, changes, (before, after) =>
    requireKeyChange(before, after, asker, attenuation),
  );
  switch (outcome.outcome) {
    case 'updated':
      return outcome.key;
    case 'not_found':
      throw new GatewayError('not_found', 'There is no such key.', { param: 'key' });
    case 'alias_taken':
      throw new GatewayError(
        'invalid_request',
        `There is a key with the alias '${changes.alias}' already; aliases are unique.`,
        { param: 'key_alias' },
      );
  }
}
