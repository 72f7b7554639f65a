import { GatewayError } from '../inference/index.ts';
import type { Incoming } from './message.ts';

/**
 * What Node's parser lets through and a gateway must not: two Host headers, an absolute-form target, a header named
 * `__proto__`. Two readers would understand such a request differently.
 */
export function requestFault(request: Incoming): GatewayError | null {
  const { rawHeaders, url } = request;
  if (url === undefined || url.charCodeAt(0) !== 0x2f) {
    return new GatewayError('invalid_request', 'The request target must be a path that begins with a slash.');
  }
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
    else if (name.length === 9 && name.toLowerCase() === '__proto__') {
      return new GatewayError('invalid_request', "A header may not be named '__proto__'.");
    }
  }
  return hosts > 1 ? new GatewayError('invalid_request', 'The request has more than one Host header.') : null;
}
