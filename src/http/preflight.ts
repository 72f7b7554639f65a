import { crossOrigin } from './cross-origin.ts';
import type { Incoming, PlainOutgoing } from './message.ts';

/** Browsers ask before they send a key, and never with a cookie. */
export function preflight(request: Incoming, response: PlainOutgoing): void {
  const asked = request.headers['access-control-request-headers'];
  response.writeHead(204, {
    ...crossOrigin(request.url ?? '/', false),
    'access-control-allow-methods': 'GET, POST, PATCH, PUT, DELETE, OPTIONS',
    'access-control-allow-headers': typeof asked === 'string' ? asked : '*',
    'access-control-max-age': '86400',
    vary: 'access-control-request-headers',
  });
  response.end('');
}
