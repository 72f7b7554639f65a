import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { type AddressPolicy, refusedIp } from './address-guard.ts';

/**
 * A `lookup` for sockets that fails when any of the addresses a name resolves to is refused: checked at the moment of
 * connecting, so a name cannot change its mind between the check and the use (DNS rebinding).
 */
export function guardedLookup(policy: AddressPolicy): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, options.all === true ? [] : '', 0);
      for (const { address } of addresses) {
        const reason = refusedIp(address, policy);
        if (reason !== null) return callback(refusal(hostname, reason), options.all === true ? [] : '', 0);
      }
      if (options.all === true) return callback(null, addresses);
      const first = addresses[0];
      if (first === undefined) return callback(refusal(hostname, 'no address'), '', 0);
      callback(null, first.address, first.family);
    });
  };
}

function refusal(hostname: string, reason: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${hostname}: ${reason}`), { code: 'EADDRESSREFUSED' });
}
