import type { Party, People } from '../access/index.ts';
import { GatewayError } from '../inference/index.ts';

type Fields = {
  readonly password?: string | null | undefined;
  readonly user_email?: string | null | undefined;
  readonly user_alias?: string | null | undefined;
};

/**
 * The password that a request sets, looked at before anything is changed; null: it sets none. Throws a GatewayError (400)
 * for one that cannot be taken, and for who has no address to sign in with.
 */
export function passwordIn(fields: Fields, before: Party | null, { passwords }: Pick<People, 'passwords'>) {
  const { password = null, user_email, user_alias } = fields;
  if (password === null) return null;
  const email = user_email ?? before?.email ?? null;
  const alias = user_alias ?? before?.alias ?? null;
  if (email === null) {
    const message = 'A password is used with an e-mail address, and the user has none: set user_email, too.';
    throw new GatewayError('invalid_request', message, { param: 'user_email' });
  }
  passwords.requireGood(password, { email, alias });
  return (user: Party) => passwords.set(user, password);
}
