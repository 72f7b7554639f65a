import type { JsonObject } from '../../std/index.ts';
import { noPreferences, type Preferences } from './preferences.ts';

/** `headers` in lower case. Throws a GatewayError (400) that names the field and what it may be. */
export function readPreferences(
  _body: JsonObject,
  _headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Preferences {
  return noPreferences;
}
