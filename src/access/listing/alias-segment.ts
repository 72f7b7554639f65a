/** A key's name in a list: what is looked for, and what a page is made of. */
export type NamedKey = { readonly id: string; readonly createdAtMs: number; readonly alias: string };

export type FoundKey = Omit<NamedKey, 'alias'>;

/** Aliases of some thousands of keys, none of which joins them later. */
export type AliasSegment = {
  /** The last one in front. */
  readonly find: (part: Buffer) => readonly FoundKey[];
  /** A key that has another alias, or none, is not found here any more. */
  readonly forget: (id: string) => void;
};

/** Of a public id. */
const ID_LENGTH = 6;
/** No byte of UTF-8. */
const BETWEEN = 0xff;

/** Upper and lower case are the same. */
export const foldAlias = (text: string): Buffer => Buffer.from(text.toLowerCase());

/** One buffer is searched in a hundredth of the time of as many comparisons, and is nothing that V8 walks. */
export function packAliases(keys: readonly NamedKey[]): AliasSegment {
  const folded = keys.map(({ alias }) => foldAlias(alias));
  const between = Buffer.of(BETWEEN);
  const text = Buffer.concat(folded.flatMap((alias) => [alias, between]));
  const ends = new Uint32Array(keys.length);
  const created = Float64Array.from(keys, ({ createdAtMs }) => createdAtMs);
  const ids = Buffer.from(keys.map(({ id }) => id.padEnd(ID_LENGTH)).join(''), 'latin1');
  let end = 0;
  for (const [row, alias] of folded.entries()) {
    end += alias.length + 1;
    ends[row] = end;
  }
  const idAt = (row: number): string => ids.toString('latin1', row * ID_LENGTH, (row + 1) * ID_LENGTH).trimEnd();
  return {
    find: (part) => {
      const found: FoundKey[] = [];
      let row = 0;
      for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, ends[row])) {
        while ((ends[row] ?? end) <= at) row++;
        found.push({ id: idAt(row), createdAtMs: created[row] ?? 0 });
      }
      return found.reverse();
    },
    forget: (id) => {
      const row = rowOf(ids, id);
      if (row !== -1) text.fill(BETWEEN, row === 0 ? 0 : ends[row - 1], ends[row]);
    },
  };
}

/** -1: it is not here. Two ids side by side may look like a third one. */
function rowOf(ids: Buffer, id: string): number {
  const wanted = id.padEnd(ID_LENGTH);
  let at = ids.indexOf(wanted, 0, 'latin1');
  while (at !== -1 && at % ID_LENGTH !== 0) at = ids.indexOf(wanted, at + 1, 'latin1');
  return at === -1 ? -1 : at / ID_LENGTH;
}
