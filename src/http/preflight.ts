import type { Incoming, PlainOutgoing } from './message.ts';

/** Browsers ask before they send a key. No cookies are involved, so any origin may. */
export function preflight(request: Incoming, response: PlainOutgoing): void {
  const asked = request.headers['access-control-request-headers'];
  response.writeHead(204, {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, POST, PATCH, PUT, DELETE, OPTIONS',
    'access-control-allow-headers': typeof asked === 'string' ? asked : '*',
    'access-control-max-age': '86400',
    vary: 'access-control-request-headers',
  });
  response.end('');
}
