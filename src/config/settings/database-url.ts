import type { Reading } from '../reading/reading.ts';

/** What Prisma, and so LiteLLM, reads from the URL and Postgres does not. */
const PRISMA = new Set([
  'schema',
  'connection_limit',
  'pool_timeout',
  'pgbouncer',
  'socket_timeout',
  'sslaccept',
  'sslidentity',
  'sslpassword',
  'statement_cache_size',
]);

/** The URL without Prisma's parameters; the rest keeps its bytes. null, with a fault: it is none of Postgres. */
export function readDatabaseUrl(text: string, from: string, reading: Reading): string | null {
  const parsed = URL.parse(text);
  if (parsed === null || (parsed.protocol !== 'postgres:' && parsed.protocol !== 'postgresql:')) {
    reading.fault(null, `${from}: expected a URL of Postgres: postgres://user:password@host:5432/database`);
    return null;
  }
  const parameters = parsed.search
    .slice(1)
    .split('&')
    .filter((parameter) => parameter !== '');
  const isPrisma = (parameter: string) => PRISMA.has(parameter.split('=')[0] ?? '');
  const stripped = parameters.filter(isPrisma).map((parameter) => parameter.split('=')[0]);
  if (stripped.length === 0) return text;
  reading.notices.push(
    `${from}: ${stripped.join(', ')} ${stripped.length === 1 ? 'is a parameter' : 'are parameters'} of Prisma and left out`,
  );
  const kept = parameters.filter((parameter) => !isPrisma(parameter));
  const base = text.slice(0, text.indexOf(parsed.search));
  return kept.length === 0 ? base : `${base}?${kept.join('&')}`;
}
