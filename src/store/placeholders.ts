const MAX_CACHED = 1000;
const cache = new Map<string, string>();

/** `?` to `$1`, `$2` and so on, except inside quotes. The text is the program's own: no comments, no dollar quotes. */
export function numberPlaceholders(sql: string): string {
  const known = cache.get(sql);
  if (known !== undefined) return known;
  let count = 0;
  const numbered = sql.replace(/'[^']*'|"[^"]*"|\?/g, (part) => (part === '?' ? `$${++count}` : part));
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(sql, numbered);
  return numbered;
}
