import type { KeyRotation, RotatedKey } from '../access/index.ts';
import { GatewayError } from '../inference/index.ts';
import type { Asker } from './attenuation/asker.ts';
import { requireKeyRotation } from './attenuation/key-attenuation.ts';
import type { KeyMaking } from './create-key.ts';

/** Gives a virtual key another secret, to who may have such a key, or says why it cannot have it. */
export async function rotateKey(
  { keys, attenuation }: KeyMaking,
  asker: Asker,
  reference: string,
  rotation: KeyRotation,
): Promise<RotatedKey> {
  const outcome = await keys.rotateKey(reference, rotation, (before, after) =>
    requireKeyRotation(before, after, asker, attenuation),
  );
  switch (outcome.outcome) {
    case 'rotated':
      return outcome;
    case 'not_found':
      throw new GatewayError('not_found', 'There is no such key.', { param: 'key' });
    case 'alias_taken':
      throw new GatewayError(
        'invalid_request',
        `There is a key with the alias '${rotation.changes.alias}' already; aliases are unique.`,
        { param: 'key_alias' },
      );
    case 'key_taken':
      throw new GatewayError('invalid_request', 'This secret is, or was until lately, that of a key already.', {
        param: 'new_key',
      });
    case 'malformed':
      throw new GatewayError(
        'invalid_request',
        "A key of your own begins with 'sk-' and has 16 to 256 printable characters.",
        { param: 'new_key' },
      );
  }
}
