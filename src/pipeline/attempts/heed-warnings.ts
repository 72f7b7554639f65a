import type { Deployment } from '../../catalog/index.ts';
import { GatewayError, type Warning } from '../../inference/index.ts';
import type { Exchange } from '../exchange.ts';
import type { Rooms } from '../rooms.ts';

/** Of a header; the rest is in the log. */
const MOST_CHARACTERS = 1_000;
const NOT_IN_HEADERS = /[^\x20-\x7e]/g;

/**
 * What the upstream's dialect cannot say of a request: left out and told in a header, logged as well, or refused, as the
 * operator has it.
 */
export function heedWarnings(warnings: readonly Warning[], exchange: Exchange, to: Deployment, rooms: Rooms): void {
  const [first] = warnings;
  if (first === undefined) return;
  const told = warnings.map(({ field, message }) => `${field}: ${message}`).join('; ');
  const policy = rooms.policies().unsupported;
  if (policy === 'reject') {
    throw new GatewayError('unsupported_parameter', `${to.provider} cannot take this request as it is: ${told}`, {
      param: first.field,
    });
  }
  const facts = { id: exchange.id, deployment: to.id, provider: to.provider, warnings: told };
  if (policy === 'warn') rooms.log.warn('something of a request could not be carried', facts);
  else rooms.log.debug('something of a request could not be carried', facts);
  exchange.warnings = told.replace(NOT_IN_HEADERS, '?').slice(0, MOST_CHARACTERS);
}
