import type { Party, People } from '../access/index.ts';
import { GatewayError } from '../inference/index.ts';
import { type Asker, isOperator, notSettable } from './attenuation/asker.ts';

type Fields = {
  readonly password?: string | null | undefined;
  readonly user_email?: string | null | undefined;
  readonly user_alias?: string | null | undefined;
};

/**
 * The password that a request sets, looked at before anything is changed; null: it sets none. Throws a GatewayError: 403
 * for who is no operator, since whoever knows somebody's password is that person; 400 for one that cannot be taken, and
 * for who has no address to sign in with.
 */
export function passwordIn(
  asker: Asker,
  fields: Fields,
  before: Party | null,
  { passwords }: Pick<People, 'passwords'>,
) {
  const { password = null, user_email, user_alias } = fields;
  if (password === null) return null;
  if (!isOperator(asker)) throw notSettable({ field: 'password', needs: 'operator' }, asker);
  const email = user_email ?? before?.email ?? null;
  const alias = user_alias ?? before?.alias ?? null;
  if (email === null) {
    const message = 'A password is used with an e-mail address, and the user has none: set user_email, too.';
    throw new GatewayError('invalid_request', message, { param: 'user_email' });
  }
  passwords.requireGood(password, { email, alias });
  return (user: Party) => passwords.set(user, password);
}
