/** What the `*` of a pattern stands for in a name; null: the name does not fit. A `*` stands for one letter at least. */
export function starIn(pattern: string, name: string): string | null {
  const at = pattern.indexOf('*');
  const [head, tail] = [pattern.slice(0, at), pattern.slice(at + 1)];
  if (name.length <= head.length + tail.length || !name.startsWith(head) || !name.endsWith(tail)) return null;
  return name.slice(head.length, name.length - tail.length);
}

/** Puts it where the upstream's name has its `*`. Never as a replacement pattern: callers choose what it holds. */
export function withStar(upstreamModel: string, star: string): string {
  return upstreamModel.replace('*', () => star);
}
