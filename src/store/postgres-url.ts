/** Prisma's own parameters, which a LiteLLM installation has in its DATABASE_URL and libpq does not know. */
const FOREIGN_PARAMETERS = [
  'schema',
  'connection_limit',
  'pool_timeout',
  'pgbouncer',
  'socket_timeout',
  'statement_cache_size',
  'sslaccept',
  'sslidentity',
  'sslpassword',
] as const;

/** The address without what only Prisma understands, and the names of what was left out, for a note at start. */
export function readPostgresUrl(url: string): { readonly url: string; readonly ignored: readonly string[] } {
  const [address = '', search = ''] = splitOnce(url, '?');
  if (search === '') return { url, ignored: [] };
  const parameters = new URLSearchParams(search);
  const ignored = FOREIGN_PARAMETERS.filter((name) => parameters.has(name));
  for (const name of ignored) parameters.delete(name);
  const rest = parameters.toString();
  return { url: rest === '' ? address : `${address}?${rest}`, ignored };
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
