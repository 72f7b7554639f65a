import type { KeyAdministration, KeyChanges, VirtualKey } from '../access/index.ts';
import { GatewayError } from '../inference/index.ts';

/** Changes a virtual key, or says why it cannot be. */
export async function changeKey(keys: KeyAdministration, reference: string, changes: KeyChanges): Promise<VirtualKey> {
  const outcome = await keys.updateKey(reference, changes);
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
