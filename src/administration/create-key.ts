import type { CreatedKey, KeyAdministration, NewKey } from '../access/index.ts';
import { GatewayError } from '../inference/index.ts';

/** Makes a virtual key, or says which of its fields another key has already. */
export async function createKey(keys: KeyAdministration, input: NewKey): Promise<CreatedKey> {
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
