import { GatewayError } from '../inference/index.ts';

/** As JSON has it: as it is, no text of JSON may hold it. */
const ESCAPED = '\\u0000';

/** Throws a GatewayError (400) that names the member with a NUL in it, which Postgres takes in no text. */
export function refuseNulInBody(body: unknown, bytes: Buffer): void {
  if (!bytes.includes(ESCAPED)) return;
  const members = typeof body === 'object' && body !== null ? Object.entries(body) : [['body', body] as const];
  const [param] = members.find(([name, value]) => hasNul(name) || hasNul(value)) ?? [];
  if (param !== undefined) throw nulFault('body', hasNul(param) ? 'body' : param);
}

/** The same of what stands in an address, decoded. */
export function refuseNulInAddress(query: URLSearchParams, rest: string): void {
  for (const [name, value] of query) {
    if (hasNul(name) || hasNul(value)) throw nulFault('query', hasNul(name) ? 'query' : name);
  }
  if (hasNul(rest)) throw nulFault('address', 'path');
}

/** Of what is nested no deeper than a body may be. */
function hasNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0');
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) ? value.some(hasNul) : Object.entries(value).some((entry) => entry.some(hasNul));
}

function nulFault(where: string, param: string): GatewayError {
  const message = `Invalid ${where}: ${param}: has the character U+0000 in it, which no text may have here.`;
  return new GatewayError('invalid_request', message, { param });
}
